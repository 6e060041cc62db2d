"""Statistics against the truth: a count from scratch, straight from the services' journals, cell by cell.

What is compared is exact under traffic: of each journal exactly those events are counted that statistics say they have
counted, partition by partition. An event that was lost on the way, counted twice or parked shows as a difference.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from time import monotonic
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from aiokafka.partitioner import murmur2
from msgspec import Struct

from analytics.definitions import Definition, definitions
from analytics.domain.figure import Figure, figure
from analytics.domain.tally import CellKey, Plan, Tally
from analytics.statistics.kafka import KafkaSource
from analytics.statistics.ports import Place
from analytics.statistics.postgres import connect, talking
from analytics.statistics.reducer import Entity, EntityKey, reduce
from analytics.statistics.wire import Fact, fact_of_journal
from analytics.statistics.worker import all_places
from ansim.contracts import TOPICS
from ansim.errors import Retriable

_CHUNK: Final = 5_000
_EVENTS: Final = (
    "select aggregatetype, aggregateid, version, type, payload::text, occurred_at, recorded_at, position"
    " from journal where position is not null order by position"
)


class Difference(Struct, frozen=True):
    """A cell or figure in which statistics and journals disagree. `what` names it in codes."""

    what: str
    statistics: str
    journals: str


class Reconciled(Struct, frozen=True):
    events: int
    cells: int
    figures: int
    parked: int
    differences: list[Difference]


class _Snapshot(Struct):
    """Statistics at one moment: what is counted, and from which events."""

    plan: Plan
    cells: dict[CellKey, int]
    positions: dict[Place, int]
    parked: int


async def reconcile(
    url: str,
    bootstrap: str,
    journals: Mapping[str, str],
    *,
    patience_seconds: float = 120,
    source: KafkaSource | None = None,
) -> Reconciled:
    """Wait until everything published is counted, then compare. `journals` maps services to read-only addresses.

    Raises Retriable when statistics do not catch up in time or a server is away.
    """
    await _caught_up(url, source or KafkaSource(bootstrap), journals, patience_seconds)
    now = await _snapshot(url)
    cells: dict[CellKey, int] = {}
    entities: dict[EntityKey, Entity] = {}
    events = 0
    for service, journal in journals.items():
        async for facts in _facts(service, journal, now.positions):
            events += len(facts)
            for cell, delta in reduce(facts, entities, now.plan).cells.items():
                cells[cell] = cells.get(cell, 0) + delta
    truth = {cell: count for cell, count in cells.items() if count}
    found = _cells_that_differ(now, truth) + _figures_that_differ(now, truth)
    return Reconciled(events, len(truth), sum(1 for _ in _countable(now.plan)), now.parked, found)


async def _caught_up(url: str, source: KafkaSource, journals: Mapping[str, str], patience_seconds: float) -> None:
    deadline = monotonic() + patience_seconds
    try:
        while True:
            waiting = sum([await _unpublished(journal) for journal in journals.values()])
            await source.start(dict.fromkeys(all_places(), 0))
            ends = await source.ends()
            behind = await _behind(url, ends)
            if not waiting and not behind:
                return
            if monotonic() > deadline:
                raise Retriable(f"not caught up in time: {waiting} events unpublished, {behind} not counted")
            await asyncio.sleep(0.2)
    finally:
        await source.close()


async def _unpublished(journal: str) -> int:
    conn = await _read_only(journal)
    try:
        async with talking():
            return int(await conn.fetchval("select count(*) from journal where position is null"))
    finally:
        conn.terminate()


async def _behind(url: str, ends: Mapping[Place, int]) -> int:
    conn = await connect(url)
    try:
        async with talking():
            rows = await conn.fetch("select service, partition, next_offset from statistics_progress")
    finally:
        conn.terminate()
    read = {(row["service"], row["partition"]): row["next_offset"] for row in rows}
    return sum(max(0, end - read.get(place, 0)) for place, end in ends.items())


async def _snapshot(url: str) -> _Snapshot:
    conn = await connect(url)
    try:
        async with talking(), conn.transaction(isolation="repeatable_read", readonly=True):
            specs = await conn.fetch("select number, spec from statistics_tally")
            counts = await conn.fetch(
                "select tally, codes, count from statistics_cell join statistics_cell_key using (id) where count <> 0"
            )
            rows = await conn.fetch("select service, partition, position, parked from statistics_progress")
    finally:
        conn.terminate()
    return _Snapshot(
        Plan({row["number"]: msgspec.json.decode(row["spec"], type=Tally) for row in specs}),
        {(row["tally"], tuple(row["codes"])): row["count"] for row in counts},
        {(row["service"], row["partition"]): row["position"] for row in rows},
        sum(row["parked"] for row in rows),
    )


async def _facts(service: str, journal: str, positions: Mapping[Place, int]) -> AsyncIterator[list[Fact]]:
    """The journal's events in the order of their positions, those that statistics say they have counted."""
    conn = await _read_only(journal)
    partitions = TOPICS[service].partitions
    try:
        async with talking(), conn.transaction(isolation="repeatable_read", readonly=True):
            facts: list[Fact] = []
            async for row in conn.cursor(_EVENTS, prefetch=_CHUNK):
                fact = fact_of_journal(service, dict(row))
                fact.partition = partition_of(fact.key, partitions)
                if fact.position <= positions.get((service, fact.partition), 0):
                    facts.append(fact)
                if len(facts) == _CHUNK:
                    yield facts
                    facts = []
            yield facts
    finally:
        conn.terminate()


def partition_of(key: UUID | str, partitions: int) -> int:
    """Where the relay's producer puts a key: Kafka's own rule."""
    return int(murmur2(str(key).encode()) & 0x7FFFFFFF) % partitions


async def _read_only(url: str) -> asyncpg.Connection:
    settings = {"application_name": "ansim reconcile", "default_transaction_read_only": "on"}
    async with talking():
        return await asyncpg.connect(url, server_settings=settings, timeout=5)


def _cells_that_differ(now: _Snapshot, truth: Mapping[CellKey, int]) -> list[Difference]:
    return [
        Difference(
            f"{now.plan.tallies[cell[0]].rows} {'/'.join(cell[1]) or 'all'} (tally {cell[0]})",
            str(now.cells.get(cell, 0)),
            str(truth.get(cell, 0)),
        )
        for cell in sorted({*now.cells, *truth})
        if now.cells.get(cell, 0) != truth.get(cell, 0)
    ]


def _figures_that_differ(now: _Snapshot, truth: Mapping[CellKey, int]) -> list[Difference]:
    found = []
    for number, definition in _countable(now.plan):
        ours, theirs = (_read(definition, number, cells) for cells in (now.cells, truth))
        if ours != theirs:
            found.append(Difference(definition.id, _said(ours), _said(theirs)))
    return found


def _countable(plan: Plan) -> list[tuple[int, Definition]]:
    """The figures that this generation counts, with the number of their tally."""
    numbers = {tally.hash: number for number, tally in plan.tallies.items()}
    return [(numbers[d.tally.hash], d) for d in definitions() if d.tally.hash in numbers]


def _read(definition: Definition, number: int, cells: Mapping[CellKey, int]) -> Figure:
    of_tally = {codes: count for (tally, codes), count in cells.items() if tally == number}
    return figure(definition.tally, definition.measure("", ""), of_tally)


def _said(found: Figure) -> str:
    return f"{found.value} ({found.numerator}/{found.denominator}, unknown {found.unknown})"
