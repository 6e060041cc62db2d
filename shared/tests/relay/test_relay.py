"""The relay on a real journal: in order, acknowledged, gapless, and one leader."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from ansim.contracts import Event
from ansim.contracts.codes import District
from ansim.contracts.monitoring import VolunteerApplied, VolunteerTrained, VolunteerVetted
from ansim.errors import Retriable
from ansim.journal import Store
from ansim.relay import KafkaBroker, Leader, LeadershipLost, Outgoing, Relay
from ansim.testing.servers import ServiceDatabase, own_server
from ansim.testing.stores import open_store, some_context


class MemoryBroker:
    """Keeps what it was sent; `acknowledge` limits how many of the next batch it confirms."""

    def __init__(self) -> None:
        self.log: list[Outgoing] = []
        self.acknowledge: int | None = None

    async def publish(self, messages: Sequence[Outgoing]) -> int:
        confirmed = len(messages) if self.acknowledge is None else min(self.acknowledge, len(messages))
        self.log += messages[: confirmed + 1] if confirmed < len(messages) else messages
        if confirmed == 0:
            raise Retriable("away")
        return confirmed

    async def close(self) -> None:
        return


def ignored(state: object, event: Event) -> str:
    return event.name


async def volunteers(store: Store, count: int) -> list[UUID]:
    people = [uuid4() for _ in range(count)]
    for person in people:
        async with store.unit(some_context()) as unit:
            stream = await unit.stream("volunteer", person, ignored)
            await stream.append(
                VolunteerApplied(person=person, district=District.MAPO),
                VolunteerVetted(person=person),
                VolunteerTrained(person=person),
            )
    return people


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("monitoring")


@pytest.fixture
async def store(database: ServiceDatabase) -> AsyncIterator[Store]:
    async with open_store(database.url, "monitoring") as opened:
        yield opened


async def positions(store: Store) -> list[int | None]:
    async with store.read() as conn:
        rows = await conn.fetch("select position from journal order by entry")
    return [row["position"] for row in rows]


async def test_positions_are_gapless_and_in_the_order_of_publishing(database: ServiceDatabase, store: Store) -> None:
    await volunteers(store, 3)
    broker = MemoryBroker()
    relay = Relay("monitoring", Leader(database.url), broker)
    assert await positions(store) == [None] * 9

    assert await relay.publish_once() == 9

    assert await positions(store) == list(range(1, 10))
    sent = [orjson.loads(m.value) for m in broker.log]
    assert [e["position"] for e in sent] == list(range(1, 10))
    assert all(m.key.decode() == e["partitionkey"] for m, e in zip(broker.log, sent, strict=True))
    await relay._leader.release()


async def test_only_what_was_acknowledged_gets_a_position_and_the_rest_keeps_its_own(
    database: ServiceDatabase, store: Store
) -> None:
    await volunteers(store, 2)
    broker = MemoryBroker()
    broker.acknowledge = 4
    relay = Relay("monitoring", Leader(database.url), broker)

    assert await relay.publish_once() == 4
    assert await positions(store) == [1, 2, 3, 4, None, None]
    broker.acknowledge = 0
    with pytest.raises(Retriable):
        await relay.publish_once()
    broker.acknowledge = None
    await volunteers(store, 1)
    while await relay.publish_once():
        pass

    assert await positions(store) == list(range(1, 10))
    by_id: dict[str, set[int]] = {}
    for message in broker.log:
        event = orjson.loads(message.value)
        by_id.setdefault(event["id"], set()).add(event["position"])
    assert len(by_id) == 9
    assert len(broker.log) > 9
    assert all(len(seen) == 1 for seen in by_id.values()), "a repeated event keeps its position"
    await relay._leader.release()


async def test_a_successor_repeats_an_interrupted_batch_with_the_same_positions(
    database: ServiceDatabase, store: Store
) -> None:
    await volunteers(store, 1)

    class Killed(Exception):
        pass

    class DyingBroker(MemoryBroker):
        async def publish(self, messages: Sequence[Outgoing]) -> int:
            await super().publish(messages)
            raise Killed

    first = DyingBroker()
    relay = Relay("monitoring", Leader(database.url), first)
    with pytest.raises(Killed):
        await relay.publish_once()
    await relay._leader.release()
    await volunteers(store, 1)

    second = MemoryBroker()
    successor = Relay("monitoring", Leader(database.url), second)
    while await _leads(successor) and await successor.publish_once():
        pass

    assert [m.value for m in second.log[:3]] == [m.value for m in first.log]
    assert await positions(store) == [1, 2, 3, 4, 5, 6]
    await successor._leader.release()


async def _leads(relay: Relay) -> bool:
    """The lock of a closed connection is free as soon as the server has noticed."""
    while not relay.state.leading:
        relay.state.leading = await relay._leader.acquire()
        await asyncio.sleep(0)
    return True


async def test_there_is_one_leader_and_a_dead_connection_ends_its_lead(database: ServiceDatabase, store: Store) -> None:
    await volunteers(store, 1)
    first, second = (Relay("monitoring", Leader(database.url), MemoryBroker()) for _ in range(2))
    assert await first.publish_once() == 3
    await volunteers(store, 1)
    assert await second.publish_once() == 0

    assert first._leader.conn is not None
    pid = first._leader.conn.get_server_pid()
    owner = await asyncpg.connect(database.owner_url)
    await owner.fetchval("select pg_terminate_backend($1, 5000)", pid)
    await owner.close()

    with pytest.raises(LeadershipLost):
        await first.publish_once()
    assert await _leads(second)
    assert await second.publish_once() == 3
    await second._leader.release()


async def test_events_reach_kafka_in_stream_order_with_cloudevents_headers(
    database: ServiceDatabase, store: Store, kafka: str, suite_topics: None
) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    partitions = [TopicPartition("ansim.monitoring.events.v1", n) for n in range(4)]
    consumer.assign(partitions)
    await consumer.seek_to_end(*partitions)
    people = await volunteers(store, 5)
    stopping = asyncio.Event()
    relay = Relay("monitoring", Leader(database.url), KafkaBroker(kafka, "test"), committed=store.committed)
    running = asyncio.create_task(relay.run(stopping))

    heard: dict[str, list[int]] = {}
    while sum(map(len, heard.values())) < 15:
        message = await consumer.getone()
        envelope = orjson.loads(message.value)
        heard.setdefault(envelope["subject"], []).append(envelope["sequence"])
        assert dict(message.headers)["content-type"] == b"application/cloudevents+json"
        assert message.key.decode() == envelope["partitionkey"]
    stopping.set()
    await running
    await consumer.stop()

    assert heard == {str(person): [1, 2, 3] for person in people}
    assert sorted(p for p in await positions(store) if p) == list(range(1, 16))


@pytest.mark.heavy
@pytest.mark.timeout(120)
async def test_a_broker_that_is_killed_and_comes_back_loses_nothing(database: ServiceDatabase, store: Store) -> None:
    with own_server("kafka") as server:
        from aiokafka.admin import AIOKafkaAdminClient, NewTopic

        admin = AIOKafkaAdminClient(bootstrap_servers=server.url)
        await admin.start()
        await admin.create_topics([NewTopic("ansim.monitoring.events.v1", 4, 1)])
        await admin.close()
        stopping = asyncio.Event()
        relay = Relay("monitoring", Leader(database.url), KafkaBroker(server.url, "test"), committed=store.committed)
        running = asyncio.create_task(relay.run(stopping))
        await volunteers(store, 5)
        server.kill()
        await volunteers(store, 5)
        server.start()
        async with asyncio.timeout(60):
            while None in await positions(store):
                await asyncio.sleep(0.1)
        stopping.set()
        await running

    assert sorted(p for p in await positions(store) if p) == list(range(1, 31))
