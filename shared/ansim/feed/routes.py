"""`GET /feed/{agreement}`: what a partner may know, in order, for as long as the agreement lasts."""

from datetime import UTC, datetime
from typing import Annotated, Final, Protocol

import orjson
import structlog
from fastapi import APIRouter, Query
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Access, Action
from ansim.errors import Forbidden, NotFound
from ansim.feed.agreements import Agreement, Agreements
from ansim.feed.cursor import START, BadCursor, Cursors
from ansim.feed.page import Page, read_page
from ansim.journal import Store
from ansim.telemetry import Metrics, metrics
from ansim.vault import kek_from

CONTENT_TYPE: Final = "application/cloudevents-batch+json"
MOST_EVENTS: Final = 500

log = structlog.get_logger("feed")


class _HasSlug(Protocol):
    @property
    def slug(self) -> str: ...


class _HasKek(Protocol):
    @property
    def kek(self) -> SecretStr: ...


class FeedKit(Protocol):
    """The part of the kit that a feed needs."""

    @property
    def settings(self) -> _HasKek: ...
    @property
    def service(self) -> _HasSlug: ...
    @property
    def store(self) -> Store: ...
    @property
    def access(self) -> Access: ...
    @property
    def metrics(self) -> Metrics: ...


def routes(kit: FeedKit, agreements: Agreements | None = None) -> APIRouter:
    """The feed of one service. Raises Fatal when an agreement cannot be read."""
    router = APIRouter(tags=["partners"])
    known = agreements if agreements is not None else Agreements.installed()
    cursors = Cursors(kek_from(kit.settings.kek.get_secret_value()), kit.service.slug)

    @router.get("/feed/{agreement}", responses={200: {"content": {CONTENT_TYPE: {}}}}, response_class=Response)
    async def feed(
        request: Request,
        agreement: str,
        after: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = 100,
    ) -> Response:
        """Events in the order of their gapless position. Ask again with the cursor of the last answer (header
        `Ansim-Next-Cursor`, or `Link: rel="next"`); an empty array says that there is nothing new yet."""
        subject = await kit.access.subject(request)
        terms = _terms(known, agreement, subject, kit.service.slug)
        position = _position(cursors, terms, after)
        async with kit.store.unit(kit.access.partner(request, subject)) as unit:
            page = await read_page(unit.conn, terms, kit.service.slug, position, limit)
            if page.persons:
                what = f"feed {terms.id}"
                actor = unit.context.actor
                await kit.access.record_list(unit.conn, actor, Action.handed_over, page.persons, what)
        log.info("feed_served", agreement=terms.id, count=len(page.events))
        kit.metrics.count(metrics.FEED_EVENTS, len(page.events), agreement=terms.id)
        return _answer(page, terms, cursors, limit)

    return router


def _terms(known: Agreements, id: str, subject: str, service: str) -> Agreement:
    """The agreement that gives `subject` a feed of this service. Raises NotFound where there is none for them, without
    a difference between somebody else's and none at all; Forbidden for their own that has ended."""
    agreement = known.for_partner(id, subject)
    if agreement is None or not agreement.types_of(service):
        log.warning("feed_refused", reason="no_agreement")
        raise NotFound("agreement", "for this partner and service")
    if not agreement.valid_at(datetime.now(UTC)):
        log.warning("feed_refused", reason="expired")
        raise Forbidden("the agreement has ended")
    return agreement


def _position(cursors: Cursors, agreement: Agreement, after: str | None) -> int:
    if after is None:
        return START
    try:
        return cursors.read(agreement.id, after)
    except BadCursor:
        log.warning("feed_refused", reason="cursor")
        raise HTTPException(400) from None


def _answer(page: Page, agreement: Agreement, cursors: Cursors, limit: int) -> Response:
    cursor = cursors.make(agreement.id, page.position)
    headers = {
        "Ansim-Next-Cursor": cursor,
        "Link": f'</feed/{agreement.id}?after={cursor}&limit={limit}>; rel="next"',
    }
    body = orjson.dumps(page.events, default=str)  # asyncpg's UUIDs are a class of their own
    return Response(body, media_type=CONTENT_TYPE, headers=headers)
