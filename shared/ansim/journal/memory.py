"""The journal in memory: passes the same suite as the real one."""

from collections.abc import Sequence
from uuid import UUID

from ansim.errors import VersionConflict
from ansim.journal.facts import Recorded


class MemoryJournal:
    """See `Journal`. Keeps what it was given; there is no transaction to roll back."""

    def __init__(self) -> None:
        self._streams: dict[tuple[str, UUID], list[Recorded]] = {}
        self._by_id: dict[UUID, Recorded] = {}

    async def append(self, rows: Sequence[Recorded]) -> None:
        for row in rows:
            stream = self._streams.setdefault((row.aggregatetype, row.aggregateid), [])
            if row.version <= len(stream):
                raise VersionConflict(row.aggregatetype, row.aggregateid, row.version - 1, len(stream))
            if row.version != len(stream) + 1:
                raise ValueError(f"version {row.version} would leave a gap after {len(stream)}")
            stream.append(row)
            self._by_id[row.event_id] = row

    async def load(self, aggregatetype: str, aggregateid: UUID) -> list[Recorded]:
        return list(self._streams.get((aggregatetype, aggregateid), ()))

    async def find(self, event_id: UUID) -> Recorded | None:
        return self._by_id.get(event_id)
