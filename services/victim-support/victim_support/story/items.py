"""The words for support items."""

from ansim.contracts.victim_support import (
    ItemAccompanimentPlanned,
    ItemDelivered,
    ItemNotDelivered,
    ItemRequested,
    ItemRescheduled,
    ItemScheduled,
)
from ansim.errors import Message
from ansim.web.i18n import said
from ansim.web.said import day, label, minute
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(ItemScheduled)
def scheduled(event: ItemScheduled) -> Words:
    due = Message("due {date}", date=day(event.due_on))
    return "open", Message("Date fixed: {item}", item=label(event.item_type)), said(due)


@teller.on(ItemRequested)
def requested(event: ItemRequested) -> Words:
    return "open", Message("Asked for: {item}", item=label(event.item_type)), ""


@teller.on(ItemRescheduled)
def rescheduled(event: ItemRescheduled) -> Words:
    due = said(Message("due {date}", date=day(event.due_on)))
    return "open", Message("Date moved: {item}", item=label(event.item_type)), f"{due} · {label(event.reason)}"


@teller.on(ItemAccompanimentPlanned)
def accompaniment_planned(event: ItemAccompanimentPlanned) -> Words:
    note = f"{day(event.starts_at)} {minute(event.starts_at)}"
    if event.next_on is not None:
        note += " · " + said(Message("next step {date}", date=day(event.next_on)))
    return "closed", Message("Going along to the police planned"), note


@teller.on(ItemDelivered)
def delivered(event: ItemDelivered) -> Words:
    return "done", Message("Delivered: {item}", item=label(event.item_type)), label(event.outcome)


@teller.on(ItemNotDelivered)
def not_delivered(event: ItemNotDelivered) -> Words:
    return "no", Message("Not delivered: {item}", item=label(event.item_type)), label(event.reason)
