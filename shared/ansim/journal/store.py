"""A service's database as its commands and queries see it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import asyncpg

from ansim.errors import Retriable
from ansim.journal.facts import Context
from ansim.journal.port import ReadRecord
from ansim.journal.projector import Projector
from ansim.journal.unit import Unit

if TYPE_CHECKING:
    from ansim.vault import Vault

AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    ConnectionError,
    TimeoutError,
    OSError,
)
"""What asyncpg raises when the server is away, restarting or overloaded: worth another try."""

_SCOPE = """
select set_config('ansim.actor', $1, true), set_config('ansim.team', $2, true), set_config('ansim.all_teams', $3, true)
"""


def _scope(context: Context) -> tuple[str, str, str]:
    return context.actor.subject, context.team, "on" if context.all_teams else ""


class Store:
    """Opens units of work. One per service process, sharing one pool."""

    def __init__(
        self, pool: asyncpg.Pool, *, service: str, projector: Projector, vault: "Vault", access_log: ReadRecord
    ) -> None:
        self.pool = pool
        self.committed = asyncio.Event()
        """Set after every commit that appended events; the relay clears it. A hint only, never the only trigger."""
        self._service = service
        self._projector = projector
        self._vault = vault
        self._access_log = access_log

    @asynccontextmanager
    async def unit(self, context: Context, *, wake: Callable[[], None] | None = None) -> AsyncIterator[Unit]:
        """A transaction in the scope of the context: commits when the block ends, rolls back when it raises.

        Raises Retriable when the database is away; nothing was written then.
        """
        async with self._transaction() as conn:
            await conn.execute(_SCOPE, *_scope(context))
            unit = Unit(
                conn,
                context,
                service=self._service,
                projector=self._projector,
                vault=self._vault,
                access_log=self._access_log,
            )
            yield unit
        if unit.appended:
            (wake or self.committed.set)()

    @asynccontextmanager
    async def read(self, context: Context | None = None) -> AsyncIterator[asyncpg.Connection]:
        """A read-only transaction for queries, in the scope of the context; without one no guarded row is seen.

        Raises Retriable when the database is away.
        """
        async with self._transaction(readonly=True) as conn:
            if context is not None:
                await conn.execute(_SCOPE, *_scope(context))
            yield conn

    @asynccontextmanager
    async def _transaction(self, *, readonly: bool = False) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with self.pool.acquire(timeout=5) as conn, conn.transaction(readonly=readonly):
                yield cast("asyncpg.Connection", conn)
        except AWAY as error:
            raise Retriable("the database is away") from error
        except asyncpg.InterfaceError as error:
            if "closed" not in str(error):
                raise
            # asyncpg has no type of its own for a connection that died under a transaction
            raise Retriable("the database went away") from error
