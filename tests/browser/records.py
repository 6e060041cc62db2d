"""One record of every kind and state that the screens know, made through the services' own APIs. All of it invented."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.private import Private, make_private
from tests.journey.walk import Told, accept_and_serve, key, newest_report, refer, report_publicly

from tests.conftest import RunningSuite, wait_for

__all__ = ["Records", "make_records"]

TOLD = Told(
    "꾸며낸 이야기입니다. https://post.invalid/abc 에서 보았습니다.", "010-0000-0000 (가상), 저녁 7시 뒤", "한별 (가상)"
)
ANSWERS = {"reporter_role": "witness", "harm_types": ["false_video", "other"], "about_minor": "unknown"}
YOUTH = {"age_band": "14_16", "school_level": "middle", "gender": "male", "district": "nowon"}
POST = {"platform": "video_ga", "channel": "website", "categories": ["distribution"], "depicted_age": "minor"}


@dataclass(frozen=True)
class Records:
    """The ids of what was made, by the state it is in."""

    report: dict[str, str]
    hand_off: dict[str, str]
    referral: dict[str, str]
    case: dict[str, str]
    item: dict[str, str]
    consent: dict[str, str]
    deletion: dict[str, str]
    complaint: str
    youth_referral: str
    enrolment: dict[str, str]
    session: dict[str, str]
    volunteer: dict[str, str]
    sighting: dict[str, str]
    export: dict[str, str]
    private: dict[str, Private]


class Desk:
    """One service's API as a person with this role uses it. Every refusal fails the test with the service's words."""

    def __init__(self, suite: RunningSuite, service: str, role: str) -> None:
        self._suite, self._service, self._role = suite, service, role

    def post(self, path: str, **body: Any) -> str:
        """The id of what was made, or an empty string when nothing was."""
        with self._suite.api(self._service, self._role) as client:
            answer = client.post(path, json=body, headers=key())
        assert answer.is_success, f"{path}: {answer.text}"
        return str((answer.json() or {}).get("id", "")) if answer.content else ""

    def knows(self, path: str) -> bool:
        with self._suite.api(self._service, self._role) as client:
            return bool(client.get(path).status_code == 200)


def make_records(suite: RunningSuite) -> Records:
    """All kinds in all states. Takes some seconds: each goes through the services as in life."""
    reports, sent = _reports(suite)
    cases, items = _cases(suite, sent["accepted"])
    consents = _consents(suite, cases["planned"])
    enrolments, sessions = _enrolments(suite, sent["youth"])
    volunteers, sightings = _watch(suite)
    youth, outside = sent.pop("youth"), sent.pop("outside")
    exports = {
        "intake": _exported(suite, "intake", "reports"),
        "victim-support": _exported(suite, "victim-support", "cases"),
    }
    deletions, complaint = _addresses(suite, cases["planned"])
    hand_offs = {name: sent[name] for name in ("accepted", "refused", "waiting")} | {"outside": outside}
    return Records(
        reports,
        hand_offs,
        sent,
        cases,
        items,
        consents,
        deletions,
        complaint,
        youth,
        enrolments,
        sessions,
        volunteers,
        sightings,
        exports,
        _private(suite),
    )


def _consents(suite: RunningSuite, case: str) -> dict[str, str]:
    """One asked for, one given, one handed over on another basis."""
    support = Desk(suite, "victim-support", "support_worker")
    question = {"purpose": "investigation", "recipient": "police"}
    scope = {"content": ["case_summary", "post_addresses"], "until": str(datetime.now(UTC).date() + timedelta(days=90))}
    made = {name: support.post(f"/cases/{case}/consents", **question, asked_of="person") for name in ("asked", "given")}
    support.post(f"/consents/{made['given']}/give", **scope, withheld=["school"])
    other = {"basis": "vital_interest", "reason": "life_in_danger"}
    made["overridden"] = support.post(f"/cases/{case}/consents/override", **question, **scope, **other)
    return made


def _exported(suite: RunningSuite, service: str, listed: str) -> str:
    """The id of an export that a supervisor made."""
    with suite.api(service, "supervisor") as client:
        asked = {"reason": "review", "note": "6월 업무 점검"}
        client.post(f"/exports/{listed}", json=asked, headers=key()).raise_for_status()
        return str(client.get("/exports").raise_for_status().json()[0]["id"])


def _private(suite: RunningSuite) -> dict[str, Private]:
    intake = Desk(suite, "intake", "intake_officer")
    told = {"narrative": TOLD.narrative, "contact": TOLD.contact, "district": "unknown", "language": "ko"}
    reports = [intake.post("/reports", **ANSWERS, **told) for _ in range(3)]
    for report in reports:
        intake.post(f"/reports/{report}/acknowledge")
        intake.post(f"/reports/{report}/close", outcome="answered")
    support = Desk(suite, "victim-support", "support_worker")
    opening = {"age_band": "19_24", "gender": "female", "district": "jung", "harm_types": ["distribution"]}
    cases = [support.post("/cases", **opening, name=TOLD.name, contact=TOLD.contact) for _ in range(3)]
    for case in cases:
        support.post(f"/cases/{case}/safety-checks", immediate_danger=False)
        support.post(f"/cases/{case}/close", outcome="goals_met")
    return {
        "intake": make_private(suite, "intake", "reports", *reports),
        "victim-support": make_private(suite, "victim-support", "cases", *cases),
    }


def _reports(suite: RunningSuite) -> tuple[dict[str, str], dict[str, str]]:
    report, sent = {}, {}
    for name in ("accepted", "refused", "waiting", "youth"):
        report_publicly(suite, TOLD)
        report[name] = newest_report(suite)["id"]
        sent[name] = refer(suite, report[name], "counseling" if name == "youth" else "victim_support")
    intake = Desk(suite, "intake", "intake_officer")
    for name in ("new", "read", "judged", "closed"):
        told = {"narrative": TOLD.narrative, "contact": "", "district": "unknown", "language": "ko"}
        report[name] = intake.post("/reports", **ANSWERS, **told)
    for name in ("read", "judged", "closed"):
        intake.post(f"/reports/{report[name]}/acknowledge")
    judgement: dict[str, Any] = {"severity": "emergency", "harm_types": ["sextortion"], "age_band": "under_14"}
    intake.post(f"/reports/{report['judged']}/triage", **judgement, minor="yes")
    intake.post(f"/reports/{report['closed']}/close", outcome="answered")
    hand_on = {"target": "police", "consent": "overridden", "legal_basis": "vital_interest"}
    sent["outside"] = intake.post(f"/reports/{report['judged']}/referrals", **hand_on, override_reason="life_in_danger")
    intake.post(f"/referrals/{sent['outside']}/note-answer", answer="received", heard_by="telephone")
    support = Desk(suite, "victim-support", "support_worker")
    wait_for(lambda: support.knows(f"/referrals/{sent['refused']}"), what="the referral's arrival")
    support.post(f"/referrals/{sent['refused']}/reject", reason="no_capacity", answered_by="provider")
    wait_for(lambda: support.knows(f"/referrals/{sent['waiting']}"), what="the referral's arrival")
    return report, sent


def _cases(suite: RunningSuite, referral: str) -> tuple[dict[str, str], dict[str, str]]:
    support = Desk(suite, "victim-support", "support_worker")
    opening: dict[str, Any] = {"age_band": "17_18", "gender": "female", "district": "mapo", "name": TOLD.name}
    opening |= {"harm_types": ["grooming"]}
    case = {"served": accept_and_serve(suite, referral, TOLD)}
    for name in ("opened", "checked", "danger", "planned", "closed"):
        case[name] = support.post("/cases", **opening)
        if name != "opened":
            support.post(f"/cases/{case[name]}/safety-checks", immediate_danger=name == "danger")
    support.post(f"/cases/{case['planned']}/plan", item_types=["legal", "medical", "deletion", "police_accompaniment"])
    support.post(f"/cases/{case['closed']}/close", outcome="contact_lost")
    item = {}
    for name, kind in (("dated", "legal"), ("given", "medical"), ("lost", "deletion")):
        due = str(datetime.now(UTC).date() + timedelta(days=20))
        item[name] = support.post(f"/cases/{case['planned']}/items", item_type=kind, due_on=due)
    for name in ("asked", "police"):
        item[name] = support.post(f"/cases/{case['planned']}/items", item_type="police_accompaniment")
    starts_at = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    agreed = {"station": "꾸며낸 경찰서 (가상)", "agreed": "쉬는 시간을 둠 (가상)", "next_step": "조서 확인 (가상)"}
    support.post(f"/items/{item['police']}/accompaniment", starts_at=starts_at, **agreed)
    support.post(f"/items/{item['given']}/deliver", outcome="continues")
    support.post(f"/items/{item['lost']}/not-delivered", reason="person_absent")
    return case, item


def _addresses(suite: RunningSuite, case: str) -> tuple[dict[str, str], str]:
    """An address found, one asked about, one blocked only, one gone and one that came back; and a written complaint."""
    support = Desk(suite, "victim-support", "support_worker")
    _let_platforms_know(support, case)
    deletion = {}
    for number, name in enumerate(("found", "asked", "blocked", "gone", "back")):
        found = {"url": f"https://post.invalid/case/{number}", "platform": "board_da"}
        deletion[name] = support.post(f"/cases/{case}/deletions", **found)
        if name != "found":
            support.post(f"/deletions/{deletion[name]}/request", channel="platform_form")
    support.post(f"/deletions/{deletion['blocked']}/answer", action="access_blocked")
    for name in ("gone", "back"):
        for result in ("still_up", "gone"):
            support.post(f"/deletions/{deletion[name]}/check", result=result)
    support.post(f"/deletions/{deletion['back']}/reappear", url="https://post.invalid/case/9")
    _taken_up(suite)
    complaint = support.post(f"/cases/{case}/complaints")
    support.post(f"/complaints/{complaint}/draft", complainant=TOLD.name, facts=TOLD.narrative)
    return deletion, complaint


def _taken_up(suite: RunningSuite) -> None:
    """One watch is asked for and taken up, another has ended."""

    def watches(show: str) -> list[Any]:
        with suite.api("monitoring", "coordinator") as client:
            return list(client.get("/watches", params={"show": show}).json()["items"])

    wait_for(lambda: watches("open") and watches("ended"), what="what victim support asks to look out for")
    Desk(suite, "monitoring", "coordinator").post(f"/watches/{watches('open')[0]['id']}/accept")


def _let_platforms_know(support: Desk, case: str) -> None:
    """The person's yes that platforms are told the addresses: without it nobody is asked to delete."""
    question = {"purpose": "deletion", "recipient": "platforms", "asked_of": "person"}
    consent = support.post(f"/cases/{case}/consents", **question)
    until = str(datetime.now(UTC).date() + timedelta(days=90))
    support.post(f"/consents/{consent}/give", content=["post_addresses"], until=until)


def _enrolments(suite: RunningSuite, referral: str) -> tuple[dict[str, str], dict[str, str]]:
    desk = Desk(suite, "counseling", "counsellor")
    wait_for(lambda: desk.knows(f"/referrals/{referral}"), what="the youth's arrival")
    named = {"name": TOLD.name, "guardian": "보호자 (가상)", "school": "꾸며낸 중학교"}
    enrolment = {
        name: desk.post("/enrolments", source="court", **YOUTH, **named)
        for name in ("new", "active", "declined", "left")
    }
    desk.post(f"/enrolments/{enrolment['declined']}/decline", reason="not_suitable")
    for name in ("active", "left"):
        desk.post(f"/enrolments/{enrolment[name]}/consent", by="youth")
        desk.post(f"/enrolments/{enrolment[name]}/accept", age_band="14_16", school_level="middle")
    desk.post(f"/enrolments/{enrolment['left']}/discontinue", reason="moved_away")
    active = f"/enrolments/{enrolment['active']}"
    desk.post(f"{active}/act", act_type="media_distribution", channel="messenger")
    for motives in (["fun", "imitation"], ["curiosity", "imitation"]):
        desk.post(f"{active}/motives", motives=motives)
    session = {}
    for day, name in enumerate(("planned", "held", "missed", "cancelled"), 1):
        moved = timedelta(days=day if name in ("planned", "cancelled") else -day)
        session[name] = desk.post(f"{active}/session", starts_at=(datetime.now(UTC) + moved).isoformat())
    desk.post(f"/sessions/{session['held']}/held", minutes=50)
    desk.post(f"/sessions/{session['missed']}/no-show")
    desk.post(f"/sessions/{session['cancelled']}/cancelled", by="youth")
    moved_to = datetime.now(UTC) + timedelta(days=2)
    desk.post(f"/sessions/{session['planned']}/moved", starts_at=moved_to.isoformat())
    return enrolment, session


def _watch(suite: RunningSuite) -> tuple[dict[str, str], dict[str, str]]:
    desk, finder = Desk(suite, "monitoring", "coordinator"), Desk(suite, "monitoring", "monitor")
    who: dict[str, Any] = {"name": "감시 (가상)", "contact": "010-0000-0000 (가상)", "district": "jongno"}
    reached = {"applied": 0, "vetted": 1, "trained": 2, "resting": 4, "left": 3, "active": 3}
    volunteer = {}
    for name, steps in reached.items():
        account = {"account": "monitor"} if name == "active" else {}
        volunteer[name] = desk.post("/volunteers", **who, **account)
        for step, told in (("vet", {"of_age": True}), ("train", {}), ("activate", {}), ("rest", {}))[:steps]:
            desk.post(f"/volunteers/{volunteer[name]}/{step}", **told)
    desk.post(f"/volunteers/{volunteer['left']}/leave", reason="own_wish")
    sighting = {}
    for number, name in enumerate(("logged", "confirmed", "rejected", "reported", "checked")):
        address = f"https://post.invalid/board/{number}"
        sighting[name] = finder.post("/sightings", **POST, depicted_gender="not_identifiable", url=address)
    desk.post(f"/sightings/{sighting['rejected']}/reject", reason="already_known")
    for name in ("confirmed", "reported", "checked"):
        desk.post(f"/sightings/{sighting[name]}/confirm")
    for name in ("reported", "checked"):
        desk.post(f"/sightings/{sighting[name]}/report", report_channel="platform_form")
    for result in ("still_up", "gone"):
        desk.post(f"/sightings/{sighting['checked']}/check", result=result)
    desk.post(f"/sightings/{sighting['checked']}/act", action="temporarily_restricted")
    return volunteer, sighting
