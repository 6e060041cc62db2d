"""Every screen of every service in every state, as a list of visits: who goes where, and what they send there."""

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from tests.browser.private import CUSTODIAN, OFFICER, SUPERVISOR, Private
from tests.browser.records import Records

from ansim.access import demo_staff

__all__ = ["LISTS", "SERVICES", "Visit", "visits"]

SERVICES: Final = ("intake", "victim-support", "counseling", "monitoring", "analytics")
STAFF: Final = {
    "intake": "intake-officer",
    "victim-support": "support-worker",
    "counseling": "counsellor",
    "monitoring": "coordinator",
    "analytics": "analyst",
}
WORKER: Final = next(each.member for each in demo_staff() if each.subject == STAFF["victim-support"])
STRANGER: Final = dict.fromkeys(SERVICES, "analyst") | {"analytics": "monitor"}
"""Somebody who can sign in but has no business at the service's desk."""


@dataclass(frozen=True)
class Visit:
    """Go to `path` as `who` ("" for nobody). With `form` (a selector) the form is sent as well: as it stands, `filled`
    in, or filled in on an outdated version (`stale`). `status` is what the last answer must be."""

    path: str
    who: str
    status: int = 200
    form: str = ""
    filled: bool = False
    stale: bool = False

    @property
    def told(self) -> str:
        how = " on an outdated version" if self.stale else " filled in" if self.filled else " as it stands"
        return f"{self.path} as {self.who or 'nobody'}" + (f", sent {self.form}{how}" if self.form else "")


LISTS: Final = {
    "intake": ("/triage", "/hand-offs", "/reports"),
    "victim-support": ("/", "/referrals", "/cases"),
    "counseling": ("/", "/referrals", "/enrolments"),
    "monitoring": ("/sightings", "/watches", "/volunteers", "/platforms"),
    "analytics": ("/", "/figures"),
}
"""The pages that are there before the first record is."""


def visits(service: str, made: Records) -> list[Visit]:
    """All visits at one service, with what nobody finds and what the wrong person may not see."""
    of = {
        "intake": _intake,
        "victim-support": _victim_support,
        "counseling": _counseling,
        "monitoring": _monitoring,
        "analytics": _analytics,
    }
    return [*of[service](made), *_refused(service)]


def _refused(service: str) -> list[Visit]:
    who, first = STAFF[service], LISTS[service][-1]
    unknown = {"analytics": "/definitions/nothing"}.get(service, f"{first}/{uuid4()}")
    if service == "monitoring":
        unknown = f"/sightings/{uuid4()}"
    return [
        Visit("/nothing-here", who, 404),
        Visit(unknown, who, 404),
        Visit(first, STRANGER[service], 403),
        Visit("/sign-in/callback?code=x&state=y", "", 400),
    ]


def _exports(export: str, *lists: str) -> list[Visit]:
    """What a supervisor sees on the way to a file. The file itself is no page."""
    who, first = "supervisor", f"/exports/{lists[0]}"
    read = ["/exports", f"/exports/made/{export}", *(f"/exports/{one}" for one in lists)]
    return [*(Visit(path, who) for path in read), _wrong(first, who, first)]


def _at(folder: str, ids: dict[str, str]) -> dict[str, str]:
    return {name: f"{folder}/{one}" for name, one in ids.items()}


def _wrong(path: str, who: str, action: str, status: int = 422) -> Visit:
    return Visit(path, who, status, form=f'form[action$="{action}"]')


def _clash(path: str, who: str, action: str) -> Visit:
    return Visit(path, who, 409, form=f'form[action$="{action}"]', filled=True, stale=True)


def _private(made: Private, who: str) -> list[Visit]:
    """Disclosure, keeping, erasure and the access record, as each of those sees them who have business there."""
    record, held, erased = (f"/{made.kind}/{one}" for one in (made.record, made.held, made.erased))
    disclosures, erasures = _at("/disclosures", made.disclosure), _at("/erasures", made.erasure)
    read = [Visit(path, SUPERVISOR) for path in (f"{record}/disclosure", "/disclosures", *disclosures.values())]
    read += [Visit(path, CUSTODIAN) for path in ("/disclosures", *disclosures.values())]
    read += [Visit(f"{one}/keeping", SUPERVISOR) for one in (record, held, erased)]
    read += [Visit(path, OFFICER) for path in ("/keeping", "/erasures", *erasures.values())]
    read += [Visit(f"{erasures['certified']}/certificate", OFFICER), Visit(erased, who)]
    read += [Visit(erasures["free"], SUPERVISOR), Visit("/access-record", OFFICER)]
    read += [Visit("/access-record?month=2026-13", OFFICER, 422), Visit("/access-record?month=2020-01", OFFICER)]
    wrong = [
        _wrong(f"{record}/disclosure", SUPERVISOR, "/disclosure"),
        _wrong(disclosures["waits"], CUSTODIAN, "/decide"),
    ]
    wrong += [_wrong(f"{held}/keeping", SUPERVISOR, "/hold"), _wrong(f"{held}/keeping", SUPERVISOR, "/erasure")]
    wrong += [_wrong(erasures["held"], OFFICER, "/approve"), _wrong(erasures["free"], OFFICER, "/decline")]
    clashes = [_clash(disclosures["waits"], CUSTODIAN, "/decide"), _clash(erasures["free"], OFFICER, "/approve")]
    shown = [Visit(disclosures["grant"], SUPERVISOR, form='form[action$="/view"]')]
    return read + wrong + clashes + shown


def _intake(made: Records) -> list[Visit]:
    who, reports = STAFF["intake"], _at("/reports", made.report)
    public = [Visit(path, "") for path in ("/start", "/start/now", "/start/next", "/start/times")]
    public += [Visit("/report", ""), _wrong("/report", "", "/report"), Visit("/report/received", "")]
    public += [Visit("/report/traces", ""), Visit("/mailbox", ""), _wrong("/mailbox", "", "/mailbox")]
    public += [Visit("/receipt/verify", ""), _wrong("/receipt/verify", "", "/verify")]
    lists = [Visit(path, who) for path in (*LISTS["intake"], "/hand-offs?state=all", "/hand-offs?state=refused")]
    read = [Visit(path, who) for path in reports.values()]
    read += [Visit(f"{reports[name]}/narrative", who) for name in ("accepted", "new")]
    forms = [
        Visit(f"{reports['read']}/triage", who),
        _wrong(f"{reports['read']}/triage", who, "/triage"),
        _clash(f"{reports['read']}/triage", who, "/triage"),
        Visit(f"{reports['judged']}/refer", who),
        _wrong(f"{reports['judged']}/refer", who, "/refer"),
        _clash(f"{reports['judged']}/refer", who, "/refer"),
        Visit(f"{reports['accepted']}/close", who),
        Visit(f"{reports['read']}/close", who),
        _wrong(f"{reports['read']}/close", who, "/close"),
        _clash(reports["new"], who, "/acknowledge"),
        Visit(f"{reports['read']}/recusal", who),
        Visit(f"{reports['read']}/recusal", "supervisor"),
        _wrong(f"{reports['read']}/recusal", who, "/recusal"),
        Visit("/find", who),
        _wrong("/find", who, "/find"),
        Visit("/find", who, form='form[action$="/find"]', filled=True),
    ]
    hand_offs = _at("/hand-offs", made.hand_off)
    lists += [Visit(path, who) for path in ("/messages", "/rules", "/triage?show=mine", "/triage?show=late")]
    lists += [Visit("/rules", "supervisor"), _wrong("/rules", "supervisor", "/rules")]
    read += [Visit(path, who) for path in hand_offs.values()]
    forms += [
        _wrong(hand_offs["outside"], who, "/note-answer"),
        _clash(hand_offs["outside"], who, "/revoke"),
        *(Visit(f"{reports['read']}/{deed}", who) for deed in ("link", "signpost")),
        *(_wrong(f"{reports['read']}/{deed}", who, f"/{deed}") for deed in ("link", "signpost")),
        _clash(f"{reports['read']}/signpost", who, "/signpost"),
        Visit(f"{reports['closed']}/reopen", who),
        _wrong(f"{reports['closed']}/reopen", who, "/reopen"),
        _wrong(reports["read"], who, "/write"),
    ]
    exports = _exports(made.export["intake"], "reports", "hand_offs")
    lists += [Visit("/reports?state=open&severity=emergency", who), Visit("/reports?severity=low&state=closed", who)]
    return public + lists + read + forms + exports + _private(made.private["intake"], who)


def _victim_support(made: Records) -> list[Visit]:
    who, cases = STAFF["victim-support"], _at("/cases", made.case)
    referrals = _at("/referrals", made.referral)
    items = _at(f"{cases['planned']}/items", made.item)
    waiting = referrals["waiting"]
    read = [*LISTS["victim-support"], "/cases?show=mine&state=closed", *referrals.values(), *cases.values()]
    read += [*items.values(), f"{cases['served']}/person", f"{cases['opened']}/person", f"{cases['served']}/record"]
    read += [f"{waiting}/accept", f"{waiting}/reject", f"{referrals['refused']}/accept", "/cases/new"]
    read += [f"{referrals['refused']}/reject", f"{cases['opened']}/plan", f"{cases['opened']}/items/new"]
    steps = {"safety": "opened", "plan": "checked", "items/new": "planned", "close": "checked"}
    read += [f"{cases[state]}/{step}" for step, state in steps.items()] + [f"{cases['closed']}/close"]
    wrong = [_wrong(f"{cases[state]}/{step}", who, f"/{step}") for step, state in steps.items()]
    wrong += [_wrong(f"{waiting}/accept", who, "/accept"), _wrong(f"{waiting}/reject", who, "/reject")]
    wrong += [_wrong("/cases/new", who, "/cases/new"), _wrong(items["dated"], who, "/deliver")]
    wrong += [_wrong(items["dated"], who, "/not-delivered")]
    read += [f"{cases['planned']}/transfer", f"{cases['planned']}/recusal"]
    wrong += [_wrong(f"{cases['planned']}/{step}", who, f"/{step}") for step in ("transfer", "recusal")]
    many = [Visit(f"{cases['planned']}/recusal", "supervisor"), Visit("/cases/reassign", "supervisor")]
    many += [Visit(f"/cases/reassign?holder={WORKER}", "supervisor")]
    many += [Visit(f"/cases/reassign/{uuid4()}", "supervisor", 404)]
    many += [_wrong(f"/cases/reassign?holder={WORKER}", "supervisor", "/reassign")]
    clashes = [_clash(f"{cases['planned']}/{step}", who, f"/{step}") for step in steps]
    clashes += [_clash(f"{waiting}/accept", who, "/accept"), _clash(f"{waiting}/reject", who, "/reject")]
    clashes += [_clash(items["dated"], who, "/deliver"), _clash(items["dated"], who, "/not-delivered")]
    found = [Visit("/find", who), _wrong("/find", who, "/find"), Visit("/referrals?state=rejected", who)]
    found += _exports(made.export["victim-support"], "referrals", "cases", "items")
    found += [Visit("/find", who, form='form[action$="/find"]', filled=True)]
    clashes += [_clash(f"{cases['planned']}/transfer", who, "/transfer")]
    found += _addresses(made, cases) + _course(made, cases, items)
    private = _private(made.private["victim-support"], who)
    return [Visit(path, who) for path in read] + found + many + wrong + clashes + private


def _course(made: Records, cases: dict[str, str], items: dict[str, str]) -> list[Visit]:
    """Consents, the later course of a case, the week and the open items."""
    who, consents = STAFF["victim-support"], _at(f"{cases['planned']}/consents", made.consent)
    later = {"guardian": "checked", "approve": "planned", "watch": "planned", "reopen": "closed"}
    steps = [f"{cases[state]}/{step}" for step, state in later.items()]
    steps += [f"{cases['planned']}/consents/{name}" for name in ("new", "override")]
    read = ["/calendar", "/calendar?who=all", "/items", "/items?show=requested", "/items?show=dated&mine=true"]
    read += [*steps, *consents.values(), f"{items['police']}/details"]
    wrong = [_wrong(step, who, "/" + step.rpartition("/")[2]) for step in steps]
    wrong += [_wrong(consents["asked"], who, "/give"), _wrong(items["asked"], who, "/date")]
    wrong += [_wrong(items["asked"], who, "/accompaniment"), _wrong(items["dated"], who, "/move")]
    clashes = [_clash(consents["asked"], who, "/decline"), _clash(consents["given"], who, "/withdraw")]
    clashes += [_clash(items["dated"], who, "/move"), _clash(f"{cases['planned']}/consents/new", who, "/new")]
    return [Visit(path, who) for path in read] + wrong + clashes


def _addresses(made: Records, cases: dict[str, str]) -> list[Visit]:
    """Deletion requests and complaints in all their states."""
    who, complaint = STAFF["victim-support"], f"/complaints/{made.complaint}"
    addresses, new = _at("/deletions", made.deletion), f"{cases['planned']}/deletions/new"
    read = ["/deletions", "/deletions?show=waiting", "/deletions?show=gone", "/rules", *addresses.values(), new]
    read += [f"{addresses['found']}/address", complaint, f"{complaint}/text"]
    wrong = [_wrong(new, who, "/deletions/new"), _wrong(addresses["found"], who, "/request")]
    wrong += [_wrong(addresses["gone"], who, "/reappear"), _clash(f"{complaint}/text", who, "/draft")]
    wrong += [_wrong(complaint, who, "/hand-over")]
    clashes = [_clash(addresses["found"], who, "/request"), _clash(complaint, who, "/review")]
    return [Visit(path, who) for path in read] + wrong + clashes


def _counseling(made: Records) -> list[Visit]:
    who, enrolments = STAFF["counseling"], _at("/enrolments", made.enrolment)
    sessions = _at("/sessions", made.session)
    referral, active, planned = f"/referrals/{made.youth_referral}", enrolments["active"], sessions["planned"]
    deeds = {"consent": "new", "accept": "new", "decline": "new", "act": "active", "motives": "active"}
    deeds |= {"session": "active", "complete": "active", "discontinue": "active"}
    read = [*LISTS["counseling"], referral, *enrolments.values(), *sessions.values(), "/enrolments/new"]
    read += ["/enrolments?status=completed", f"/enrolments/new?again={made.enrolment['left']}"]
    read += [f"{enrolments[state]}/{deed}" for deed, state in deeds.items()]
    wrong = [_wrong(f"{enrolments[state]}/{deed}", who, f"/{deed}") for deed, state in deeds.items()]
    wrong += [_wrong(referral, who, "/reject"), _wrong("/enrolments/new", who, "/new")]
    wrong += [_wrong(planned, who, "/moved"), _wrong(planned, who, "/cancelled")]
    clashes = [
        _clash(f"{enrolments[state]}/{deed}", who, f"/{deed}") for deed, state in deeds.items() if deed != "session"
    ]
    clashes += [_clash(referral, who, "/accept"), _clash(referral, who, "/reject")]
    clashes += [_clash(planned, who, f"/{deed}") for deed in ("held", "no-show", "cancelled", "moved")]
    opened = [Visit(active, who, form='form[action$="/person"]')]
    return [Visit(path, who) for path in read] + wrong + clashes + opened


def _monitoring(made: Records) -> list[Visit]:
    who, volunteers = STAFF["monitoring"], _at("/volunteers", made.volunteer)
    sightings = _at("/sightings", made.sighting)
    read = [
        *LISTS["monitoring"],
        "/sightings?show=gone",
        "/watches?show=ended",
        "/volunteers?state=resting",
        "/platforms/video_ga",
    ]
    read += ["/platforms/game_ma", "/volunteers/new", *volunteers.values(), *sightings.values()]
    read += [f"{sightings['confirmed']}?address=shown"]
    own = [Visit("/", "monitor"), Visit("/log", "monitor"), _wrong("/log", "monitor", "/log")]
    own += [Visit(f"/logged/{made.sighting['logged']}", "monitor")]
    wrong = [_wrong(volunteers["applied"], who, "/vet"), _wrong(volunteers["active"], who, "/leave")]
    wrong += [_wrong("/volunteers/new", who, "/new"), _wrong(sightings["logged"], who, "/reject")]
    wrong += [_wrong(sightings["confirmed"], who, "/report"), _wrong(sightings["reported"], who, "/check")]
    wrong += [_wrong(sightings["checked"], who, "/act")]
    clashes = [
        _clash(volunteers[state], who, f"/{order}") for state, order in (("vetted", "train"), ("active", "leave"))
    ]
    clashes += [_clash(sightings["logged"], who, "/confirm"), _clash(sightings["logged"], who, "/reject")]
    clashes += [_clash(sightings["checked"], who, "/check"), _clash(sightings["checked"], who, "/act")]
    return [Visit(path, who) for path in read] + own + wrong + clashes


def _analytics(made: Records) -> list[Visit]:
    who = STAFF["analytics"]
    chosen = ("share_age_14_16", "act_false_video", "sessions_by_outcome", "reports_by_state")
    read = ["/", "/figures", "/definitions", *(f"/definitions/{one}" for one in chosen)]
    return [*(Visit(path, who) for path in read), Visit("/operations", "operator"), Visit("/operations", who, 403)]
