"""A support item (지원 건, DOMAIN §4): scheduled → delivered(outcome) | not_delivered(reason). Only delivered counts.

A delivered event freezes the case's harm types and age band, so that its figures never need a join (DESIGN §5).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, SupportItemType
from ansim.contracts.victim_support import ItemDelivered, ItemNotDelivered, ItemScheduled
from ansim.errors import DomainError, Message
from victim_support.domain.case import WITH_A_PLAN, Case, CaseState

LONGEST_NOTICE: Final = timedelta(days=366)
"""A due date further away is taken for a slip of the keyboard."""


class ItemState(StrEnum):
    SCHEDULED = "scheduled"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"


@dataclass(frozen=True, slots=True)
class Item:
    case: UUID
    item_type: SupportItemType
    due_on: date
    state: ItemState = ItemState.SCHEDULED


def evolve(state: Item | None, event: Event) -> Item:
    match state, event:
        case None, ItemScheduled():
            return Item(case=event.case, item_type=event.item_type, due_on=event.due_on)
        case Item(), ItemDelivered():
            return replace(state, state=ItemState.DELIVERED)
        case Item(), ItemNotDelivered():
            return replace(state, state=ItemState.NOT_DELIVERED)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def schedule(case: Case, case_id: UUID, item_type: SupportItemType, due_on: date, *, today: date) -> list[Event]:
    """Fix a date for one service of the plan. `today` is the calendar day in Seoul."""
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
    if due_on < today:
        raise DomainError(
            "item.due_in_the_past", "due_on", Message("The due date has passed. Choose today or a later day.")
        )
    if due_on > today + LONGEST_NOTICE:
        raise DomainError(
            "item.due_too_far", "due_on", Message("The due date is more than a year away. Check the year.")
        )
    return [ItemScheduled(person=case.person, case=case_id, item_type=item_type, due_on=due_on)]


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
    _still_scheduled(state)
    return [ItemNotDelivered(person=case.person, case=state.case, item_type=state.item_type, reason=reason)]


def _still_scheduled(state: Item) -> None:
    if state.state is not ItemState.SCHEDULED:
        raise DomainError(
            "item.settled", message=Message("This support item is settled. Its result stays as recorded.")
        )
