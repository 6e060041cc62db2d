"""Parking: where messages wait that cannot be handled, with limits so that a bad deploy does not park a whole topic."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from ansim.errors import Fatal, ParkReason
from ansim.inbox.messages import Message
from ansim.journal import Unit
from ansim.journal.unit import new_id
from ansim.vault import Vault


class ParkLimitReached(Fatal):
    """Too much was parked too fast: something is wrong with this program or its input as a whole."""


@dataclass(frozen=True, slots=True)
class ParkLimits:
    """`consecutive` messages parked in a row, or more than `ratio` of the last `window` messages, stop the consumer.

    Messages parked only because their stream is parked already do not count.
    """

    consecutive: int = 100
    ratio: float = 0.5
    window: int = 400


class LimitWatch:
    """Counts what was parked against the limits. Raises ParkLimitReached."""

    def __init__(self, limits: ParkLimits) -> None:
        self._limits = limits
        self._recent: deque[bool] = deque(maxlen=limits.window)
        self._row = 0

    def note(self, *, parked: bool) -> None:
        self._recent.append(parked)
        self._row = self._row + 1 if parked else 0
        if self._row >= self._limits.consecutive:
            raise ParkLimitReached(f"{self._row} messages parked in a row")
        full = len(self._recent) == self._limits.window
        if full and sum(self._recent) > self._limits.ratio * self._limits.window:
            raise ParkLimitReached(f"{sum(self._recent)} of the last {self._limits.window} messages parked")


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A parked message as operations see it: where it was, why, and never what it says."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    source: str | None
    subject: UUID | None
    sequence: int | None
    event_id: UUID | None
    type: str | None
    reason: str
    error: str
    attempts: int
    parked_at: datetime


_COLUMNS = (
    'id, consumer, topic, partition, "offset", source, subject, sequence, event_id, type, reason, error, '
    "attempts, parked_at"
)


@dataclass(frozen=True, slots=True)
class StreamName:
    """What is known of a parked message's place: nothing for one that could not be read."""

    source: str | None = None
    subject: UUID | None = None
    sequence: int | None = None
    event_id: UUID | None = None
    type: str | None = None


class Parking:
    """Writes and reads parked messages of one consumer. The raw message is sealed under the service's own key."""

    def __init__(self, vault: Vault, consumer: str) -> None:
        self._vault = vault
        self.consumer = consumer

    async def park(
        self, unit: Unit, message: Message, reason: ParkReason, error: str, attempts: int, name: StreamName
    ) -> None:
        """Park a message; parking the same one again only counts the attempt. `error` is a class name, never a text."""
        record = new_id()
        raw = await self._vault.service_seal.seal(_pack(message), record)
        await unit.conn.execute(
            """
            insert into parked (consumer, topic, partition, "offset", source, subject, sequence, event_id, type,
                                reason, error, attempts, raw, raw_record)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            on conflict (consumer, topic, partition, "offset")
                do update set attempts = parked.attempts + 1, tried_at = clock_timestamp()
            """,
            *(self.consumer, message.topic, message.partition, message.offset),
            *(name.source, name.subject, name.sequence, name.event_id, name.type),
            *(reason.value, error, attempts, raw, record),
        )

    async def holds(self, conn: asyncpg.Connection, source: str, subject: UUID) -> bool:
        """True when something of this stream is parked: what follows must wait behind it. What an event that restated the
        stream has overtaken holds nothing up."""
        return bool(
            await conn.fetchval(
                """
                select exists (
                    select from parked left join inbox_stream as heard using (consumer, source, subject)
                    where consumer = $1 and source = $2 and subject = $3 and replayed_at is null
                          and parked.sequence > coalesce(heard.sequence, 0)
                )
                """,
                self.consumer,
                source,
                subject,
            )
        )

    async def rows(self, conn: asyncpg.Connection) -> list[ParkedRow]:
        """Everything parked and not replayed, oldest first."""
        found = await conn.fetch(
            f"select {_COLUMNS} from parked where consumer = $1 and replayed_at is null order by id",  # noqa: S608 - constant column list
            self.consumer,
        )
        return [ParkedRow(**dict(row)) for row in found]

    async def raw(self, conn: asyncpg.Connection, id: int) -> Message:
        """The message as it came. Raises KeyError for an unknown id."""
        row = await conn.fetchrow('select topic, partition, "offset", raw, raw_record from parked where id = $1', id)
        if row is None:
            raise KeyError(id)
        packed = await self._vault.service_seal.open(row["raw"], row["raw_record"])
        return _unpack(row["topic"], row["partition"], row["offset"], packed or b"")


def _pack(message: Message) -> bytes:
    key = message.key or b""
    return len(key).to_bytes(4, "big") + key + (message.value or b"")


def _unpack(topic: str, partition: int, offset: int, packed: bytes) -> Message:
    length = int.from_bytes(packed[:4], "big")
    return Message(topic, partition, offset, packed[4 : 4 + length] or None, packed[4 + length :] or None)
