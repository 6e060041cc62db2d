"""Event → read tables, in the transaction that appends the event."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from ansim.contracts import Event
from ansim.journal.facts import Recorded
from ansim.vault.blind import SearchField

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
        self._searched: dict[type[Event], Mapping[str, SearchField]] = {}

    def on(self, *events: type[Event]) -> Callable[[type_of_handler], type_of_handler]:
        """Register a handler for events of this service."""

        def register(handler: type_of_handler) -> type_of_handler:
            for event in events:
                self._handlers.setdefault(event, []).append(handler)
            return handler

        return register

    def finds(self, event: type[Event], **fields: SearchField) -> None:
        """Keep these sealed fields of an event findable by exact name or telephone number (see `ansim.vault.blind`)."""
        stray = fields.keys() - event.sealed_fields
        if stray:
            raise ValueError(f"{event.type_name()} has no sealed field {', '.join(sorted(stray))}")
        self._searched[event] = {**self._searched.get(event, {}), **fields}

    def searched_fields(self, event: type[Event]) -> Mapping[str, SearchField]:
        """The sealed fields of an event that can be searched, and what each holds."""
        return self._searched.get(event, {})

    @property
    def searched(self) -> list[type[Event]]:
        """Events with a sealed text that can be searched."""
        return list(self._searched)

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
        for event, fields in other._searched.items():
            self.finds(event, **fields)

    async def project(self, unit: "Unit", recorded: Recorded) -> None:
        for handler in self._handlers.get(type(recorded.event), ()):
            await handler(unit, recorded)
