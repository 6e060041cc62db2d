"""Sessions of signed-in staff: a random token in a cookie, its hash in the service's database."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from ansim.access.staff import StaffMember, member_of

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=10)
_TOUCH_AFTER: Final = timedelta(minutes=1)

_START = "insert into staff_session (token_hash, subject, started_at, seen_at) values ($1, $2, $3, $3)"

_FIND = """
select staff.subject, staff.name, staff.team, staff.roles, staff.member, staff_session.seen_at
from staff_session join staff using (subject)
where token_hash = $1 and staff.active and seen_at > $2 and started_at > $3
"""

_TOUCH = "update staff_session set seen_at = $2 where token_hash = $1 and seen_at < $2"

_END = "delete from staff_session where token_hash = $1"

_SWEEP = "delete from staff_session where seen_at <= $1 or started_at <= $2"


class Sessions:
    """Opens, finds and ends sessions. A session ends 30 minutes after its last request, 10 hours after its start, when
    its owner signs out, and at once when its owner is no longer active staff."""

    def __init__(self, pool: asyncpg.Pool, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._pool = pool
        self._now = now

    async def start(self, subject: str) -> str:
        """The token of a new session, always a fresh one. Old sessions of everybody are swept on the way."""
        token, now = secrets.token_urlsafe(32), self._now()
        async with self._pool.acquire() as conn, conn.transaction():
            await conn.execute(_SWEEP, now - IDLE, now - LONGEST)
            await conn.execute(_START, _hash(token), subject, now)
        return token

    async def find(self, token: str) -> StaffMember | None:
        """Whose session this is, None when there is none or it is over. Counts as a use of the session."""
        now = self._now()
        row = await self._pool.fetchrow(_FIND, _hash(token), now - IDLE, now - LONGEST)
        if row is None:
            return None
        if now - row["seen_at"] >= _TOUCH_AFTER:
            await self._pool.execute(_TOUCH, _hash(token), now)
        return member_of(row)

    async def end(self, token: str) -> None:
        """Ends a session. Idempotent."""
        await self._pool.execute(_END, _hash(token))


def csrf_of(token: str) -> str:
    """The form token of a session: it follows from the session's token, so nothing needs to be stored, and says nothing
    about it."""
    digest = hmac.new(token.encode(), b"ansim form token", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
