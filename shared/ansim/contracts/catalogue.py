"""The one catalogue of services, topics and event types. What is not in here does not travel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ansim.contracts import (
    analytics,
    counseling,
    intake,
    intake_privacy,
    monitoring,
    victim_support,
    victim_support_privacy,
)
from ansim.contracts.base import Event

SERVICES: Final = ("intake", "victim-support", "counseling", "monitoring", "analytics")


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic. Partition counts of keyed topics never change; retention -1 keeps events for rebuilds."""

    name: str
    service: str
    partitions: int = 4
    retention_ms: int = -1


TOPICS: Final = {service: Topic(f"ansim.{service}.events.v1", service) for service in SERVICES}


def _events_of(cls: type[Event]) -> Iterator[type[Event]]:
    for sub in cls.__subclasses__():
        if "name" in sub.__dict__:
            yield sub
        yield from _events_of(sub)


_MODULES: Final = (
    intake,
    intake_privacy,
    victim_support,
    victim_support_privacy,
    counseling,
    monitoring,
    analytics,
)

EVENTS: Final[dict[str, type[Event]]] = {
    cls.type_name(): cls
    for cls in sorted(_events_of(Event), key=lambda e: e.type_name())
    if any(cls.__module__ == module.__name__ for module in _MODULES)
}
"""Every event type by its CloudEvents `type`. Test doubles outside the contract modules are not in it."""


def source_of(service: str) -> str:
    """CloudEvents `source` of a service's events."""
    return f"/ansim/{service}"
