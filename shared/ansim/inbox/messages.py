"""Where messages come from: a port, Kafka behind it, and a twin in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from ansim.errors import Retriable


@dataclass(frozen=True, slots=True)
class Message:
    """One record of a topic. `value` and `key` are whatever somebody wrote there: trust neither."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class Messages(Protocol):
    async def poll(self) -> list[Message]:
        """The next messages, in offset order per partition; empty when none came for a while. Raises Retriable."""
        ...

    async def done(self, messages: Sequence[Message]) -> None:
        """Remember that these were handled. What is not remembered comes again."""
        ...

    def lag(self) -> int:
        """Messages known to be in the topics and not yet handed out."""
        ...

    async def close(self) -> None: ...


class KafkaMessages:
    """A consumer group's view of some topics. Offsets are committed only by `done`."""

    def __init__(self, bootstrap: str, group: str, topics: Sequence[str], *, wait_ms: int = 250) -> None:
        self._bootstrap = bootstrap
        self._group = group
        self._topics = topics
        self._wait_ms = wait_ms
        self._consumer: AIOKafkaConsumer | None = None
        self._next: dict[TopicPartition, int] = {}

    async def poll(self) -> list[Message]:
        try:
            consumer = self._consumer or await self._start()
            batches = await consumer.getmany(timeout_ms=self._wait_ms, max_records=500)
        except (KafkaError, ConnectionError, TimeoutError) as error:
            await self.close()
            raise Retriable("the broker is away") from error
        messages = []
        for partition, records in batches.items():
            self._next[partition] = records[-1].offset + 1
            messages += [Message(r.topic, r.partition, r.offset, r.key, r.value) for r in records]
        return messages

    async def _start(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            *self._topics,
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=self._wait_ms,
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
        )
        try:
            await consumer.start()
        except BaseException:
            await consumer.stop()
            raise
        self._consumer = consumer
        return consumer

    async def done(self, messages: Sequence[Message]) -> None:
        if self._consumer is None or not messages:
            return
        ends: dict[TopicPartition, int] = {}
        for message in messages:
            ends[TopicPartition(message.topic, message.partition)] = message.offset + 1
        try:
            await self._consumer.commit(ends)
        except (KafkaError, ConnectionError, TimeoutError) as error:
            await self.close()
            raise Retriable("the broker did not take the offsets") from error

    def lag(self) -> int:
        if self._consumer is None:
            return 0
        ends = {p: self._consumer.highwater(p) for p in self._consumer.assignment()}
        return sum(max(0, end - self._next[p]) for p, end in ends.items() if end is not None and p in self._next)

    async def close(self) -> None:
        """Leave the group. Messages polled and not done come again to whoever reads next."""
        consumer, self._consumer = self._consumer, None
        self._next.clear()
        if consumer is not None:
            try:
                await consumer.stop()
            except KafkaError as error:
                raise Retriable("the consumer did not close cleanly") from error


class MemoryMessages:
    """A list of messages with the same manners: what was not done comes again after `rewind`."""

    def __init__(self, messages: Sequence[Message] = (), *, batch: int = 500) -> None:
        self._messages = list(messages)
        self._batch = batch
        self._given = 0
        self._done = 0

    def put(self, *messages: Message) -> None:
        self._messages.extend(messages)

    def rewind(self) -> None:
        self._given = self._done

    async def poll(self) -> list[Message]:
        batch = self._messages[self._given : self._given + self._batch]
        self._given += len(batch)
        return batch

    async def done(self, messages: Sequence[Message]) -> None:
        self._done += len(messages)

    def lag(self) -> int:
        return len(self._messages) - self._given

    async def close(self) -> None:
        self.rewind()
