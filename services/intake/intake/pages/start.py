"""The first pages of the public: what somebody can do, what to do right now, and what happens after telling us.

Pupils' survey, Seoul 2021: 78.5 % of those who did nothing did not know what to do. Titles are neutral words, since a
browser keeps them.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from starlette.responses import Response

from ansim.contracts.codes import DeadlineRule
from ansim.errors import Message

from ..contacts import CONTACTS
from ..rulebook import RULES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def promised(period: timedelta) -> Message:
    """A period in whole words, rounded up: we are sooner than we say, never later."""
    minutes = math.ceil(period / timedelta(minutes=1))
    if minutes < 60:
        return Message("{n} minutes", n=minutes)
    hours = math.ceil(minutes / 60)
    if hours == 1:
        return Message("one hour")
    return Message("{n} hours", n=hours) if hours < 48 else Message("{n} days", n=f"{math.ceil(hours / 24):,}")


def start_pages(kit: "Kit") -> APIRouter:
    router = APIRouter()
    kit.web.templates.globals["crisis_contacts"] = CONTACTS

    @router.get("/start")
    async def start(request: Request) -> Response:
        return kit.web.page(request, "intake/public/start.html")

    @router.get("/start/now")
    async def now(request: Request) -> Response:
        return kit.web.page(request, "intake/public/now.html")

    @router.get("/start/next")
    async def afterwards(request: Request) -> Response:
        """How soon is what the rules say that staff work by, so that no promise here is an old one."""
        async with kit.store.read() as conn:
            rules = await RULES.read(conn)
        at = datetime.now(UTC)
        return kit.web.page(
            request,
            "intake/public/next.html",
            acknowledge=promised(rules.period(DeadlineRule.ACKNOWLEDGE, at)),
            emergency=promised(rules.period(DeadlineRule.ACKNOWLEDGE_EMERGENCY, at)),
            triage=promised(rules.period(DeadlineRule.TRIAGE, at)),
        )

    return router
