"""The one loop from the topics to the cells, live and rebuild alike: fetch, read, count, commit.

While one batch is being committed the next is fetched, read and counted. Nothing is taken as counted before its commit:
after any failure the caller opens everything anew and goes on from the committed offsets.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from analytics.domain.tally import Plan
from analytics.statistics.ports import Ledger, Place, Source
from analytics.statistics.reducer import Change, Entity, EntityKey, reduce
from analytics.statistics.wire import Fact, Record, Unreadable, is_id, read
from ansim.errors import Fatal, ParkReason
from ansim.inbox.parking import ParkLimitReached, ParkLimits

BEAT_SECONDS = 1.0


class Loop:
    """Counts the given partitions. One instance is one attempt: it is not used again after a failure.

    `limit` bounds a batch, `capacity` the entities kept in memory between batches.
    """

    def __init__(
        self,
        source: Source,
        ledger: Ledger,
        plan: Plan,
        *,
        limit: int = 5_000,
        capacity: int = 100_000,
        limits: ParkLimits | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._source = source
        self._ledger = ledger
        self._plan = plan
        self._limit = limit
        self._capacity = capacity
        self._watch = _Limits(limits or ParkLimits())
        self._beat = beat
        self._entities: OrderedDict[EntityKey, Entity] = OrderedDict()
        self._next: dict[Place, int] = {}
        self._pending: asyncio.Task[None] | None = None
        self._pinned: Mapping[EntityKey, Entity] = {}
        self._beat_at = 0.0
        self.events = 0

    async def run(
        self,
        places: Sequence[Place],
        stopping: asyncio.Event,
        *,
        until: Mapping[Place, int] | None = None,
        progress: Callable[[int], None] = lambda events: None,
    ) -> None:
        """Count until `stopping` is set, or up to the offsets `until`; then all of it is committed.

        Raises Fenced when another worker counts the same partitions, Superseded after a switch, Retriable when the
        database or broker is away, Fatal when going on would do harm.
        """
        self._next = await self._ledger.offsets(places)
        await self._source.start(self._next)
        try:
            while not stopping.is_set() and not self._reached(until):
                batch = await self._source.fetch(self._limit, BEAT_SECONDS if until is None else 0.2)
                count = await self._take(batch)
                progress(count)
                await self._sign_of_life(idle=not count)
        finally:
            await self._settled()

    async def _take(self, batch: Mapping[Place, Sequence[Record]]) -> int:
        facts: list[Fact | Unreadable] = []
        for place, records in batch.items():
            if records[0].offset != self._next[place]:
                raise Fatal("a topic no longer holds what was not counted yet")
            facts += read(records, place[0])
        if not facts:
            await self._settled()
            return 0
        await self._fetch_entities(facts)
        change = reduce(facts, self._entities, self._plan)
        self._watch.note(change, len(facts))
        expected = {place: self._next[place] for place in change.seen}
        await self._settled()
        self._next.update({place: seen.next_offset for place, seen in change.seen.items()})
        self._pinned = change.entities
        self._pending = asyncio.create_task(self._ledger.commit(change, expected))
        await asyncio.sleep(0)
        self.events += len(facts)
        return len(facts)

    async def _fetch_entities(self, facts: Sequence[Fact | Unreadable]) -> None:
        """Have every entity at hand that the facts name; drop those longest unused beyond the capacity."""
        entities = self._entities
        missing: list[EntityKey] = []
        for key in dict.fromkeys((fact.service, fact.key) for fact in facts if isinstance(fact, Fact)):
            if key in entities:
                entities.move_to_end(key)
            elif is_id(key[1]):
                missing.append(key)
        if missing:
            entities.update(await self._ledger.load(missing))
        surplus = len(entities) - max(self._capacity, len(facts))
        for key in [key for key, _ in zip(entities, range(surplus), strict=False)] if surplus > 0 else ():
            if key not in self._pinned:
                del entities[key]

    async def _settled(self) -> None:
        """The commit under way is done. Raises what it raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            try:
                await asyncio.shield(pending)
            except asyncio.CancelledError:
                with contextlib.suppress(Exception):
                    await pending
                raise
            self._pinned = {}

    async def _sign_of_life(self, *, idle: bool) -> None:
        """With nothing to do, ask the broker whether that is so: one that is away sends nothing either."""
        self._beat()
        now = monotonic()
        if now - self._beat_at >= BEAT_SECONDS * 0.9:
            self._beat_at = now
            ends = await self._source.ends() if idle else self._source.known_ends()
            await self._ledger.beat(caught_up=all(self._next[place] >= end for place, end in ends.items()))

    def _reached(self, until: Mapping[Place, int] | None) -> bool:
        return until is not None and all(self._next.get(place, 0) >= end for place, end in until.items())


class _Limits:
    """Past these limits something is wrong with the program or its input as a whole: stop, and do not empty a topic
    into a heap. Messages that wait behind a parked one do not count."""

    def __init__(self, limits: ParkLimits) -> None:
        self._limits = limits
        self._in_a_row = 0
        self._parked = self._seen = 0

    def note(self, change: Change, facts: int) -> None:
        """Raises ParkLimitReached; then nothing of the batch is committed."""
        parked = sum(p.reason is not ParkReason.behind_parked for p in change.parked)
        self._in_a_row = self._in_a_row + parked if parked == facts else 0
        self._parked, self._seen = self._parked + parked, self._seen + facts
        if self._in_a_row >= self._limits.consecutive:
            raise ParkLimitReached(f"{self._in_a_row} messages parked in a row")
        if self._seen >= self._limits.window:
            if self._parked > self._limits.ratio * self._seen:
                raise ParkLimitReached(f"{self._parked} of the last {self._seen} messages parked")
            self._parked = self._seen = 0
