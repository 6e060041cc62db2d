"""Event → read tables, in the transaction that appends the event."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from ansim.contracts import Event
from ansim.journal.facts import Recorded

if TYPE_CHECKING:
    from ansim.journal.unit import Unit

type_of_handler = Callable[["Unit", Recorded], Awaitable[None]]


class Projector:
    """Which functions keep the read tables true. Handlers of one event run in the order of their registration.

    Handlers see and write every row, whoever acts: what an event says is true for all (see `Unit.record`).
    """

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[type_of_handler]] = {}
        self._windows: dict[str, str] = {}

    def on(self, *events: type[Event]) -> Callable[[type_of_handler], type_of_handler]:
        """Register a handler for events of this service."""

        def register(handler: type_of_handler) -> type_of_handler:
            for event in events:
                self._handlers.setdefault(event, []).append(handler)
            return handler

        return register

    def seen_through(self, aggregate: str, table: str, key: str = "id") -> None:
        """Open streams of this aggregate only to whoever sees its row in a guarded read table: permission lives in the read
        model, and a command that forgets to ask is refused all the same."""
        if not (table.isidentifier() and key.isidentifier()):
            raise ValueError(f"{table}.{key} is not a column")
        self._windows[aggregate] = f"select true from {table} where {key} = $1"  # noqa: S608 - identifiers only

    def window(self, aggregate: str) -> str | None:
        """The query that finds an aggregate's row, None when everybody may load its streams."""
        return self._windows.get(aggregate)

    @property
    def guards(self) -> bool:
        """Whether any read table is guarded, so that projections need a wider view than the actor's."""
        return bool(self._windows)

    def include(self, other: "Projector") -> None:
        """Take over another projector's handlers, for services that keep their projections in several files."""
        for event, handlers in other._handlers.items():
            self._handlers.setdefault(event, []).extend(handlers)
        self._windows.update(other._windows)

    async def project(self, unit: "Unit", recorded: Recorded) -> None:
        for handler in self._handlers.get(type(recorded.event), ()):
            await handler(unit, recorded)
