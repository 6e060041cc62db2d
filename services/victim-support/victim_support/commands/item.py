"""Support items: the date, and what became of it."""

from datetime import date
from uuid import UUID

from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, SupportItemType
from ansim.journal import Unit
from ansim.web.commands import Command
from ansim.web.said import SEOUL
from victim_support.commands import loading
from victim_support.commands.case import AboutCase
from victim_support.domain import item as items


class AboutItem(Command):
    item: UUID
    seen: int | None = None


class Appointment(Command):
    item_type: SupportItemType
    due_on: date


class ScheduleItem(AboutCase, Appointment):
    """`seen` is the version of the case: a plan that changed meanwhile is shown first."""

    id: UUID | None = None


class Delivery(Command):
    outcome: ItemOutcome


class DeliverItem(AboutItem, Delivery):
    pass


class GivingUp(Command):
    reason: NotDeliveredReason


class GiveUpItem(AboutItem, GivingUp):
    pass


async def schedule_item(unit: Unit, command: ScheduleItem) -> UUID:
    """Fix a date for one service of the plan. Returns the id of the item."""
    await loading.hold(unit, command.case)
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    today = unit.context.at.astimezone(SEOUL).date()
    scheduled = items.schedule(case, command.case, command.item_type, command.due_on, today=today)
    item = await unit.stream("item", command.id or unit.ids(), items.evolve)
    item.expect(0)
    await item.append(*scheduled)
    return item.id


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
