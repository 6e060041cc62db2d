"""The relay's port to a log of events, and Kafka behind it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from ansim.contracts import CONTENT_TYPE
from ansim.errors import Retriable

REQUEST_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message. Messages with the same key keep their order."""

    topic: str
    key: bytes
    value: bytes


class Broker(Protocol):
    async def publish(self, messages: Sequence[Outgoing]) -> int:
        """Send in order and wait for every acknowledgement.

        Returns how many of them, counted from the first, are acknowledged; the rest may or may not have arrived and
        is sent again, so a consumer may see duplicates and never a loss. Raises Retriable when none is.
        """
        ...

    async def close(self) -> None: ...


class KafkaBroker:
    """Idempotent producer with acks=all. Reconnects by itself; a failed producer is replaced by a new one."""

    def __init__(self, bootstrap: str, client_id: str) -> None:
        self._bootstrap = bootstrap
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, messages: Sequence[Outgoing]) -> int:
        try:
            producer = self._producer or await self._start()
            acknowledgements = [
                await producer.send(m.topic, m.value, key=m.key, headers=[("content-type", CONTENT_TYPE.encode())])
                for m in messages
            ]
            answers = await asyncio.gather(*acknowledgements, return_exceptions=True)
        except (KafkaError, ConnectionError, TimeoutError) as error:
            await self.close()
            raise Retriable("the broker is away") from error
        failed = next((n for n, answer in enumerate(answers) if isinstance(answer, BaseException)), None)
        if failed is None:
            return len(messages)
        await self.close()
        if failed == 0:
            raise Retriable("the broker acknowledged nothing")
        return failed

    async def _start(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=self._client_id,
            acks="all",
            enable_idempotence=True,
            linger_ms=2,
            max_batch_size=131_072,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        self._producer = producer
        return producer

    async def close(self) -> None:
        """Let go of the producer. What it had in flight is unconfirmed and will be sent again."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            async with asyncio.timeout(2):
                await producer.stop()
        except (TimeoutError, KafkaError) as error:
            raise Retriable("the producer did not close in time") from error
