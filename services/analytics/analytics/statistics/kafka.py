"""The topics on Apache Kafka. No consumer group: which partitions are read, and from where, the ledger says."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError

from analytics.statistics.ports import Place
from analytics.statistics.wire import Record
from ansim.contracts import TOPICS
from ansim.errors import Fatal, Retriable

_AWAY: Final = (KafkaError, ConnectionError, TimeoutError, OSError)


class KafkaSource:
    """Reads partitions by assignment. `topics` maps services to topic names; tests and benches pass their own."""

    def __init__(self, bootstrap: str, topics: Mapping[str, str] | None = None) -> None:
        self._bootstrap = bootstrap
        self._topics = topics or {service: topic.name for service, topic in TOPICS.items()}
        self._services = {name: service for service, name in self._topics.items()}
        self._consumer: AIOKafkaConsumer | None = None

    async def start(self, offsets: Mapping[Place, int]) -> None:
        await self.close()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            client_id="ansim.analytics.statistics",
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            fetch_max_bytes=16 * 2**20,
            max_partition_fetch_bytes=4 * 2**20,
            fetch_max_wait_ms=500,
            request_timeout_ms=10_000,
        )
        try:
            await consumer.start()
            consumer.assign([self._at(place) for place in offsets])
            for place, offset in offsets.items():
                consumer.seek(self._at(place), offset)
        except _AWAY as error:
            await consumer.stop()
            raise Retriable("the broker is away") from error
        self._consumer = consumer

    async def fetch(self, limit: int, wait_seconds: float) -> Mapping[Place, Sequence[Record]]:
        try:
            batch = await self._started().getmany(timeout_ms=int(wait_seconds * 1000), max_records=limit)
        except OffsetOutOfRangeError as error:
            raise Fatal("a topic no longer holds what was not counted yet: was it made anew?") from error
        except _AWAY as error:
            raise Retriable("the broker is away") from error
        return {(self._services[tp.topic], tp.partition): records for tp, records in batch.items()}

    async def ends(self) -> Mapping[Place, int]:
        try:
            found = await self._started().end_offsets(list(self._started().assignment()))
        except _AWAY as error:
            raise Retriable("the broker is away") from error
        return {(self._services[tp.topic], tp.partition): end for tp, end in found.items()}

    def known_ends(self) -> Mapping[Place, int]:
        consumer = self._started()
        ends = {tp: consumer.highwater(tp) for tp in consumer.assignment()}
        return {(self._services[tp.topic], tp.partition): end for tp, end in ends.items() if end is not None}

    async def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()

    def _at(self, place: Place) -> TopicPartition:
        return TopicPartition(self._topics[place[0]], place[1])

    def _started(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            raise Retriable("not connected to the broker")
        return self._consumer
