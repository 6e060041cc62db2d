"""Counting by hand: each figure by a plain loop over all events, knowing nothing of tallies, cells or reducers."""

from collections.abc import Iterable
from datetime import date, timedelta, timezone
from uuid import UUID

from ansim.contracts import counseling as c
from ansim.contracts import intake as i
from ansim.contracts import monitoring as m
from ansim.contracts import victim_support as v

SEOUL = timezone(timedelta(hours=9))
START, END = date(2019, 9, 1), date(2021, 5, 31)
UNAWARE = {"not_serious", "fun", "curiosity", "impulsive", "imitation", "thought_consensual"}
Counted = dict[str, tuple[int, int | None, int | None]]


def count_by_hand(events: Iterable[tuple[UUID, object, object]]) -> Counted:
    """`events`: (subject, event, time) of every stream, each event once, each stream in its order."""
    happened = [(subject, event, time.astimezone(SEOUL).date(), time) for subject, event, time in events]
    return {**_programme(happened), **_support(happened), **_intake(happened), **_monitoring(happened)}


def _programme(happened) -> Counted:
    accepted = {s: (at, e) for s, e, day, at in happened if isinstance(e, c.EnrolmentAccepted) and day <= END}
    last = {s: (e, day) for s, e, day, _ in happened if isinstance(e, c.SessionEvent)}
    in_period = [(e, day) for e, day in last.values() if START <= day <= END and e.enrolment in accepted]
    held = [e for e, _ in in_period if isinstance(e, c.SessionHeld)]
    counselled = {e.person for e in held}
    first: dict[UUID, c.EnrolmentAccepted] = {}
    for enrolment in sorted({e.enrolment for e in held}, key=lambda n: (accepted[n][0], str(n))):
        first.setdefault(accepted[enrolment][1].person, accepted[enrolment][1])
    latest: dict[UUID, set[str]] = {}
    assessed = [
        (at, str(e.assessment), e)
        for _, e, day, at in happened
        if isinstance(e, c.EnrolmentMotivesAssessed) and day <= END and e.person in counselled
    ]
    for _, _, e in sorted(assessed, key=lambda found: found[:2]):
        latest[e.person] = {motive.value for motive in e.motives}
    acts = [
        e.act_type.value
        for _, e, day, _ in happened
        if isinstance(e, c.EnrolmentActRecorded) and day <= END and e.person in counselled
    ]
    known = [e for e in first.values() if e.age_band != "unknown"]
    responses = [motive for motives in latest.values() for motive in motives]
    young = [e for e in known if e.age_band == "14_16" and e.school_level == "middle"]
    sessions_of = [sum(e.person == person for e in held) for person in counselled]
    found: Counted = {
        "persons_counselled": (len(counselled), None, None),
        "persons_ten_sessions": (sum(n >= 10 for n in sessions_of), None, None),
        "share_age_14_16": (len(young), len(known), len(first) - len(known)),
        "share_lack_of_awareness": (
            sum(bool(motives & UNAWARE) for motives in latest.values()),
            len(latest),
            len(counselled) - len(latest),
        ),
        "sessions_held": (len(held), None, None),
    }
    for motive in UNAWARE:
        found[f"motive_{motive}"] = (responses.count(motive), len(responses), responses.count("declined"))
    for act in ("media_distribution", "camera_filming", "possession", "false_video"):
        found[f"act_{act}"] = (acts.count(act), len(acts), None)
    return found


def _support(happened) -> Counted:
    last = {s: (e, day, at) for s, e, day, at in happened if isinstance(e, v.ItemEvent)}
    delivered = [(at, e) for e, day, at in last.values() if isinstance(e, v.ItemDelivered) and day.year == 2020]
    bands: dict[UUID, str] = {}
    for _, e in sorted(delivered, key=lambda found: found[0]):
        if bands.get(e.person, "unknown") == "unknown":
            bands[e.person] = e.age_band.value
    minors = sum(band in ("under_14", "14_16", "17_18") for band in bands.values())
    unknown = sum(band == "unknown" for band in bands.values())
    grooming = sum("grooming" in e.harm_types for _, e in delivered)
    ever = {e.person for e, _, _ in last.values() if isinstance(e, v.ItemDelivered)}
    return {
        "minors_supported": (minors, len(bands), unknown),
        "share_minors_supported": (minors, len(bands), unknown),
        "grooming_items": (grooming, len(delivered), 0),
        "share_grooming_items": (grooming, len(delivered), 0),
        "grooming_persons": (len({e.person for _, e in delivered if "grooming" in e.harm_types}), len(bands), 0),
        "items_delivered": (sum(isinstance(e, v.ItemDelivered) for e, _, _ in last.values()), None, None),
        "persons_supported": (len(ever), None, None),
    }


def _intake(happened) -> Counted:
    sent = {s for s, e, _, _ in happened if isinstance(e, i.ReferralRequested)}
    said: dict[UUID, str] = {}
    for s, e, _, _ in happened:
        if isinstance(e, i.ReferralAnswered) and (e.answer != "received" or s not in said):
            said[s] = e.answer.value if said.get(s) != "declined" else "declined"
        elif isinstance(e, i.ReferralAnswerNoted):
            said[s] = "accepted" if e.answer == "completed" else e.answer.value
        elif isinstance(e, i.ReferralProgressNoted) and e.progress == "declined_after_acceptance":
            said[s] = "declined"
        elif isinstance(e, i.ReferralRevoked | i.ReferralLapsed):
            said[s] = e.name
    return {
        "reports_received": (sum(isinstance(e, i.ReportSubmitted) for _, e, _, _ in happened), None, None),
        "referrals_sent": (len(sent), None, None),
        "referrals_unconfirmed": (len(sent - said.keys()), len(sent), None),
        "referrals_received": (sum(said.get(s) == "received" for s in sent), len(sent), None),
        "referrals_accepted": (sum(said.get(s) == "accepted" for s in sent), len(sent), None),
        "referrals_refused": (sum(said.get(s) == "rejected" for s in sent), len(sent), None),
    }


def _monitoring(happened) -> Counted:
    vetted = {s for s, e, day, _ in happened if isinstance(e, m.VolunteerVetted) and day <= END}
    trained = {s for s, e, day, _ in happened if isinstance(e, m.VolunteerTrained) and day <= END}
    return {
        "volunteers_recruited": (len(vetted), None, None),
        "volunteers_trained": (len(vetted & trained), len(vetted), None),
    }
