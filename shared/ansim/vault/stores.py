"""Where wrapped keys are kept: PostgreSQL in earnest, a dictionary in tests. One test suite runs on both."""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from ansim.errors import Retriable
from ansim.telemetry import Metrics
from ansim.telemetry.metrics import KEY_SERVICE_SECONDS
from ansim.vault.keyring import StoredKey

_WAIT_SECONDS: Final = 5.0

_FIND = "select person, wrapped, kek_id from person_key where service = $1 and person = any($2::uuid[])"

# Sorted, so that two callers with the same persons wait for each other instead of deadlocking.
_ADD = """
insert into person_key (service, person, wrapped, kek_id)
select $1, person, wrapped, kek_id from unnest($2::uuid[], $3::bytea[], $4::text[]) as offered(person, wrapped, kek_id)
order by person
on conflict (service, person) do nothing
returning person, wrapped, kek_id
"""

_DESTROY = "update person_key set wrapped = null, destroyed_at = clock_timestamp() where service = $1 and person = $2"

_BURY = """
insert into person_key (service, person, wrapped, kek_id, destroyed_at) values ($1, $2, null, $3, clock_timestamp())
on conflict (service, person) do nothing
returning 1
"""

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says of a connection that broke in the middle of an answer
    OSError,
    TimeoutError,
)


log = structlog.get_logger("vault")


class PostgresKeyStore:
    """Rows of `person_key` in the key store database, which row-level security narrows to this service."""

    def __init__(self, pool: asyncpg.Pool, service: str, metrics: Metrics | None = None) -> None:
        self._pool = pool
        self._service = service
        self._metrics = metrics

    async def find(self, persons: Collection[UUID]) -> Mapping[UUID, StoredKey]:
        async with self._asking("find") as conn:
            return _rows(await conn.fetch(_FIND, self._service, list(persons)))

    async def add(self, offered: Mapping[UUID, StoredKey]) -> Mapping[UUID, StoredKey]:
        persons = list(offered)
        wrapped = [each.wrapped for each in offered.values()]
        kek_ids = [each.kek_id for each in offered.values()]
        async with self._asking("add") as conn:
            stored = _rows(await conn.fetch(_ADD, self._service, persons, wrapped, kek_ids))
            lost = [person for person in persons if person not in stored]
            if lost:  # another process was first; its row is committed by now
                stored |= _rows(await conn.fetch(_FIND, self._service, lost))
            return stored

    async def destroy(self, person: UUID, kek_id: str) -> None:
        async with self._asking("destroy") as conn:
            buried = await conn.fetchval(_BURY, self._service, person, kek_id)
            if buried is None:
                await conn.execute(_DESTROY, self._service, person)

    @asynccontextmanager
    async def _asking(self, operation: str) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy]:
        """A connection for one question, which is timed. Raises Retriable when the store is away."""
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_WAIT_SECONDS), self._pool.acquire() as conn:
                yield conn
        except _AWAY as error:
            log.warning("key_store_away", error=type(error).__name__)
            raise Retriable(f"the key store is away ({type(error).__name__})") from None
        if self._metrics is not None:
            self._metrics.observe(KEY_SERVICE_SECONDS, time.perf_counter() - started, operation=operation)


class MemoryKeyStore:
    """The twin in memory: the same promises for one process, nothing kept."""

    def __init__(self) -> None:
        self._rows: dict[UUID, StoredKey] = {}

    async def find(self, persons: Collection[UUID]) -> Mapping[UUID, StoredKey]:
        await asyncio.sleep(0)
        return {person: self._rows[person] for person in persons if person in self._rows}

    async def add(self, offered: Mapping[UUID, StoredKey]) -> Mapping[UUID, StoredKey]:
        await asyncio.sleep(0)
        return {person: self._rows.setdefault(person, key) for person, key in offered.items()}

    async def destroy(self, person: UUID, kek_id: str) -> None:
        await asyncio.sleep(0)
        self._rows[person] = StoredKey(None, kek_id)


def _rows(rows: list[asyncpg.Record]) -> dict[UUID, StoredKey]:
    return {row["person"]: StoredKey(row["wrapped"], row["kek_id"]) for row in rows}
