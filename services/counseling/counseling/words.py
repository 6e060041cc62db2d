"""States, deadlines and the timeline of counseling in words. Message ids are English sentences; `locale/ko.po` has Korean."""

from calendar import month_abbr
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ansim.contracts import Event
from ansim.contracts.codes import LACK_OF_AWARENESS, ConsentGiver, Motive
from ansim.contracts.counseling import (
    EnrolmentAccepted,
    EnrolmentActRecorded,
    EnrolmentCompleted,
    EnrolmentConsented,
    EnrolmentDeclined,
    EnrolmentDiscontinued,
    EnrolmentMotivesAssessed,
    EnrolmentReferred,
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclinedAfterAcceptance,
    ReferralFailed,
    ReferralInProgress,
    ReferralReceived,
    ReferralRejected,
    ReferralTakenBack,
    SessionCancelled,
    SessionHeld,
    SessionNoShow,
    SessionRescheduled,
    SessionScheduled,
)
from ansim.errors import Message
from ansim.journal import Recorded
from ansim.web import Deadline
from counseling.domain.enrolment import EnrolmentStatus
from counseling.domain.referral import ReferralStatus
from counseling.domain.session import SEOUL, SessionStatus
from counseling.rows import AssessmentRow, EnrolmentRow, ReferralRow, SessionRow

ANSWER_WITHIN: Final = timedelta(days=3)
"""How long a referral may wait for our answer."""
CONSENT_WITHIN: Final = timedelta(days=14)
"""How long an enrolment may wait for consent before somebody should ask again."""


@dataclass(frozen=True, slots=True)
class State:
    """A ring, its words and its tone (LOOK §6)."""

    ring: str
    text: Message
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a timeline."""

    at: datetime
    ring: str
    text: Message
    note: Message | None
    who: str


Label = Callable[[StrEnum], str]

_REFERRAL: Final = {
    ReferralStatus.RECEIVED: State("closed", Message("Received, not answered"), "soon"),
    ReferralStatus.ACCEPTED: State("done", Message("Accepted"), "ok"),
    ReferralStatus.REJECTED: State("no", Message("Rejected")),
    ReferralStatus.TAKEN_BACK: State("no", Message("Taken back by the sender")),
    ReferralStatus.IN_PROGRESS: State("half", Message("In the programme"), "ok"),
    ReferralStatus.COMPLETED: State("done", Message("Programme completed"), "ok"),
    ReferralStatus.FAILED: State("no", Message("Programme ended early")),
    ReferralStatus.DECLINED_AFTER_ACCEPTANCE: State("no", Message("Accepted, then not taken on")),
}
_ENROLMENT: Final = {
    EnrolmentStatus.REFERRED: State("open", Message("Waiting for consent"), "soon"),
    EnrolmentStatus.ACCEPTED: State("half", Message("Active")),
    EnrolmentStatus.DECLINED: State("no", Message("Not taken on")),
    EnrolmentStatus.COMPLETED: State("done", Message("Completed"), "ok"),
    EnrolmentStatus.DISCONTINUED: State("no", Message("Discontinued")),
}


def referral_state(row: ReferralRow) -> State:
    return _REFERRAL[row.status]


def enrolment_state(row: EnrolmentRow) -> State:
    if row.status is EnrolmentStatus.REFERRED:
        missing = row.consents_missing
        if not missing:
            return State("closed", Message("Consent given, not decided"), "soon")
        if missing == {ConsentGiver.GUARDIAN}:
            return State("hold", Message("Waiting for the guardian's consent"), "soon")
    if row.status is EnrolmentStatus.ACCEPTED and row.sessions_to_go == 0:
        return State("half", Message("Active, ten sessions held"), "ok")
    return _ENROLMENT[row.status]


def session_state(row: SessionRow, now: datetime) -> State:
    match row.status:
        case SessionStatus.HELD:
            return State("done", Message("Held, {minutes} min", minutes=row.minutes), "ok")
        case SessionStatus.NO_SHOW:
            return State("no", Message("Nobody came"))
        case SessionStatus.CANCELLED:
            return State("no", Message("Cancelled"))
    if row.starts_at < now:
        return State("open", Message("Past, not written down"), "soon")
    minutes = int((row.starts_at - now).total_seconds() // 60)
    if minutes < 60:
        return State("open", Message("In {n} minutes", n=minutes))
    return State("open", Message("Planned again") if row.moved else Message("Planned"))


def answer_due(row: ReferralRow, now: datetime, lang: str) -> Deadline:
    note = Message("Received {day}, 3 days allowed", day=_day(row.received_at, lang))
    return Deadline(row.received_at, row.received_at + ANSWER_WITHIN, note, now=now)


def consent_due(row: EnrolmentRow, now: datetime, lang: str) -> Deadline:
    """Our turn once every consent is there; before that it is the family's, and we only ask again."""
    note = Message("Referred {day}, 14 days allowed", day=_day(row.referred_at, lang))
    ours = not row.consents_missing
    return Deadline(row.referred_at, row.referred_at + CONSENT_WITHIN, note, ours=ours, now=now)


def _day(at: datetime, lang: str) -> str:
    """11/22 or 22 Nov."""
    here = at.astimezone(SEOUL)
    return f"{here.month}/{here.day:02}" if lang == "ko" else f"{here.day} {month_abbr[here.month]}"


@dataclass(frozen=True, slots=True)
class MotivesChanged:
    """Two assessments side by side, as sets. No score: carried on, no longer named, newly named."""

    first: AssessmentRow
    latest: AssessmentRow
    carried_on: frozenset[Motive]
    no_longer: frozenset[Motive]
    new: frozenset[Motive]


def motives_changed(assessments: list[AssessmentRow]) -> MotivesChanged | None:
    """The first against the latest assessment; none while there are fewer than two."""
    if len(assessments) < 2:
        return None
    first, latest = assessments[0], assessments[-1]
    return MotivesChanged(
        first,
        latest,
        first.motives & latest.motives,
        first.motives - latest.motives,
        latest.motives - first.motives,
    )


def unaware(row: AssessmentRow) -> int:
    """How many of the named motives are of the group `lack_of_awareness`, version 1."""
    return len(row.motives & LACK_OF_AWARENESS)


def tell(recorded: Recorded, label: Label) -> Told:
    """One event of the journal in words. `label` puts a code into the language of the reader."""
    ring, text, note = _story(recorded.event, label)
    who = recorded.actor.name or ""
    return Told(recorded.occurred_at, ring, text, note, who)


def _story(event: Event, label: Label) -> tuple[str, Message, Message | None]:
    match event:
        case SessionScheduled():
            return "open", Message("Session planned for {time}", time=_time(event.starts_at)), None
        case SessionRescheduled():
            return "open", Message("Session moved to {time}", time=_time(event.starts_at)), Message("It counts once.")
        case SessionHeld():
            return "done", Message("Session held, {minutes} min", minutes=event.minutes), None
        case SessionNoShow():
            return "no", Message("Nobody came"), Message("Not counted as a session.")
        case SessionCancelled():
            return "no", Message("Session cancelled by: {by}", by=label(event.by)), Message("Not counted as a session.")
    return _referral_story(event, label) or _enrolment_story(event, label)


def _referral_story(event: Event, label: Label) -> tuple[str, Message, Message | None] | None:
    told = Message("The sender was told: the fact and its date, no content.")
    match event:
        case ReferralReceived():
            return "closed", Message("Referral received, the sender was told"), None
        case ReferralAccepted():
            return "done", Message("Referral accepted, the sender was told"), None
        case ReferralRejected():
            return "no", Message("Referral rejected: {reason}", reason=label(event.reason)), None
        case ReferralTakenBack():
            return "no", Message("Not offered any more: {why}", why=label(event.because)), None
        case ReferralInProgress():
            return "half", Message("In the programme"), told
        case ReferralCompleted():
            return "done", Message("Programme completed"), told
        case ReferralFailed():
            return "no", Message("Programme ended early"), told
        case ReferralDeclinedAfterAcceptance():
            return "no", Message("Accepted, then not taken on: {reason}", reason=label(event.reason)), None
        case _:
            return None


def _enrolment_story(event: Event, label: Label) -> tuple[str, Message, Message | None]:
    match event:
        case EnrolmentReferred():
            through = Message("Through a referral") if event.referral else Message("Registered directly")
            return "open", Message("Enrolment opened: {source}", source=label(event.source)), through
        case EnrolmentConsented():
            return "closed", Message("Consent given by: {by}", by=label(event.by)), None
        case EnrolmentAccepted():
            frozen = Message("Frozen now: {age}, {school}", age=label(event.age_band), school=label(event.school_level))
            return "half", Message("Accepted into the programme"), frozen
        case EnrolmentDeclined():
            return "no", Message("Not taken on: {reason}", reason=label(event.reason)), None
        case EnrolmentActRecorded():
            words = Message("Act recorded: {act} ({channel})", act=label(event.act_type), channel=label(event.channel))
            return "closed", words, None
        case EnrolmentMotivesAssessed():
            order = list(Motive)
            named = ", ".join(label(motive) for motive in sorted(event.motives, key=order.index))
            version = Message("Code list version {version}", version=event.code_list_version)
            return "closed", Message("Motives named: {motives}", motives=named), version
        case EnrolmentCompleted():
            sent = Message("The referrer is told the fact and the date, no content.")
            return "done", Message("Programme completed"), sent
        case EnrolmentDiscontinued():
            return "no", Message("Discontinued: {reason}", reason=label(event.reason)), None
    raise ValueError(f"no words for {event.type_name()}")


def _time(at: datetime) -> str:
    here = at.astimezone(SEOUL)
    return f"{here:%Y-%m-%d %H:%M}"
