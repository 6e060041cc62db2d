"""Commands about sessions, and the ends of an enrolment, which depend on its sessions."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from ansim.contracts.codes import CancelledBy
from ansim.errors import DomainError, Message, NotFound
from ansim.journal import Stream, Unit
from ansim.web.commands import Command
from counseling.commands import DiscontinueEnrolment, load_enrolment
from counseling.domain import enrolment as rules
from counseling.domain import session as sessions
from counseling.domain.session import LONGEST_MINUTES, SEOUL, Session
from counseling.progress import tell_ended


def _in_utc(at: datetime) -> datetime:
    """A time without a zone is Seoul's, as everybody here lives by it."""
    return (at if at.tzinfo else at.replace(tzinfo=SEOUL)).astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class ScheduleSession(Command):
    id: UUID | None = None
    enrolment: UUID
    starts_at: Moment


class HoldSession(Command):
    session: UUID
    seen: int | None = None
    minutes: int = Field(ge=1, le=LONGEST_MINUTES)


class MissSession(Command):
    session: UUID
    seen: int | None = None


class CancelSession(Command):
    session: UUID
    seen: int | None = None
    by: CancelledBy


class RescheduleSession(Command):
    session: UUID
    seen: int | None = None
    starts_at: Moment


class CompleteEnrolment(Command):
    enrolment: UUID
    seen: int | None = None


async def schedule_session(unit: Unit, command: ScheduleSession) -> UUID:
    _, of = await load_enrolment(unit, command.enrolment)
    stream = await unit.stream("session", command.id or unit.ids(), sessions.evolve)
    if stream.state is not None:
        raise DomainError("session_planned_once", None, Message("This session is planned already."))
    await stream.append(*sessions.schedule(command.enrolment, of, command.starts_at, unit.context.at))
    return stream.id


async def hold_session(unit: Unit, command: HoldSession) -> None:
    stream, state = await _session(unit, command.session, command.seen)
    await stream.append(*sessions.hold(state, command.minutes, unit.context.at))


async def miss_session(unit: Unit, command: MissSession) -> None:
    stream, state = await _session(unit, command.session, command.seen)
    await stream.append(*sessions.miss(state, unit.context.at))


async def cancel_session(unit: Unit, command: CancelSession) -> None:
    stream, state = await _session(unit, command.session, command.seen)
    await stream.append(*sessions.cancel(state, command.by))


async def reschedule_session(unit: Unit, command: RescheduleSession) -> None:
    stream, state = await _session(unit, command.session, command.seen)
    await stream.append(*sessions.reschedule(state, command.starts_at, unit.context.at))


async def complete_enrolment(unit: Unit, command: CompleteEnrolment) -> None:
    """Complete after ten or more held sessions; sessions still planned are cancelled by the centre."""
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    held = await unit.conn.fetchval(
        "select count(*) from session where enrolment = $1 and status = 'held'", command.enrolment
    )
    await stream.append(*rules.complete(state, held))
    await tell_ended(unit, state.referral, completed=True)
    await _cancel_planned(unit, command.enrolment)


async def discontinue_enrolment(unit: Unit, command: DiscontinueEnrolment) -> None:
    """End without completion; sessions still planned are cancelled by the centre."""
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    await stream.append(*rules.discontinue(state, command.reason))
    await tell_ended(unit, state.referral, completed=False)
    await _cancel_planned(unit, command.enrolment)


async def _session(unit: Unit, session: UUID, seen: int | None) -> tuple[Stream[Session], Session]:
    """Raises NotFound, and VersionConflict when the person saw another version.

    The enrolment is locked first, so that a session cannot be held while its enrolment is being completed.
    """
    await unit.conn.execute(
        "select from enrolment where enrolment = (select enrolment from session where session = $1) for update", session
    )
    stream = await unit.stream("session", session, sessions.evolve)
    if stream.state is None:
        raise NotFound("session", session)
    stream.expect(seen)
    return stream, stream.state


async def _cancel_planned(unit: Unit, enrolment: UUID) -> None:
    planned = await unit.conn.fetch(
        "select session from session where enrolment = $1 and status = 'scheduled' order by starts_at", enrolment
    )
    for row in planned:
        stream, state = await _session(unit, row["session"], None)
        await stream.append(*sessions.cancel(state, CancelledBy.CENTRE))
