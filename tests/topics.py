"""Everything on the suite's topics, read from their beginning to where they end now."""

import json
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ansim.contracts import TOPICS
from tests.conftest import RunningSuite


async def read_topics(suite: RunningSuite) -> AsyncIterator[tuple[str, ConsumerRecord]]:
    """Each record with the service whose topic it stands on.

    Positions are reset to the earliest offset only: a consumer whose default is the latest may win that race against a
    later seek, and read nothing.
    """
    servers = json.loads((suite.state / "run" / "servers.json").read_text())
    services = {topic.name: service for service, topic in TOPICS.items()}
    partitions = [TopicPartition(t.name, n) for t in TOPICS.values() for n in range(t.partitions)]
    consumer = AIOKafkaConsumer(
        bootstrap_servers=servers["bootstrap"], enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        while [p for p in partitions if await consumer.position(p) < ends[p]]:
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    yield services[partition.topic], record
    finally:
        await consumer.stop()
