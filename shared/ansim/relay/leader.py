"""Leadership by a PostgreSQL advisory lock, fenced by the connection that holds it."""

import asyncpg

from ansim.errors import AnsimError, Retriable
from ansim.journal.store import AWAY

LOCK_KEY = 0x416E73696D  # "Ansim": one relay a database


class LeadershipLost(AnsimError):
    """The connection that held the lock is gone; whoever holds the lock now goes on. Stop publishing at once."""


class Leader:
    """Holds a lock on a connection of its own: the relay's, or that of other work which one process does at a time (`key`).

    Everything the leader writes goes through `conn`: when that connection dies the lock is free for another and this
    leader can write nothing any more, so there is never a second writer.
    """

    def __init__(self, dsn: str, key: int = LOCK_KEY) -> None:
        self._dsn = dsn
        self._key = key
        self.conn: asyncpg.Connection | None = None

    async def acquire(self) -> bool:
        """Try to become the leader. False when another process is. Raises Retriable when the database is away."""
        try:
            if self.conn is None or self.conn.is_closed():
                self.conn = await asyncpg.connect(self._dsn, timeout=5, command_timeout=15)
            return bool(await self.conn.fetchval("select pg_try_advisory_lock($1)", self._key))
        except (*AWAY, asyncpg.InterfaceError) as error:
            await self.release()
            raise Retriable("the database is away") from error

    async def release(self) -> None:
        """Give the lock up by closing its connection."""
        conn, self.conn = self.conn, None
        if conn is not None:
            conn.terminate()
