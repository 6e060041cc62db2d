"""The same on real PostgreSQL and Kafka: commits, fences, crashes, rebuilds, and reconciling with journals."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaProducer
from counting_by_hand import count_by_hand
from counting_stage import PLACES, figures_of, put_on_topics, told

from analytics.definitions import definitions, tallies
from analytics.queries import read_figures
from analytics.statistics.kafka import KafkaSource
from analytics.statistics.loop import Loop
from analytics.statistics.memory import MemorySource, MemoryTopics
from analytics.statistics.ports import Fenced, Superseded
from analytics.statistics.postgres import PostgresLedger
from analytics.statistics.rebuild import rebuild
from analytics.statistics.reconcile import partition_of as kafkas_partition_of
from analytics.statistics.reconcile import reconcile
from ansim.contracts import SERVICES
from ansim.testing.servers import ServiceDatabase


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("analytics")


@pytest.fixture
def topics(kafka: str, fresh_topic: Callable[..., str]) -> dict[str, str]:
    return {service: fresh_topic() for service in SERVICES}


@pytest.fixture
async def source(kafka: str, topics: dict[str, str]) -> AsyncIterator[Callable[[], KafkaSource]]:
    """Makes sources on the test's own topics, and closes them."""
    made: list[KafkaSource] = []

    def make() -> KafkaSource:
        made.append(KafkaSource(kafka, topics))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def opened(url: str, generation: int = 1) -> PostgresLedger:
    ledger = PostgresLedger(url, generation, "1/1")
    await ledger.open(tallies().values())
    return ledger


async def counted(url: str, memory: MemoryTopics, limit: int = 200) -> dict:
    """Count what is on topics in memory into PostgreSQL, to the end."""
    ledger = await opened(url)
    until = {place: len(memory.logs.get(place, ())) for place in PLACES}
    try:
        await Loop(MemorySource(memory), ledger, ledger.plan, limit=limit, capacity=1).run(
            PLACES, asyncio.Event(), until=until
        )
        return await ledger.cells()
    finally:
        await ledger.close()


async def publish(bootstrap: str, topics: dict[str, str], happened) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5)
    await producer.start()
    positions: dict[str, int] = {}
    try:
        for h in happened:
            service = type(h.event).service
            positions[service] = positions.get(service, 0) + 1
            wire = h.on_the_wire(positions[service], UUID(int=positions[service]))
            await producer.send(topics[service], wire, str(h.event.person).encode())
        await producer.flush()
    finally:
        await producer.stop()


async def test_figures_on_postgres_equal_a_count_by_hand_and_by_sql(database: ServiceDatabase) -> None:
    happened = told(11, 120)

    cells = await counted(database.url, put_on_topics(happened, Random(1)))

    by_hand = count_by_hand((h.subject, h.event, h.at) for h in happened)
    found = figures_of(cells)
    assert {name: found[name][0] for name in by_hand} == {name: counts[0] for name, counts in by_hand.items()}
    conn = await asyncpg.connect(database.url)
    try:
        held = await conn.fetchval(
            "select sum(count) from statistics_cell join statistics_cell_key k using (id)"
            " join statistics_tally t on t.number = k.tally"
            " where t.spec->>'rows' = 'session' and t.spec->'group_by' = '[\"state\"]' and codes = '{held}'"
        )
        counted_events = await conn.fetchval("select sum(counted) from statistics_progress")
    finally:
        await conn.close()
    assert held == by_hand["sessions_held"][0]
    assert counted_events == len(happened)


async def test_a_commit_on_offsets_that_another_worker_moved_is_refused_whole(database: ServiceDatabase) -> None:
    memory = put_on_topics(told(12, 20))
    stale, source = await opened(database.url), MemorySource(memory)
    loop = Loop(source, stale, stale.plan, limit=5)
    loop._next = await stale.offsets(PLACES)
    await source.start(loop._next)
    cells = await counted(database.url, memory)

    await loop._take(await source.fetch(5, 0.1))
    with pytest.raises(Fenced):
        await loop._settled()

    assert await stale.cells() == cells
    await stale.close()


async def test_malformed_messages_are_parked_without_their_content_and_the_rest_flows(
    database: ServiceDatabase,
) -> None:
    happened = told(13, 20)
    memory = put_on_topics(happened)
    for place in PLACES:
        memory.put(*place, b"Kim Invented", b'{"name": "Kim Invented (invented)"')

    cells = await counted(database.url, memory)

    by_hand = count_by_hand((h.subject, h.event, h.at) for h in happened)
    assert {name: figures_of(cells)[name][0] for name in by_hand} == {name: c[0] for name, c in by_hand.items()}
    conn = await asyncpg.connect(database.url)
    try:
        rows = await conn.fetch("select * from statistics_parked")
    finally:
        await conn.close()
    assert [row["reason"] for row in rows] == ["not_json"] * len(PLACES)
    assert "Invented" not in str([dict(row) for row in rows])


async def test_a_rebuild_counts_the_same_beside_the_statistics_in_use_and_switches(
    database: ServiceDatabase, kafka: str, topics: dict[str, str], source: Callable[[], KafkaSource]
) -> None:
    happened = told(14, 60)
    await publish(kafka, topics, happened)
    ledger = await opened(database.url)
    live = Loop(source(), ledger, ledger.plan)
    working = asyncio.create_task(live.run(PLACES, asyncio.Event()))
    told_progress: list[tuple[int, int]] = []

    done = await rebuild(database.url, kafka, source=source(), progress=lambda *p: told_progress.append(p))

    assert done.generation == 2
    assert told_progress[-1] == (len(happened), len(happened))
    with pytest.raises(Superseded):
        await working
    await ledger.close()
    conn = await asyncpg.connect(database.url)
    try:
        reading = await read_figures(conn)
        kept = await conn.fetchval("select state from statistics_generation where number = 1")
    finally:
        await conn.close()
    assert reading.generation == 2
    assert kept == "old"
    by_hand = count_by_hand((h.subject, h.event, h.at) for h in happened)
    shown = {d.id: reading.figure(d) for d in definitions()}
    assert {name: shown[name].numerator for name in by_hand} == {name: c[0] for name, c in by_hand.items()}


@pytest.fixture
def journals(service_database: Callable[[str], ServiceDatabase]) -> dict[str, str]:
    return {service: service_database(service.replace("-", "_")).owner_url for service in SERVICES}


async def write_journals(journals: dict[str, str], happened) -> None:
    rows: dict[str, list] = {service: [] for service in SERVICES}
    for h in happened:
        service, cls = type(h.event).service, type(h.event)
        position = len(rows[service]) + 1
        rows[service].append((
            UUID(int=position), cls.aggregate, h.subject, h.sequence, cls.type_name(), 1,
            orjson.dumps(h.event.model_dump(mode="json")).decode(), "{}", UUID(int=1), h.at, position,
        ))  # fmt: skip
    for service, url in journals.items():
        conn = await asyncpg.connect(url)
        await conn.executemany(
            "insert into journal (event_id, aggregatetype, aggregateid, version, type, schema_version, payload, actor,"
            " correlationid, occurred_at, position) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
            rows[service],
        )
        await conn.close()


async def test_reconciling_finds_nothing_when_all_is_well_and_every_difference_when_it_is_not(
    database: ServiceDatabase,
    journals: dict[str, str],
    kafka: str,
    topics: dict[str, str],
    source: Callable[[], KafkaSource],
) -> None:
    happened = told(15, 60)
    await write_journals(journals, happened)
    await publish(kafka, topics, happened)
    ledger = await opened(database.url)
    until = {place: sum(_at(h) == place for h in happened) for place in PLACES}
    await Loop(source(), ledger, ledger.plan).run(PLACES, asyncio.Event(), until=until)
    await ledger.close()

    good = await reconcile(database.url, kafka, journals, source=source())
    conn = await asyncpg.connect(database.url)
    await conn.execute(
        "update statistics_1.cell set count = count + 1 where id = (select min(id) from statistics_1.cell)"
    )
    await conn.close()
    bad = await reconcile(database.url, kafka, journals, source=source())

    assert good.differences == []
    assert good.events == len(happened)
    assert len(bad.differences) >= 1


def _at(h) -> tuple[str, int]:
    return type(h.event).service, kafkas_partition_of(h.event.person, 4)


WORKER = """
import asyncio, sys, json
sys.path.insert(0, sys.argv[5])
from counting_stage import PLACES
from analytics.definitions import tallies
from analytics.statistics.kafka import KafkaSource
from analytics.statistics.loop import Loop
from analytics.statistics.postgres import PostgresLedger

async def main():
    ledger = PostgresLedger(sys.argv[1], 1, "1/1")
    await ledger.open(tallies().values())
    loop = Loop(KafkaSource(sys.argv[2], json.loads(sys.argv[3])), ledger, ledger.plan, limit=int(sys.argv[4]))
    await loop.run(PLACES, asyncio.Event())

asyncio.run(main())
"""


@pytest.mark.heavy
@pytest.mark.timeout(120)
async def test_killed_again_and_again_the_worker_counts_everything_once(
    database: ServiceDatabase, kafka: str, topics: dict[str, str]
) -> None:
    seed = int(os.environ.get("ANSIM_SEED", time.time_ns() % 2**32))
    print(f"seed {seed}")
    random, happened = Random(seed), told(seed, 400, together=100)
    await publish(kafka, topics, happened)
    conn = await asyncpg.connect(database.url)
    arguments = [database.url, kafka, orjson.dumps(topics).decode(), "150", str(Path(__file__).parent)]
    kills, total = 0, 0
    while total < len(happened):
        worker = subprocess.Popen([sys.executable, "-c", WORKER, *arguments])  # noqa: ASYNC220 - it is watched from here
        before = total
        goal = before + random.randint(1, len(happened) // 4)
        while total < min(goal, len(happened)) and worker.poll() is None:
            await asyncio.sleep(0.005)
            total = await conn.fetchval("select coalesce(sum(counted + parked), 0) from statistics_progress")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        kills += 1
        total = await conn.fetchval("select coalesce(sum(counted + parked), 0) from statistics_progress")
    await conn.close()

    ledger = await opened(database.url)
    cells = await ledger.cells()
    await ledger.close()
    by_hand = count_by_hand((h.subject, h.event, h.at) for h in happened)
    assert kills >= 2
    assert {name: figures_of(cells)[name][0] for name in by_hand} == {name: c[0] for name, c in by_hand.items()}
