"""The heart: however events arrive, the cells are what counting from scratch gives."""

import asyncio
from random import Random
from uuid import UUID

import pytest
from counting_by_hand import count_by_hand
from counting_stage import PLACES, PLAN, figures_of, partition_of, put_on_topics, told
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.bench.lives import Happened
from analytics.statistics.loop import Loop
from analytics.statistics.memory import MemoryLedger, MemorySource, MemoryStore, MemoryTopics
from analytics.statistics.ports import Fenced
from analytics.statistics.reducer import reduce
from analytics.statistics.wire import read
from ansim.errors import ParkReason, Poison
from ansim.inbox.parking import ParkLimitReached, ParkLimits

SEEDS = st.integers(0, 2**32)


def from_scratch(topics: MemoryTopics) -> dict:
    """Everything in one batch, topic by topic."""
    entities: dict = {}
    cells: dict = {}
    for (service, _), log in topics.logs.items():
        for cell, delta in reduce(read(log, service), entities, PLAN).cells.items():
            cells[cell] = cells.get(cell, 0) + delta
    return {cell: count for cell, count in cells.items() if count}


async def counted_by(topics: MemoryTopics, store: MemoryStore, places, limit: int, capacity: int = 3) -> None:
    until = {place: len(topics.logs.get(place, ())) for place in places}
    loop = Loop(MemorySource(topics), MemoryLedger(store, PLAN), PLAN, limit=limit, capacity=capacity)
    await loop.run(places, asyncio.Event(), until=until)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, persons=st.integers(1, 25), limit=st.integers(1, 60), workers=st.integers(1, 3))
async def test_any_batching_duplication_and_sharing_gives_the_same_cells(seed, persons, limit, workers) -> None:
    topics = put_on_topics(told(seed, persons), Random(seed))
    store = MemoryStore()
    shares = [[place for at, place in enumerate(PLACES) if at % workers == n] for n in range(workers)]

    await asyncio.gather(*(counted_by(topics, store, share, limit + n) for n, share in enumerate(shares)))

    assert {cell: count for cell, count in store.cells.items() if count} == from_scratch(topics)
    assert all(count >= 0 for count in store.cells.values())
    assert not store.parked


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, persons=st.integers(1, 40), limit=st.integers(1, 200))
async def test_figures_equal_a_count_by_hand(seed, persons, limit) -> None:
    happened = told(seed, persons)
    store = MemoryStore()

    await counted_by(put_on_topics(happened, Random(seed)), store, PLACES, limit)

    by_hand = count_by_hand((h.subject, h.event, h.at) for h in happened)
    counted = figures_of(store.cells)
    assert {name: _shown(counted[name], by_hand[name]) for name in by_hand} == by_hand


def _shown(counted, by_hand):
    """Only what the hand count states: it leaves denominators and unknowns of some plain counts open."""
    return tuple(c if h is not None else None for c, h in zip(counted, by_hand, strict=True))


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, stops=st.lists(st.integers(1, 80), max_size=6))
async def test_a_worker_that_dies_anywhere_and_starts_again_loses_and_doubles_nothing(seed, stops) -> None:
    topics = put_on_topics(told(seed, 15), Random(seed))
    store = MemoryStore()

    for after in stops:
        ledger = DyingLedger(store, after)
        with pytest.raises(ConnectionResetError):
            await Loop(MemorySource(topics), ledger, PLAN, limit=7, capacity=5).run(
                PLACES, asyncio.Event(), until={("nobody", 0): 1}
            )
    await counted_by(topics, store, PLACES, 50)

    assert {cell: count for cell, count in store.cells.items() if count} == from_scratch(topics)


class DyingLedger(MemoryLedger):
    """Dies after some commits, half the time after the commit took place and before anyone heard of it."""

    def __init__(self, store: MemoryStore, after: int) -> None:
        super().__init__(store, PLAN)
        self._left = after

    async def commit(self, change, expected) -> None:
        self._left -= 1
        if self._left <= 0:
            if self._left % 2:
                await super().commit(change, expected)
            raise ConnectionResetError
        await super().commit(change, expected)

    async def beat(self, *, caught_up: bool) -> None:
        if caught_up:
            raise ConnectionResetError


async def test_a_second_worker_on_the_same_partitions_is_fenced() -> None:
    topics, store = put_on_topics(told(1, 30)), MemoryStore()
    source, ledger = MemorySource(topics), MemoryLedger(store, PLAN)
    stale = Loop(source, ledger, PLAN, limit=10)
    stale._next = await ledger.offsets(PLACES)
    await source.start(stale._next)
    fetched = await source.fetch(10, 0)
    await counted_by(topics, store, PLACES, 10)
    cells = dict(store.cells)

    await stale._take(fetched)
    with pytest.raises(Fenced):
        await stale._settled()

    assert store.cells == cells


def spoiled(happened: list[Happened], at: int, change) -> MemoryTopics:
    """The lives with the message at one place replaced by what `change` makes of it."""
    topics = MemoryTopics()
    for position, h in enumerate(happened, start=1):
        key, value = str(h.event.person).encode(), h.on_the_wire(position, UUID(int=position))
        if position - 1 == at:
            key, value = change(key, value)
        topics.put(type(h.event).service, partition_of(h.event.person), key, value)
    return topics


SPOILT = {
    ParkReason.not_json: lambda key, value: (key, b"\xff{not json"),
    ParkReason.too_large: lambda key, value: (key, value[:-1] + b" " * 2_000_000 + b"}"),
    ParkReason.bad_envelope: lambda key, value: (key, value.replace(b'"specversion":"1.0"', b'"specversion":"9"')),
    ParkReason.missing_sequence: lambda key, value: (key, value.replace(b'"sequence"', b'"not_sequence"')),
    ParkReason.bad_key: lambda key, value: (b"a name", value),
    ParkReason.unknown_type: lambda key, value: (key, value.replace(b".v1", b".v99")),
    ParkReason.bad_payload: lambda key, value: (key, value.replace(b'"person":"', b'"person":"x')),
    ParkReason.sequence_gap: lambda key, value: (key, value.replace(b'"sequence":1,', b'"sequence":3,')),
}


@pytest.mark.parametrize("reason", SPOILT)
async def test_a_spoilt_message_parks_its_own_stream_and_the_rest_flows(reason: ParkReason) -> None:
    happened = told(3, 12)
    at = next(n for n, h in enumerate(happened) if h.sequence == 1 and n > 10)
    victim, store = happened[at], MemoryStore()

    await counted_by(spoiled(happened, at, SPOILT[reason]), store, PLACES, 9)

    rest = [(h.subject, h.event, h.at) for h in happened if h.subject != victim.subject]
    by_hand = count_by_hand(rest)
    counted = figures_of(store.cells)
    assert {name: _shown(counted[name], by_hand[name]) for name in by_hand} == by_hand
    assert store.parked[0].reason is reason
    behind = store.parked[1:]
    assert len(behind) == sum(h.subject == victim.subject for h in happened) - 1
    assert {p.reason for p in behind} <= {ParkReason.behind_parked, ParkReason.sequence_gap}


async def test_past_the_limits_the_worker_stops_and_commits_nothing_of_the_heap() -> None:
    topics, store = MemoryTopics(), MemoryStore()
    for _ in range(500):
        topics.put("intake", 0, b"k", b"rubbish")
    loop = Loop(MemorySource(topics), MemoryLedger(store, PLAN), PLAN, limit=50, limits=ParkLimits(consecutive=100))

    with pytest.raises(ParkLimitReached):
        await loop.run(PLACES, asyncio.Event(), until={("intake", 0): 500})

    assert len(store.parked) == 50


def test_the_fast_reader_refuses_what_the_kit_refuses() -> None:
    from ansim.contracts import decode

    happened = told(5, 30)
    for reason, spoil in SPOILT.items():
        if reason in (ParkReason.sequence_gap, ParkReason.bad_key, ParkReason.behind_parked):
            continue
        for h in happened:
            key, value = spoil(str(h.event.person).encode(), h.on_the_wire(1, h.subject))
            topics = MemoryTopics()
            topics.put(type(h.event).service, 0, key, value)
            (fact,) = read(topics.logs[type(h.event).service, 0], type(h.event).service)
            with pytest.raises(Poison) as refused:
                decode(value).event()
            assert fact.problem is refused.value.reason


def test_the_fast_reader_reads_every_sample_of_the_contracts_as_the_kit_does() -> None:
    from ansim.contracts import decode

    for h in told(7, 60):
        service, value = type(h.event).service, h.on_the_wire(9, h.subject)
        topics = MemoryTopics()
        topics.put(service, 0, str(h.event.person).encode(), value)
        (fact,) = read(topics.logs[service, 0], service)
        event = decode(value).event()
        assert fact.problem is None
        assert {name: getattr(fact.data, name) for name in type(event).model_fields if name != "person"} == {
            name: getattr(event, name) for name in type(event).model_fields if name != "person"
        }
