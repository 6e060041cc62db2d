"""What the loop needs of the world: somewhere to read from and somewhere to write to. Each has a twin in memory."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from analytics.domain.tally import CellKey
from analytics.statistics.reducer import Change, Entity, EntityKey
from analytics.statistics.wire import Record
from ansim.errors import AnsimError, Fatal

Place = tuple[str, int]
"""(service, partition)."""


class Fenced(Fatal):
    """Another worker has counted on from where this one stood. Stop: going on would count twice."""


class Superseded(AnsimError):
    """A rebuild was switched to: open the statistics again and go on there."""


class Source(Protocol):
    """The topics of all services. Records of a partition come in offset order, none left out."""

    async def start(self, offsets: Mapping[Place, int]) -> None:
        """Read the given partitions from these offsets on. Raises Retriable while the broker is away."""
        ...

    async def fetch(self, limit: int, wait_seconds: float) -> Mapping[Place, Sequence[Record]]:
        """At most `limit` records; empty when none came in time. Raises Retriable."""
        ...

    async def ends(self) -> Mapping[Place, int]:
        """The offset after the last record of each partition, now. Raises Retriable."""
        ...

    def known_ends(self) -> Mapping[Place, int]:
        """The ends as far as the last fetches told, without asking anybody."""
        ...

    async def close(self) -> None: ...


class Ledger(Protocol):
    """Where entities, cells and offsets are kept."""

    async def offsets(self, places: Sequence[Place]) -> dict[Place, int]:
        """The next offset of each partition; 0 for one never read. Raises Retriable."""
        ...

    async def load(self, keys: Sequence[EntityKey]) -> dict[EntityKey, Entity]:
        """The entities that are known, with their contribution. Raises Retriable."""
        ...

    async def commit(self, change: Change, expected: Mapping[Place, int]) -> None:
        """All of the change, or nothing. Raises Fenced when an offset is not the expected one, Superseded after a
        switch, Retriable when the outcome is unknown: then read the offsets anew."""
        ...

    async def cells(self) -> dict[CellKey, int]:
        """All cells that are not zero."""
        ...

    async def beat(self, *, caught_up: bool) -> None:
        """Say that this worker makes progress, and whether it has read all there is."""
        ...

    async def close(self) -> None: ...
