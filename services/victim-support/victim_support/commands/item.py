"""Support items: asked for, given a date, moved, planned, and what became of them."""

from datetime import UTC, date, datetime
from uuid import UUID

from ansim.access import Role, colleagues
from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, RescheduleReason, SupportItemType
from ansim.errors import DomainError, Message
from ansim.journal import Fact, Unit
from ansim.web.commands import Command, Line, Text
from ansim.web.said import SEOUL
from victim_support.commands import loading
from victim_support.commands.case import AboutCase
from victim_support.domain import item as items
from victim_support.domain.case import Case


class AboutItem(Command):
    item: UUID
    seen: int | None = None


class Appointment(Command):
    """Without a date it is asked for only."""

    item_type: SupportItemType
    due_on: date | None = None


class ScheduleItem(AboutCase, Appointment):
    """`seen` is the version of the case: a plan that changed meanwhile is shown first."""

    id: UUID | None = None


class Day(Command):
    due_on: date


class DateItem(AboutItem, Day):
    pass


class Move(Day):
    reason: RescheduleReason


class MoveItem(AboutItem, Move):
    pass


class Accompaniment(Command):
    """Station, what was agreed and the next step are sealed. `goes` is a worker of the case's team, none oneself."""

    starts_at: datetime
    station: Line
    goes: UUID | None = None
    agreed: Text | None = None
    next_step: Line | None = None
    next_on: date | None = None

    def sealed(self) -> dict[str, str]:
        texts = {"station": self.station, "agreed": self.agreed, "next_step": self.next_step}
        return {field: text for field, text in texts.items() if text}


class PlanAccompaniment(AboutItem, Accompaniment):
    pass


class Delivery(Command):
    outcome: ItemOutcome


class DeliverItem(AboutItem, Delivery):
    pass


class GivingUp(Command):
    reason: NotDeliveredReason


class GiveUpItem(AboutItem, GivingUp):
    pass


async def schedule_item(unit: Unit, command: ScheduleItem) -> UUID:
    """Fix a date for one service of the plan, or note that it is asked for. Returns the id of the item."""
    await loading.hold(unit, command.case)
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    if command.due_on is None:
        begun = items.request(case, command.case, command.item_type)
    else:
        begun = items.schedule(case, command.case, command.item_type, command.due_on, today=_today(unit))
    item = await unit.stream("item", command.id or unit.ids(), items.evolve)
    item.expect(0)
    await item.append(*begun)
    return item.id


async def date_item(unit: Unit, command: DateItem) -> UUID:
    """Fix the date of what was asked for. Returns the id of its case, as all that follow."""
    stream, item = await loading.item(unit, command.item)
    stream.expect(command.seen)
    _, case = await loading.case(unit, item.case)
    await stream.append(*items.give_date(item, case, command.due_on, today=_today(unit)))
    return item.case


async def move_item(unit: Unit, command: MoveItem) -> UUID:
    stream, item = await loading.item(unit, command.item)
    stream.expect(command.seen)
    _, case = await loading.case(unit, item.case)
    await stream.append(*items.reschedule(item, case, command.due_on, command.reason, today=_today(unit)))
    return item.case


async def plan_accompaniment(unit: Unit, command: PlanAccompaniment) -> UUID:
    """Say when and where the police are met, and who goes along. The item's date follows the appointment."""
    stream, item = await loading.item(unit, command.item)
    stream.expect(command.seen)
    _, case = await loading.case(unit, item.case)
    goes = await _who_goes(unit, case, command.goes)
    at = _moment(command.starts_at)
    day = at.astimezone(SEOUL).date()
    events = items.plan_accompaniment(item, case, at, day, goes, command.next_on, today=_today(unit))
    await stream.append(*events[:-1], Fact(events[-1], command.sealed()))
    return item.case


async def _who_goes(unit: Unit, case: Case, chosen: UUID | None) -> UUID:
    """A support worker who may see the case: somebody of its team. Raises DomainError."""
    for each in await colleagues(unit.conn, Role.support_worker):
        wanted = each.member == chosen if chosen else each.subject == unit.context.actor.subject
        if wanted and each.team.id == case.team:
            return each.member
    raise DomainError("item.who_goes", "goes", Message("Choose a support worker of the case's team."))


def _moment(at: datetime) -> datetime:
    """A time without a zone is Seoul's. Raises DomainError for one that no calendar holds."""
    if not 1970 < at.year < 9000:
        raise DomainError("item.bad_time", "starts_at", Message("Choose a day within the calendar."))
    return (at if at.tzinfo else at.replace(tzinfo=SEOUL)).astimezone(UTC)


def _today(unit: Unit) -> date:
    return unit.context.at.astimezone(SEOUL).date()


async def deliver_item(unit: Unit, command: DeliverItem) -> UUID:
    """Record that the service was given; from now on it counts. Returns the id of its case."""
    stream, item = await loading.item(unit, command.item)
    stream.expect(command.seen)
    _, case = await loading.case(unit, item.case)
    await stream.append(*items.deliver(item, case, command.outcome))
    return item.case


async def give_up_item(unit: Unit, command: GiveUpItem) -> UUID:
    """Record that it did not take place, and why. Returns the id of its case."""
    stream, item = await loading.item(unit, command.item)
    stream.expect(command.seen)
    _, case = await loading.case(unit, item.case)
    await stream.append(*items.give_up(item, case, command.reason))
    return item.case
