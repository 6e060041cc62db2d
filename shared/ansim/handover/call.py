"""One call for one referral's data, and what its answer means."""

from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
from pydantic import ValidationError

from ansim.access.service_calls import ServiceCalls
from ansim.contracts.handover import FINAL, NOT_ACCEPTED_YET, HandedOver, handover_path
from ansim.errors import Retriable

__all__ = ["Call", "HandOverCall", "Refusal", "Waiting"]

TIMEOUT_SECONDS: Final = 10.0
_LARGEST_ANSWER_BYTES: Final = 256 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_PROBLEM: Final = "application/problem+json"


class Refusal(StrEnum):
    """The sender said no, and asking again would not change it."""

    REFUSED = "refused"


class Waiting(StrEnum):
    """No answer that settles anything: this one is asked for again later, the others meanwhile."""

    NOT_ACCEPTED_YET = "not_accepted_yet"
    NOT_UNDERSTOOD = "not_understood"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - a reason, not a secret
    SENDER_FAILED = "sender_failed"


class Call(Protocol):
    """The port to a sender."""

    async def ask(self, dataref: UUID, correlationid: UUID) -> HandedOver | Refusal | Waiting:
        """Raises Retriable when the sender is away: then it is away for all."""
        ...

    async def close(self) -> None: ...


class HandOverCall:
    """Asks the sender over HTTP, with a token of its own for each call. Follows no redirects: the token and the data go to
    the configured address and nowhere else."""

    def __init__(self, calls: ServiceCalls, sender: str, address: str, http: httpx2.AsyncClient | None = None) -> None:
        self._calls = calls
        self._sender = sender
        self._address = address.rstrip("/")
        outside = (urlsplit(address).hostname or "") not in _LOOPBACK
        self._http = http or httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=outside)

    async def ask(self, dataref: UUID, correlationid: UUID) -> HandedOver | Refusal | Waiting:
        headers = {"Authorization": f"Bearer {self._calls.token(self._sender)}", "X-Correlation-Id": str(correlationid)}
        try:
            answer = await self._http.get(f"{self._address}{handover_path(dataref)}", headers=headers)
        except httpx2.TransportError as error:
            raise Retriable(f"{self._sender} is away") from error
        if answer.status_code in (502, 503, 504):
            raise Retriable(f"{self._sender} is away")
        return _meaning(answer)

    async def close(self) -> None:
        await self._http.aclose()


def _meaning(answer: httpx2.Response) -> HandedOver | Refusal | Waiting:
    if answer.status_code == 200:
        if len(answer.content) > _LARGEST_ANSWER_BYTES:
            return Waiting.NOT_UNDERSTOOD
        try:
            return HandedOver.model_validate_json(answer.content)
        except ValidationError:
            return Waiting.NOT_UNDERSTOOD
    if answer.status_code == 401:
        return Waiting.TOKEN_REFUSED
    if answer.status_code >= 500:
        return Waiting.SENDER_FAILED
    rule = _rule(answer)
    if rule == f"rule/{NOT_ACCEPTED_YET}":
        return Waiting.NOT_ACCEPTED_YET
    if rule == "not-found" or rule in {f"rule/{final}" for final in FINAL}:
        return Refusal.REFUSED
    return Waiting.NOT_UNDERSTOOD


def _rule(answer: httpx2.Response) -> str:
    """The last part of the problem's type: only the sender itself writes one, not a proxy before it."""
    if not answer.headers.get("content-type", "").startswith(_PROBLEM):
        return ""
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("type", "")).removeprefix("/problems/") if isinstance(told, dict) else ""
