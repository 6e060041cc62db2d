"""The event types of one service behind the shared contracts of this room."""

from collections.abc import Collection
from functools import cache
from typing import TypeVar

from ansim.contracts import EVENTS
from ansim.contracts.base import Event

E = TypeVar("E", bound=Event)


@cache
def event_of(service: str, contract: type[E]) -> type[E]:
    """A service's own type of a shared contract. Raises LookupError for a service that does not tell such facts."""
    for cls in EVENTS.values():
        if cls.service == service and issubclass(cls, contract):
            return cls
    raise LookupError(f"{service} has no event {contract.__name__}")


def events_of(service: str, contracts: Collection[type[E]]) -> list[type[E]]:
    return [event_of(service, contract) for contract in contracts]
