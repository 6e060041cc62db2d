"""Calls between services: each one signed for one receiver, good once and for less than a minute.

    token = calls.token("intake")                      the caller, victim support
    caller = await calls.caller(request)               the receiver: "victim-support", or a refusal

The key is derived from the suite's key-encryption key for each pair of caller and receiver, so a token for one receiver opens
nothing at another. There is no account behind it and no password to keep: who holds the KEK is a service of this suite.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ansim.contracts import SERVICES
from ansim.journal import Actor
from ansim.vault import derive

__all__ = ["CALL_SECONDS", "CLOCK_TOLERANCE_SECONDS", "CallRefused", "ServiceCalls", "service_actor"]

ALGORITHM: Final = "HS256"
CALL_SECONDS: Final = 60
CLOCK_TOLERANCE_SECONDS: Final = 10
"""Two machines' clocks may differ by this much. A token is remembered for as much longer, so it cannot come twice."""
ROLE: Final = "service"
_LONGEST_TOKEN: Final = 1_024

_FIRST_TIME: Final = """
with forgotten as (delete from service_call where expires_at < $3)
insert into service_call (jti, caller, expires_at) values ($1, $2, $4) on conflict do nothing returning true
"""

log = structlog.get_logger("access")


class CallRefused(HTTPException):
    """A call that no service of the suite can have made, or that was made before: 401. `reason` is for log and tests."""

    def __init__(self, reason: str) -> None:
        super().__init__(401, headers={"WWW-Authenticate": 'Bearer realm="ansim services"'})
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Claims:
    caller: str
    jti: UUID
    expires: int


def service_actor(slug: str) -> Actor:
    """A service as it stands in journals and access records: `service:victim-support`."""
    return Actor(f"service:{slug}", ROLE)


class ServiceCalls:
    """One service's calls to others, and those of others to it. Used tokens are kept in its own database, so a replay is
    refused by every process of the service and after a restart too."""

    def __init__(self, kek: bytes, slug: str, pool: asyncpg.Pool, now: Callable[[], float] = time.time) -> None:
        self._kek = kek
        self._slug = slug
        self._pool = pool
        self._now = now

    def token(self, receiver: str) -> str:
        """A fresh token for one call to `receiver`."""
        issued = int(self._now())
        claims = {
            "iss": self._slug,
            "aud": receiver,
            "iat": issued,
            "exp": issued + CALL_SECONDS,
            "jti": str(uuid4()),
        }
        return jwt.encode({"alg": ALGORITHM}, claims, self._key(self._slug, receiver), [ALGORITHM])

    async def caller(self, request: Request) -> str:
        """The slug of the service that calls. A FastAPI dependency. Raises CallRefused; uses the token up."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
                raise CallRefused("no_token")
            claims = self._read(token)
            await self._use_up(claims)
        except CallRefused as refused:
            log.warning("service_call_refused", reason=refused.reason)
            raise
        return claims.caller

    def _read(self, token: str) -> _Claims:
        """Raises CallRefused unless every claim is there and as it must be."""
        for caller in SERVICES:
            if caller == self._slug:
                continue
            try:
                claims = jwt.decode(token, self._key(caller, self._slug), [ALGORITHM]).claims
            except (JoseError, ValueError):
                continue
            return self._checked(claims, caller)
        raise CallRefused("signature")

    def _checked(self, claims: dict[str, object], caller: str) -> _Claims:
        if claims.get("iss") != caller or claims.get("aud") != self._slug:
            raise CallRefused("for_another")
        issued, expires = claims.get("iat"), claims.get("exp")
        if type(issued) is not int or type(expires) is not int or not 0 < expires - issued <= CALL_SECONDS:
            raise CallRefused("life")
        now = self._now()
        if now > expires + CLOCK_TOLERANCE_SECONDS:
            raise CallRefused("expired")
        if now < issued - CLOCK_TOLERANCE_SECONDS:
            raise CallRefused("not_yet")
        try:
            return _Claims(caller, UUID(str(claims.get("jti"))), expires)
        except ValueError:
            raise CallRefused("no_id") from None

    async def _use_up(self, claims: _Claims) -> None:
        kept_until = float(claims.expires + CLOCK_TOLERANCE_SECONDS)
        if not await self._pool.fetchval(_FIRST_TIME, claims.jti, claims.caller, self._now(), kept_until):
            raise CallRefused("replayed")

    def _key(self, caller: str, receiver: str) -> OctKey:
        return OctKey.import_key(derive(self._kek, f"service-call|{caller}|{receiver}"))
