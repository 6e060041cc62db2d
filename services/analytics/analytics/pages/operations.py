"""The operations page: every service's own word on itself, and what the pulse and the statistics see of the stream."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

import httpx2
import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from analytics.pages.live import LIFETIME_SECONDS
from analytics.pulse.reading import Pulse, read_pulse
from analytics.queries import ParkedMessage, Reading, read_figures, read_parked
from ansim.access import Role, Staff
from ansim.contracts import SERVICES
from ansim.errors import Retriable
from ansim.runtime import Kit

ANSWER_SECONDS: Final = 1.5
EVERY_SECONDS: Final = 5.0
LAG_ALARM_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A service as its /status tells it; `answered` False when it did not."""

    slug: str
    answered: bool
    ready: bool = False
    broker_away: bool = False
    position: int = 0
    unpublished: int = 0
    oldest_seconds: float = 0.0
    parked: int = 0
    lag: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Consumer:
    """How far a reader of one service's topic is behind, in seconds; None when that cannot be told."""

    service: str
    behind_seconds: float | None
    events_behind: int


@dataclass(frozen=True, slots=True)
class Operations:
    at: datetime
    desks: list[Desk]
    consumers: list[Consumer]
    reading: Reading
    pulse: Pulse
    parked: list[ParkedMessage]
    alarm: float = LAG_ALARM_SECONDS

    @property
    def silent(self) -> list[str]:
        return [desk.slug for desk in self.desks if not desk.answered]

    @property
    def unpublished(self) -> int:
        return sum(desk.unpublished for desk in self.desks)

    @property
    def oldest_seconds(self) -> float:
        return max((desk.oldest_seconds for desk in self.desks), default=0.0)

    @property
    def parked_in_all(self) -> int:
        return sum(desk.parked for desk in self.desks) + sum(p.parked for p in self.reading.progress.values())

    @property
    def furthest_behind(self) -> Consumer:
        return max(self.consumers, key=lambda consumer: consumer.behind_seconds or 0.0)

    @property
    def calm(self) -> bool:
        """Nobody is silent, nothing is parked, nothing waits longer than the alarm."""
        waits = max(self.oldest_seconds, self.furthest_behind.behind_seconds or 0.0)
        ready = all(desk.ready and not desk.stopped for desk in self.desks)
        return ready and not self.silent and not self.parked_in_all and waits <= self.alarm


async def read_operations(kit: Kit) -> Operations:
    """Ask every service at once, and read our own tables meanwhile. Raises Retriable when our database is away."""
    now = datetime.now(UTC)
    desks = asyncio.gather(*(_ask(slug, kit.settings.urls.get(slug), now) for slug in SERVICES))
    try:
        async with kit.store.read() as conn:
            reading, pulse, parked = await read_figures(conn), await read_pulse(conn, now), await read_parked(conn)
    finally:
        answered = await desks
    consumers = [_consumer(desk, reading, now) for desk in answered]
    return Operations(now, list(answered), consumers, reading, pulse, parked)


async def _ask(slug: str, url: str | None, now: datetime) -> Desk:
    """A service's own word. Whatever is wrong with the answer, there is a row for it."""
    if url is None:
        return Desk(slug, answered=False)
    try:
        async with httpx2.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
            answer = await client.get(url.rstrip("/") + "/status")
        said: Mapping[str, Any] = answer.raise_for_status().json()
        oldest = said.get("oldest_unpublished")
        return Desk(
            slug,
            answered=True,
            ready=bool(said["ready"]),
            broker_away=bool(said.get("broker_away")),
            position=int(said["position"]),
            unpublished=int(said["unpublished"]),
            oldest_seconds=(now - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0.0,
            parked=int(said["parked"]),
            lag=int(said["lag"]),
            stopped=bool(said.get("stopped") or said.get("stuck")),
        )
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return Desk(slug, answered=False)


def _consumer(desk: Desk, reading: Reading, now: datetime) -> Consumer:
    progress = reading.progress[desk.slug]
    if not desk.answered:
        return Consumer(desk.slug, None, 0)
    missing = max(0, desk.position - progress.position)
    if not missing:
        return Consumer(desk.slug, 0.0, 0)
    return Consumer(desk.slug, (now - (reading.as_of or now)).total_seconds(), missing)


def operations(kit: Kit) -> APIRouter:
    router = APIRouter()
    operator = Depends(kit.access.staff(Role.operator))

    @router.get("/operations")
    async def page(request: Request, staff: Staff = operator) -> Response:
        return kit.web.page(request, "analytics/operations.html", ops=await read_operations(kit))

    @router.get("/operations/live")
    async def live(request: Request, staff: Staff = operator) -> Response:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(_stream(kit, staff.lang), media_type="text/event-stream", headers=headers)

    return router


async def _stream(kit: Kit, lang: str) -> AsyncIterator[bytes]:
    """The page's content anew every five seconds; operators are few, so each has a reader of its own."""
    ends = monotonic() + LIFETIME_SECONDS
    yield b"retry: 2000\n\n"
    while monotonic() < ends:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            html = kit.web.render(lang, "analytics/parts/operations.html", ops=await read_operations(kit))
        except Retriable:
            return
        yield b"event: part\ndata: %s\n\n" % orjson.dumps({"name": "operations", "html": html})
