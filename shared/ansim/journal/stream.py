"""One aggregate's stream inside a unit of work: its folded state, and the only way to append to it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from ansim.contracts import Event
from ansim.errors import VersionConflict
from ansim.journal.facts import Fact, Recorded

if TYPE_CHECKING:
    from ansim.journal.unit import Unit

S = TypeVar("S")


class Stream(Generic[S]):
    """State and version as this unit of work sees them. Appending moves both forward."""

    def __init__(
        self, unit: "Unit", aggregate: str, id: UUID, evolve: Callable[[S | None, Event], S], past: list[Recorded]
    ) -> None:
        self._unit = unit
        self._evolve = evolve
        self.aggregate = aggregate
        self.id = id
        self.version = len(past)
        self.state: S | None = None
        for recorded in past:
            self.state = evolve(self.state, recorded.event)

    def expect(self, seen: int | None) -> None:
        """Raise VersionConflict when the person decided on another version; None means the person saw none."""
        if seen is not None and seen != self.version:
            raise VersionConflict(self.aggregate, self.id, seen, self.version)

    async def append(self, *facts: Event | Fact) -> list[Recorded]:
        """Append facts in order, seal their texts, evolve the state and run the projections, all in this transaction.

        Raises VersionConflict when somebody else appended to the stream meanwhile; the unit then rolls back.
        """
        rows = await self._unit.record(self.aggregate, self.id, self.version, facts)
        for row in rows:
            self.state = self._evolve(self.state, row.event)
        self.version += len(rows)
        return rows
