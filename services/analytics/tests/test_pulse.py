"""The pulse: approximate, never doubled, and never silently short of an event it was given."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer
from counting_stage import partition_of, told
from hypothesis import given
from hypothesis import strategies as st

from analytics.pulse.beat import BUCKETS_MS, bucket_of, count, quantile
from analytics.pulse.store import add
from analytics.pulse.worker import pulse
from analytics.service import SERVICE
from analytics.statistics.memory import Message
from analytics.statistics.wire import read
from ansim.testing.kits import KitFor

NOW = datetime(2026, 11, 24, 3, 0, 30, tzinfo=UTC)


def facts(recorded: datetime = NOW, number: int = 30) -> list:
    found = []
    for offset, h in enumerate(told(1, 40)[:number]):
        service, key = type(h.event).service, str(h.event.person).encode()
        wire = h.on_the_wire(offset + 1, UUID(int=offset + 1), recorded)
        found += read([Message("t", partition_of(h.event.person), offset, key, wire)], service)
    return found


def test_recent_events_count_by_minute_service_and_type() -> None:
    counts = count(facts(NOW - timedelta(milliseconds=40)), {}, NOW)

    assert sum(counts.minutes.values()) == 30
    assert {minute for minute, _, _ in counts.minutes} == {NOW.replace(second=0)}
    assert {upto for _, _, upto in counts.delays} == {50}


def test_a_replay_of_old_events_moves_the_offsets_and_counts_nothing() -> None:
    counts = count(facts(NOW - timedelta(days=300)), {}, NOW)

    assert not counts.minutes
    assert counts.next_offsets


def test_what_cannot_be_read_is_parked_and_the_rest_counts() -> None:
    spoilt = read([Message("t", 0, 99, b"k", b"rubbish")], "intake")

    counts = count([*facts(), *spoilt], {}, NOW)

    assert counts.parked == {("intake", 0): 1}
    assert sum(counts.minutes.values()) == 30


@given(st.lists(st.floats(0, 10_000_000), min_size=1))
def test_quantiles_never_understate_a_delay(milliseconds: list[float]) -> None:
    buckets: dict[int, int] = {}
    for each in milliseconds:
        upto = bucket_of(timedelta(milliseconds=each))
        buckets[upto] = buckets.get(upto, 0) + 1

    median = sorted(milliseconds)[(len(milliseconds) - 1) // 2]
    found = quantile(buckets, 0.5)
    assert found is not None
    assert found >= min(int(median), BUCKETS_MS[-1])


async def test_a_batch_that_comes_twice_counts_once(kit_for: KitFor) -> None:
    kit = await kit_for(SERVICE)
    batch = facts(datetime.now(UTC))

    first, again = await add(kit.store, batch), await add(kit.store, batch)

    assert (first, again) == (30, 0)
    async with kit.store.read() as conn:
        assert await conn.fetchval("select sum(events) from pulse_minute") == 30


@pytest.mark.timeout(60)
async def test_the_faust_worker_counts_what_is_published(
    kit_for: KitFor, kafka: str, suite_topics: None, tmp_path
) -> None:
    kit = await kit_for(SERVICE, kafka_bootstrap=kafka, state=tmp_path)
    working = asyncio.create_task(pulse(kit))
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    happened = [h for h in told(2, 40) if type(h.event).service == "monitoring"]
    for position, h in enumerate(happened, start=1):
        wire = h.on_the_wire(position, h.subject, datetime.now(UTC))
        await producer.send("ansim.monitoring.events.v1", wire, str(h.event.person).encode())
    await producer.stop()

    async with asyncio.timeout(50):
        seen = 0
        while seen < len(happened) and not working.done():
            await asyncio.sleep(0.2)
            async with kit.store.read() as conn:
                seen = await conn.fetchval(
                    "select coalesce(sum(events), 0) from pulse_minute where service = 'monitoring'"
                )
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert seen >= len(happened)
