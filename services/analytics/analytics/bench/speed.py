"""How fast the statistics count: events a second against a bare loop that only decodes and counts, on the same topics.

    python -m analytics.bench.speed BOOTSTRAP DATABASE_URL [EVENTS]

Both read the same invented events from the same broker in the same run. The bare loop keeps nothing; the statistics
loop reads every field, folds every person, and commits to PostgreSQL. DATABASE_URL is a migrated analytics database
of the measurement's own: a generation is added for each run, and dropped.
"""

import asyncio
import gc
import platform
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from time import perf_counter, process_time
from uuid import UUID, uuid4

import asyncpg
import msgspec
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from analytics.bench.lives import lives
from analytics.definitions import tallies
from analytics.statistics.kafka import KafkaSource
from analytics.statistics.loop import Loop
from analytics.statistics.ports import Place
from analytics.statistics.postgres import PostgresLedger
from analytics.statistics.worker import all_places
from ansim.contracts import SERVICES

BATCH = 20_000
MARKS = (10_000, 100_000, 1_000_000)
PERSONS_TOGETHER = 2_000


class Run(msgspec.Struct, frozen=True):
    """One run over `events`: wall and processor seconds of this process, and milliseconds of each batch."""

    what: str
    events: int
    seconds: float
    cpu_seconds: float
    batches_ms: list[float]
    counts: list[int]

    @property
    def per_second(self) -> float:
        return self.events / self.seconds

    def costs(self) -> list[tuple[str, float]]:
        """Microseconds an event between 0, 10⁴, 10⁵ and 10⁶ events counted: flat when the state may grow unpunished."""
        found, start, done, spent = [], 0, 0, 0.0
        for count, milliseconds in zip(self.counts, self.batches_ms, strict=True):
            done, spent = done + count, spent + milliseconds
            if done >= next((mark for mark in MARKS if mark > start), self.events) or done >= self.events:
                found.append((f"from {start:>9,} to {done:>9,}", spent / (done - start) * 1e3))
                start, spent = done, 0.0
        return found

    def quantile(self, share: float) -> float:
        ordered = sorted(self.batches_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Measured(msgspec.Struct, frozen=True):
    bare: Run
    statistics: Run

    @property
    def cpu_ratio(self) -> float:
        return (self.bare.cpu_seconds / self.bare.events) / (self.statistics.cpu_seconds / self.statistics.events)

    @property
    def ratio(self) -> float:
        return self.statistics.per_second / self.bare.per_second

    def lines(self) -> list[str]:
        """The result as it is printed."""
        found = [_versions()]
        found += [
            f"{run.what:<28} {run.events:>9,} events {run.per_second:>10,.0f}/s  cpu {run.cpu_seconds:6.1f} s  batch ms"
            f" p50 {run.quantile(0.5):.0f} p95 {run.quantile(0.95):.0f} p99 {run.quantile(0.99):.0f}"
            for run in (self.bare, self.statistics)
        ]
        found.append(f"statistics / bare loop = {self.ratio:.2f} (by processor time {self.cpu_ratio:.2f})")
        found += [f"cost per event {span}: {micros:6.1f} µs" for span, micros in self.statistics.costs()]
        return found


def _versions() -> str:
    names = ("aiokafka", "msgspec", "asyncpg", "uvloop")
    return f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in names)


async def measure(bootstrap: str, database_url: str, events: int = 100_000, seed: int = 1) -> Measured:
    """Fill topics of its own, then run the bare loop and the statistics over them."""
    topics = {service: f"bench-{uuid4().hex[:8]}-{service}" for service in SERVICES}
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(name, 4, 1, topic_configs={"retention.ms": "-1"}) for name in topics.values()]
        )
        ends = await _fill(bootstrap, topics, events, seed)
        bare = await bare_loop(bootstrap, topics, ends)
        return Measured(bare, await statistics_loop(bootstrap, database_url, topics, ends))
    finally:
        await admin.delete_topics(list(topics.values()))
        await admin.close()


async def _fill(bootstrap: str, topics: Mapping[str, str], events: int, seed: int) -> dict[Place, int]:
    """Publish invented lives; returns where each partition ends."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=20, max_batch_size=2**18)
    await producer.start()
    positions: Counter[str] = Counter()
    ends: Counter[Place] = Counter()
    sent = []
    try:
        for happened in lives(seed, events, PERSONS_TOGETHER):
            service = type(happened.event).service
            positions[service] += 1
            wire = happened.on_the_wire(positions[service], UUID(int=sum(positions.values()), version=4))
            sent.append((service, await producer.send(topics[service], wire, str(happened.event.person).encode())))
            if len(sent) == events:
                break
        for service, future in sent:
            ends[service, (await future).partition] += 1
    finally:
        await producer.stop()
    return {place: ends[place] for place in all_places()}


class _Type(msgspec.Struct, gc=False):
    type: str


async def bare_loop(bootstrap: str, topics: Mapping[str, str], ends: Mapping[Place, int]) -> Run:
    """Fetch, decode, count by type: the least that any consumer must do."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_bytes=16 * 2**20,
        max_partition_fetch_bytes=4 * 2**20,
    )  # fmt: skip
    await consumer.start()
    decode, counts = msgspec.json.Decoder(_Type).decode, Counter[str]()
    batches: list[float] = []
    sizes: list[int] = []
    goal = sum(ends.values())
    consumer.assign([TopicPartition(topics[service], partition) for service, partition in ends])
    await consumer.seek_to_beginning()
    _still()
    started, cpu, done = perf_counter(), process_time(), 0
    try:
        while done < goal:
            at, before = perf_counter(), done
            for records in (await consumer.getmany(timeout_ms=500, max_records=BATCH)).values():
                done += len(records)
                counts.update([decode(record.value).type for record in records])
            batches.append((perf_counter() - at) * 1e3)
            sizes.append(done - before)
        seconds, busy = perf_counter() - started, process_time() - cpu
        return Run("bare aiokafka, decode, count", done, seconds, busy, batches, sizes)
    finally:
        gc.enable()
        await consumer.stop()


async def statistics_loop(
    bootstrap: str, database_url: str, topics: Mapping[str, str], ends: Mapping[Place, int]
) -> Run:
    """The real loop into a fresh generation, up to these offsets; everything is committed when it ends."""
    conn = await asyncpg.connect(database_url)
    generation: int = await conn.fetchval("select statistics_create()")
    ledger, source = PostgresLedger(database_url, generation, "bench"), KafkaSource(bootstrap, topics)
    batches: list[float] = []
    sizes: list[int] = []
    at = perf_counter()

    def note(count: int) -> None:
        nonlocal at
        now = perf_counter()
        if count:
            batches.append((now - at) * 1e3)
            sizes.append(count)
        at = now

    try:
        await ledger.open(tallies().values())
        loop = Loop(source, ledger, ledger.plan, limit=BATCH, capacity=200_000)
        _still()
        started, cpu = perf_counter(), process_time()
        await loop.run(all_places(), asyncio.Event(), until=ends, progress=note)
        seconds, busy = perf_counter() - started, process_time() - cpu
        return Run("statistics, committed", loop.events, seconds, busy, batches, sizes)
    finally:
        gc.enable()
        await source.close()
        await ledger.close()
        await conn.execute("select statistics_drop($1)", generation)
        await conn.close()


def _still() -> None:
    gc.collect()
    gc.freeze()
    gc.disable()


def main(arguments: Sequence[str]) -> int:
    bootstrap, database_url, *rest = arguments
    measured = uvloop.run(measure(bootstrap, database_url, int(rest[0]) if rest else 100_000))
    sys.stdout.write("\n".join(measured.lines()) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
