"""The twins in memory: same promises, no servers."""

import asyncio
import copy
from collections.abc import Mapping, Sequence

from msgspec import Struct

from analytics.domain.tally import CellKey, Plan
from analytics.statistics.ports import Fenced, Place
from analytics.statistics.reducer import Change, Entity, EntityKey, Parked
from analytics.statistics.wire import Record


class Message(Struct, frozen=True):
    """A record that nobody sent."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class MemoryTopics:
    """Topics of all services, shared by any number of sources."""

    def __init__(self) -> None:
        self.logs: dict[Place, list[Message]] = {}

    def put(self, service: str, partition: int, key: bytes | None, value: bytes | None) -> None:
        log = self.logs.setdefault((service, partition), [])
        log.append(Message(f"ansim.{service}.events.v1", partition, len(log), key, value))


class MemorySource:
    def __init__(self, topics: MemoryTopics) -> None:
        self._topics = topics
        self._next: dict[Place, int] = {}

    async def start(self, offsets: Mapping[Place, int]) -> None:
        self._next = dict(offsets)

    async def fetch(self, limit: int, wait_seconds: float) -> Mapping[Place, Sequence[Record]]:
        await asyncio.sleep(0)
        found: dict[Place, Sequence[Record]] = {}
        for place, offset in self._next.items():
            records = self._topics.logs.get(place, [])[offset : offset + limit]
            if records:
                found[place] = records
                self._next[place] = offset + len(records)
                limit -= len(records)
            if limit <= 0:
                break
        return found

    async def ends(self) -> Mapping[Place, int]:
        return {place: len(self._topics.logs.get(place, [])) for place in self._next}

    def known_ends(self) -> Mapping[Place, int]:
        return {place: len(self._topics.logs.get(place, [])) for place in self._next}

    async def close(self) -> None:
        self._next = {}


class MemoryStore:
    """What several ledgers share, as several workers share a database."""

    def __init__(self) -> None:
        self.entities: dict[EntityKey, Entity] = {}
        self.cells: dict[CellKey, int] = {}
        self.offsets: dict[Place, int] = {}
        self.parked: list[Parked] = []


class MemoryLedger:
    def __init__(self, store: MemoryStore, plan: Plan) -> None:
        self._store = store
        self._plan = plan
        self.beats = 0

    async def offsets(self, places: Sequence[Place]) -> dict[Place, int]:
        return {place: self._store.offsets.get(place, 0) for place in places}

    async def load(self, keys: Sequence[EntityKey]) -> dict[EntityKey, Entity]:
        await asyncio.sleep(0)
        found = {key: copy.deepcopy(self._store.entities[key]) for key in keys if key in self._store.entities}
        for (service, _), entity in found.items():
            entity.contribution = self._plan.contribution(service, entity.streams)
        return found

    async def commit(self, change: Change, expected: Mapping[Place, int]) -> None:
        change = copy.deepcopy(change)
        await asyncio.sleep(0)
        store = self._store
        if any(store.offsets.get(place, 0) != offset for place, offset in expected.items()):
            raise Fenced("another worker has counted on")
        store.entities.update(change.entities)
        for cell, delta in change.cells.items():
            store.cells[cell] = store.cells.get(cell, 0) + delta
        store.parked.extend(change.parked)
        store.offsets.update({place: seen.next_offset for place, seen in change.seen.items()})

    async def cells(self) -> dict[CellKey, int]:
        return {cell: count for cell, count in self._store.cells.items() if count}

    async def beat(self, *, caught_up: bool) -> None:
        self.beats += 1

    async def close(self) -> None:
        await asyncio.sleep(0)
