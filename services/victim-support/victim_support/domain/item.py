"""A support item (지원 건, DOMAIN §4): requested → scheduled → delivered(outcome) | not_delivered(reason). Only delivered counts.

A date may move; the item stays one item. Going along to the police has a plan of its own: when, who goes, what was agreed.
A delivered event freezes the case's harm types and age band, so that its figures never need a join (DESIGN §5).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, RescheduleReason, SupportItemType
from ansim.contracts.victim_support import (
    ItemAccompanimentPlanned,
    ItemDelivered,
    ItemNotDelivered,
    ItemRequested,
    ItemRescheduled,
    ItemScheduled,
)
from ansim.errors import DomainError, Message
from victim_support.domain.case import WITH_A_PLAN, Case, CaseState

LONGEST_NOTICE: Final = timedelta(days=366)
"""A due date further away is taken for a slip of the keyboard."""


class ItemState(StrEnum):
    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True, slots=True)
class Item:
    case: UUID
    item_type: SupportItemType
    due_on: date | None = None
    state: ItemState = ItemState.REQUESTED


def evolve(state: Item | None, event: Event) -> Item:
    match state, event:
        case None, ItemRequested():
            return Item(case=event.case, item_type=event.item_type)
        case None, ItemScheduled():
            return Item(event.case, event.item_type, event.due_on, ItemState.SCHEDULED)
        case Item(), ItemScheduled():
            return replace(state, state=ItemState.SCHEDULED, due_on=event.due_on)
        case Item(), ItemRescheduled():
            return replace(state, due_on=event.due_on)
        case Item(), ItemAccompanimentPlanned():
            return state
        case Item(), ItemDelivered():
            return replace(state, state=ItemState.DELIVERED)
        case Item(), ItemNotDelivered():
            return replace(state, state=ItemState.NOT_DELIVERED)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def request(case: Case, case_id: UUID, item_type: SupportItemType) -> list[Event]:
    """Note that something is asked for, before there is a date."""
    _in_plan(case, item_type)
    return [ItemRequested(person=case.person, case=case_id, item_type=item_type)]


def schedule(case: Case, case_id: UUID, item_type: SupportItemType, due_on: date, *, today: date) -> list[Event]:
    """Fix a date for one service of the plan. `today` is the calendar day in Seoul."""
    _in_plan(case, item_type)
    _due(due_on, today)
    return [ItemScheduled(person=case.person, case=case_id, item_type=item_type, due_on=due_on)]


def give_date(state: Item, case: Case, due_on: date, *, today: date) -> list[Event]:
    """Fix the date of what was asked for."""
    if state.state is not ItemState.REQUESTED:
        raise DomainError("item.has_a_date", message=Message("This support item has a date already."))
    return schedule(case, state.case, state.item_type, due_on, today=today)


def reschedule(state: Item, case: Case, due_on: date, reason: RescheduleReason, *, today: date) -> list[Event]:
    """Move the date. However often it moves, it is counted once, when it is delivered."""
    _still_scheduled(state)
    _due(due_on, today)
    if due_on == state.due_on:
        raise DomainError("item.same_day", "due_on", Message("This is the day it has already."))
    return [
        ItemRescheduled(person=case.person, case=state.case, item_type=state.item_type, due_on=due_on, reason=reason)
    ]


def plan_accompaniment(
    state: Item, case: Case, starts_at: datetime, day: date, goes: UUID, next_on: date | None, *, today: date
) -> list[Event]:
    """Say when the police are met and who goes along; the item's date follows. `day` is that of `starts_at` in Seoul."""
    if state.item_type is not SupportItemType.POLICE_ACCOMPANIMENT:
        raise DomainError("item.no_accompaniment", message=Message("Only going along to the police has such a plan."))
    _unsettled(state)
    _due(day, today, "starts_at")
    if next_on is not None and next_on < day:
        raise DomainError("item.next_before", "next_on", Message("The next step lies before the appointment."))
    events: list[Event] = []
    if state.state is ItemState.REQUESTED:
        events += give_date(state, case, day, today=today)
    elif state.due_on != day:
        events += reschedule(state, case, day, RescheduleReason.APPOINTMENT_MOVED, today=today)
    planned = ItemAccompanimentPlanned(
        person=case.person,
        case=state.case,
        item_type=state.item_type,
        starts_at=starts_at,
        goes=goes,
        next_on=next_on,
    )
    return [*events, planned]


def deliver(state: Item, case: Case, outcome: ItemOutcome) -> list[Event]:
    _still_scheduled(state)
    return [
        ItemDelivered(
            person=case.person,
            case=state.case,
            item_type=state.item_type,
            harm_types=case.harm_types,
            age_band=case.age_band,
            outcome=outcome,
        )
    ]


def give_up(state: Item, case: Case, reason: NotDeliveredReason) -> list[Event]:
    """Say why it did not take place. The item is settled, and is not counted."""
    _unsettled(state)
    return [ItemNotDelivered(person=case.person, case=state.case, item_type=state.item_type, reason=reason)]


def _in_plan(case: Case, item_type: SupportItemType) -> None:
    if case.state is CaseState.CLOSED:
        raise DomainError("case.closed", message=Message("This case is closed. Nothing can be added to it."))
    if case.state is CaseState.WATCHING:
        raise DomainError("item.only_watched", message=Message("This case is only watched. Reopen it first."))
    if case.state not in WITH_A_PLAN:
        raise DomainError(
            "item.plan_first",
            message=Message("Agree on a plan first. Support items follow from what the person agreed to."),
        )
    if item_type not in case.item_types:
        raise DomainError(
            "item.not_in_plan",
            "item_type",
            Message("The plan does not hold this kind of support. Agree on a new plan first."),
        )


def _due(day: date, today: date, field: str = "due_on") -> None:
    if day < today:
        raise DomainError(
            "item.due_in_the_past", field, Message("The due date has passed. Choose today or a later day.")
        )
    if day > today + LONGEST_NOTICE:
        raise DomainError("item.due_too_far", field, Message("The due date is more than a year away. Check the year."))


def _unsettled(state: Item) -> None:
    if state.state in (ItemState.DELIVERED, ItemState.NOT_DELIVERED):
        raise DomainError(
            "item.settled", message=Message("This support item is settled. Its result stays as recorded.")
        )


def _still_scheduled(state: Item) -> None:
    _unsettled(state)
    if state.state is ItemState.REQUESTED:
        raise DomainError("item.date_first", message=Message("Fix a date first."))
