"""Counseling: young people in the perpetrator programme, their acts, motives and sessions (DOMAIN §2.2).

A person is counted once however often they enrol. Who counts as counselled: an accepted enrolment and at least one held
session of it in the period. Their codes are those of the first such enrolment, as frozen when it was accepted.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from analytics.domain.days import year_of
from analytics.domain.folding import Fold, Row, Rows, Window, as_a, codes, yes
from analytics.domain.state import Act, Assessment, Enrolment, ReceivedReferral, Session, State
from ansim.contracts import counseling, type_of

_PERSON = frozenset(
    {"referred", "accepted", "counselled", "ten_sessions", "age_band", "school_level", "gender", "source"}
)
_OF_PERSON = frozenset({"youth", "response", "act"})
ATTRIBUTES = {
    "youth": _PERSON | {"assessed", "motives"},
    "response": _PERSON | {"motive"},
    "act": _PERSON | {"act_type", "channel"},
    "session": frozenset({"state", "accepted", "day", "year"}),
    "enrolment_referral": frozenset({"state", "reason"}),
}


def _received(state: State | None, data: counseling.ReferralReceived, day: int, micros: int) -> State:
    return as_a(ReceivedReferral, state)


def _referral_accepted(state: State | None, data: counseling.ReferralAccepted, day: int, micros: int) -> State:
    return ReceivedReferral("accepted")


def _referral_rejected(state: State | None, data: counseling.ReferralRejected, day: int, micros: int) -> State:
    return ReceivedReferral("rejected", data.reason.value)


def _referred(state: State | None, data: counseling.EnrolmentReferred, day: int, micros: int) -> State:
    return replace(
        as_a(Enrolment, state),
        referred_on=day,
        referred_at=micros,
        source=data.source.value,
        age_band=data.age_band.value,
        school_level=data.school_level.value,
        gender=data.gender.value,
        district=data.district.value,
    )


def _accepted(state: State | None, data: counseling.EnrolmentAccepted, day: int, micros: int) -> State:
    return replace(
        as_a(Enrolment, state),
        state="accepted",
        accepted_on=day,
        accepted_at=micros,
        age_band=data.age_band.value,
        school_level=data.school_level.value,
    )


def _ended(word: str) -> Fold:
    def fold(state: State | None, data: object, day: int, micros: int) -> State:
        return replace(as_a(Enrolment, state), state=word)

    return fold


def _act_recorded(state: State | None, data: counseling.EnrolmentActRecorded, day: int, micros: int) -> State:
    """An act recorded anew replaces what was said of it before."""
    known, act = as_a(Enrolment, state), str(data.act)
    others = tuple(other for other in known.acts if other.act != act)
    return replace(known, acts=(*others, Act(act, data.act_type.value, data.channel.value, day)))


def _assessed(state: State | None, data: counseling.EnrolmentMotivesAssessed, day: int, micros: int) -> State:
    known = as_a(Enrolment, state)
    found = Assessment(micros, str(data.assessment), codes(data.motives), day)
    return replace(known, assessments=(*known.assessments, found))


def _session(word: str) -> Fold:
    def fold(state: State | None, data: counseling.SessionEvent, day: int, micros: int) -> State:
        return Session(word, f"enrolment/{data.enrolment}", day)

    return fold


FOLDS: dict[str, Fold] = {
    type_of(counseling.ReferralReceived): _received,
    type_of(counseling.ReferralAccepted): _referral_accepted,
    type_of(counseling.ReferralRejected): _referral_rejected,
    type_of(counseling.EnrolmentReferred): _referred,
    type_of(counseling.EnrolmentAccepted): _accepted,
    type_of(counseling.EnrolmentDeclined): _ended("declined"),
    type_of(counseling.EnrolmentCompleted): _ended("completed"),
    type_of(counseling.EnrolmentDiscontinued): _ended("discontinued"),
    type_of(counseling.EnrolmentActRecorded): _act_recorded,
    type_of(counseling.EnrolmentMotivesAssessed): _assessed,
    type_of(counseling.SessionScheduled): _session("scheduled"),
    type_of(counseling.SessionHeld): _session("held"),
    type_of(counseling.SessionNoShow): _session("no_show"),
    type_of(counseling.SessionCancelled): _session("cancelled"),
    type_of(counseling.SessionRescheduled): _session("scheduled"),
}


def rows(streams: Mapping[str, State], window: Window, wanted: frozenset[str]) -> Rows:
    enrolments = {key: state for key, state in streams.items() if isinstance(state, Enrolment)}
    accepted = {key for key, state in enrolments.items() if state.accepted_at and window.reached(state.accepted_on)}
    sessions = [state for state in streams.values() if isinstance(state, Session) and window.holds(state.day)]
    found: dict[str, list[Row]] = {}
    if not _OF_PERSON.isdisjoint(wanted):
        held: dict[str, int] = {}
        for session in sessions:
            if session.state == "held" and session.enrolment in accepted:
                held[session.enrolment] = held.get(session.enrolment, 0) + 1
        found |= _of_person(_person(enrolments, accepted, held, window), enrolments, window)
    if "session" in wanted:
        found["session"] = [
            {
                "state": session.state,
                "accepted": yes(session.enrolment in accepted),
                "day": str(session.day),
                "year": year_of(session.day),
            }
            for session in sessions
        ]
    if "enrolment_referral" in wanted:
        found["enrolment_referral"] = [
            {"state": state.state, "reason": state.reason}
            for state in streams.values()
            if isinstance(state, ReceivedReferral)
        ]
    return found


def _person(
    enrolments: dict[str, Enrolment], accepted: set[str], held: dict[str, int], window: Window
) -> dict[str, str | tuple[str, ...]] | None:
    """The person's codes in this window, None for someone never referred in it."""
    referred = [key for key, state in enrolments.items() if window.reached(state.referred_on)]
    best = held.keys() or accepted or referred
    if not best:
        return None
    chosen = min((enrolments[key].accepted_at or enrolments[key].referred_at, key) for key in best)[1]
    frozen = enrolments[chosen]
    return {
        "referred": yes(bool(referred)),
        "accepted": yes(bool(accepted)),
        "counselled": yes(bool(held)),
        "ten_sessions": yes(sum(held.values()) >= 10),
        "age_band": frozen.age_band,
        "school_level": frozen.school_level,
        "gender": frozen.gender,
        "source": frozen.source,
    }


def _of_person(
    person: dict[str, str | tuple[str, ...]] | None, enrolments: dict[str, Enrolment], window: Window
) -> dict[str, list[Row]]:
    if person is None:
        return {"youth": [], "response": [], "act": []}
    assessments = [a for state in enrolments.values() for a in state.assessments if window.reached(a.day)]
    motives = max(assessments, key=lambda a: (a.micros, a.assessment)).motives if assessments else ()
    acts = [act for state in enrolments.values() for act in state.acts if window.reached(act.day)]
    return {
        "youth": [{**person, "assessed": yes(bool(assessments)), "motives": motives}],
        "response": [{**person, "motive": motive} for motive in motives],
        "act": [{**person, "act_type": act.act_type, "channel": act.channel} for act in acts],
    }
