"""The words for support items."""

from ansim.contracts.victim_support import ItemDelivered, ItemNotDelivered, ItemScheduled
from ansim.errors import Message
from ansim.web.i18n import said
from ansim.web.said import day, label
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(ItemScheduled)
def scheduled(event: ItemScheduled) -> Words:
    due = Message("due {date}", date=day(event.due_on))
    return "open", Message("Date fixed: {item}", item=label(event.item_type)), said(due)


@teller.on(ItemDelivered)
def delivered(event: ItemDelivered) -> Words:
    return "done", Message("Delivered: {item}", item=label(event.item_type)), label(event.outcome)


@teller.on(ItemNotDelivered)
def not_delivered(event: ItemNotDelivered) -> Words:
    return "no", Message("Not delivered: {item}", item=label(event.item_type)), label(event.reason)
