"""Event → read tables, in the transaction that appends the event."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ansim.contracts import Event
from ansim.journal.facts import Recorded

if TYPE_CHECKING:
    from ansim.journal.unit import Unit

type_of_handler = Callable[["Unit", Recorded], Awaitable[None]]


class Projector:
    """Which functions keep the read tables true. Handlers of one event run in the order of their registration."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[type_of_handler]] = {}

    def on(self, *events: type[Event]) -> Callable[[type_of_handler], type_of_handler]:
        """Register a handler for events of this service."""

        def register(handler: type_of_handler) -> type_of_handler:
            for event in events:
                self._handlers.setdefault(event, []).append(handler)
            return handler

        return register

    def include(self, other: "Projector") -> None:
        """Take over another projector's handlers, for services that keep their projections in several files."""
        for event, handlers in other._handlers.items():
            self._handlers.setdefault(event, []).extend(handlers)

    async def project(self, unit: "Unit", recorded: Recorded) -> None:
        for handler in self._handlers.get(type(recorded.event), ()):
            await handler(unit, recorded)
