"""Legal holds: placed and lifted by people, each with a reason, on the record's own stream."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.codes import HoldReason
from ansim.contracts.privacy import ExpiryWarned, KeepingExpired, LegalHoldLifted, LegalHoldPlaced
from ansim.errors import DomainError, Message
from ansim.journal import Fact, Unit
from ansim.privacy.events import event_of
from ansim.web.commands import Command, Text

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk

AGGREGATE: Final = "retention"
_TOO_LATE: Final = "select true from erasure where person = $1 and state in ('approved', 'destroyed', 'certified')"


class PlaceHold(Command):
    """`note` says which proceeding it is, and is sealed."""

    reason: HoldReason
    note: Text | None = None


class LiftHold(Command):
    hold: UUID
    note: Text | None = None


async def place_hold(unit: Unit, desk: "PrivacyDesk", record: UUID, command: PlaceHold) -> UUID:
    """From now on nothing of the person is erased. Returns the hold's id. Raises DomainError when it is too late."""
    matter = await desk.matters.find(unit.conn, record)
    await one_at_a_time(unit, matter.person)
    if await unit.conn.fetchval(_TOO_LATE, matter.person):
        raise DomainError("hold.too_late", "reason", Message("The erasure has been approved and is carried out."))
    stream = await unit.stream(AGGREGATE, record, evolve)
    event = event_of(desk.service, LegalHoldPlaced)(person=matter.person, reason=command.reason)
    rows = await stream.append(Fact(event, {"note": command.note} if command.note else {}))
    return rows[0].event_id


async def one_at_a_time(unit: Unit, person: UUID) -> None:
    """Let whoever places a hold and whoever approves an erasure of one person wait for each other."""
    await unit.conn.execute("select pg_advisory_xact_lock(hashtextextended('erasure' || $1::text, 0))", str(person))


async def lift_hold(unit: Unit, desk: "PrivacyDesk", record: UUID, command: LiftHold) -> None:
    """End a hold. Raises DomainError when it is not in force."""
    matter = await desk.matters.find(unit.conn, record)
    in_force = await unit.conn.fetchval(
        "select true from legal_hold where event = $1 and record = $2 and lifted_at is null", command.hold, record
    )
    if not in_force:
        raise DomainError("hold.not_in_force", "hold", Message("This hold is not in force."))
    stream = await unit.stream(AGGREGATE, record, evolve)
    event = event_of(desk.service, LegalHoldLifted)(person=matter.person, hold=command.hold)
    await stream.append(Fact(event, {"note": command.note} if command.note else {}))


def evolve(state: int | None, event: Event) -> int:
    """Streams of keeping have no state of their own: what they say is worked out with the record's events."""
    if not isinstance(event, LegalHoldPlaced | LegalHoldLifted | ExpiryWarned | KeepingExpired):
        raise TypeError(f"{type(event).__name__} is not about keeping")
    return (state or 0) + 1
