"""A counselling session: scheduled, perhaps rescheduled, then held, missed or cancelled (DOMAIN §4).

Only a held session counts, and a rescheduled one is still the same session: it counts once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import CancelledBy
from ansim.contracts.counseling import (
    SessionCancelled,
    SessionHeld,
    SessionNoShow,
    SessionRescheduled,
    SessionScheduled,
)
from ansim.errors import DomainError, Message
from counseling.domain.enrolment import Enrolment, EnrolmentStatus

SEOUL: Final = timezone(timedelta(hours=9), "KST")
FURTHEST_AHEAD: Final = timedelta(days=366)
FURTHEST_BACK: Final = timedelta(days=31)
"""A session may be written down after the fact, but not from memory of another season."""
LONGEST_MINUTES: Final = 600


class SessionStatus(StrEnum):
    SCHEDULED = "scheduled"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Session:
    person: UUID
    enrolment: UUID
    starts_at: datetime
    status: SessionStatus = SessionStatus.SCHEDULED


def evolve(state: Session | None, event: Event) -> Session:
    match state, event:
        case None, SessionScheduled():
            return Session(person=event.person, enrolment=event.enrolment, starts_at=event.starts_at)
        case Session(), SessionRescheduled():
            return replace(state, starts_at=event.starts_at)
        case Session(), SessionHeld():
            return replace(state, status=SessionStatus.HELD)
        case Session(), SessionNoShow():
            return replace(state, status=SessionStatus.NO_SHOW)
        case Session(), SessionCancelled():
            return replace(state, status=SessionStatus.CANCELLED)
    raise ValueError(f"{event.type_name()} does not follow {state and state.status} on a session")


def schedule(enrolment: UUID, of: Enrolment, starts_at: datetime, at: datetime) -> list[Event]:
    """Plan a session of an accepted enrolment. `at` is now."""
    if of.status is not EnrolmentStatus.ACCEPTED:
        raise DomainError(
            "sessions_need_acceptance", None, Message("Sessions can be planned only while the enrolment is active.")
        )
    _plausible(starts_at, at)
    return [SessionScheduled(person=of.person, enrolment=enrolment, starts_at=starts_at)]


def hold(state: Session, minutes: int, at: datetime) -> list[Event]:
    """Write down that the session took place, on its day in Seoul or later."""
    _only_scheduled(state)
    _not_before_its_day(state, at)
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise DomainError(
            "session_minutes", "minutes", Message("Between 1 and {limit} minutes.", limit=LONGEST_MINUTES)
        )
    return [SessionHeld(person=state.person, enrolment=state.enrolment, minutes=minutes)]


def miss(state: Session, at: datetime) -> list[Event]:
    """Write down that nobody came. A no-show never counts as a session."""
    _only_scheduled(state)
    _not_before_its_day(state, at)
    return [SessionNoShow(person=state.person, enrolment=state.enrolment)]


def cancel(state: Session, by: CancelledBy) -> list[Event]:
    _only_scheduled(state)
    return [SessionCancelled(person=state.person, enrolment=state.enrolment, by=by)]


def reschedule(state: Session, starts_at: datetime, at: datetime) -> list[Event]:
    """Move a planned session to another time."""
    _only_scheduled(state)
    if starts_at == state.starts_at:
        raise DomainError("another_time", "starts_at", Message("The session is planned for this time already."))
    _plausible(starts_at, at)
    return [SessionRescheduled(person=state.person, enrolment=state.enrolment, starts_at=starts_at)]


def _only_scheduled(state: Session) -> None:
    if state.status is not SessionStatus.SCHEDULED:
        raise DomainError("session_open", None, Message("This session is closed: it was held, missed or cancelled."))


def _not_before_its_day(state: Session, at: datetime) -> None:
    if at.astimezone(SEOUL).date() < state.starts_at.astimezone(SEOUL).date():
        raise DomainError(
            "not_before_its_day", None, Message("This session is planned for a later day. Reschedule it first.")
        )


def _plausible(starts_at: datetime, at: datetime) -> None:
    if not at - FURTHEST_BACK <= starts_at <= at + FURTHEST_AHEAD:
        raise DomainError(
            "plausible_time",
            "starts_at",
            Message("Choose a time from the past month up to one year ahead."),
        )
