"""How long others waited for an answer, and how many came back: figures for the public, worked out every few minutes.

GlobaLeaks #752: half of those who report never return. So the rate is published, and not only known inside.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ..domain.published import FEWEST, Window
from ..queries import Published, published
from .start import promised

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

KEPT_FOR: Final = timedelta(minutes=10)


class AnswerTimes:
    """The figures, at most `KEPT_FOR` old: however many people look, they are worked out once in that time."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit
        self._at: datetime | None = None
        self._known: Published | None = None
        self._one = asyncio.Lock()

    async def figures(self, request: Request, now: datetime) -> tuple[datetime, Published]:
        async with self._one:
            if self._known is None or self._at is None or now - self._at >= KEPT_FOR:
                async with self.kit.store.read(self.kit.access.anonymous(request)) as conn:
                    self._known = await published(conn, Window.at(now))
                self._at = now
            return self._at, self._known


def times_pages(kit: "Kit") -> APIRouter:
    router, times = APIRouter(), AnswerTimes(kit)

    @router.get("/start/times")
    async def answer_times(request: Request) -> Response:
        at, figures = await times.figures(request, datetime.now(UTC))
        return kit.web.page(
            request, "intake/public/times.html", at=at, figures=figures, fewest=FEWEST, in_words=promised
        )

    return router
