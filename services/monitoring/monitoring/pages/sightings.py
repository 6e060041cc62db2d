"""The coordinator's list of sightings, and one sighting with all its checks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.errors import Message
from ansim.journal import Unit
from ansim.runtime.kit import Kit
from ansim.web.api import AskedPage
from ansim.web.outcome import carry_out_form
from ansim.web.said import span
from monitoring.orders import SIGHTING_ORDERS, SightingOrder
from monitoring.pages.clash import Sent
from monitoring.queries import sightings as queries
from monitoring.queries.sightings import CheckRow, Show


@dataclass(frozen=True, slots=True)
class Spans:
    """The two times of a check in words."""

    after_report: Message
    since_previous: Message


class SightingPages:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/sightings", self.queue, methods=["GET"])
        router.add_api_route("/sightings/{sighting}", self.one, methods=["GET"])
        router.add_api_route("/sightings/{sighting}/{order}", self.order, methods=["POST"])
        return router

    async def queue(self, request: Request, page: AskedPage, show: Show = Show.ALL) -> Response:
        """What waits for us, and below it every sighting or one part of them, newest first."""
        async with self.kit.store.read() as conn:
            counts = await queries.counts(conn)
            turn = await queries.our_turn(conn)
            rows, following = await queries.sightings(conn, show, page)
        now = datetime.now(UTC)
        return self.kit.web.page(
            request,
            "monitoring/sightings.html",
            counts=counts,
            reported=counts[Show.ALL] - counts[Show.LOGGED] - counts[Show.CONFIRMED] - counts[Show.REJECTED],
            turn=turn,
            waiting={row.id: span(now - (row.decided_at or row.logged_at)) for row in turn},
            rows=rows,
            show=show,
            shows=tuple(Show),
            first=page.first,
            older=following,
            now=now,
        )

    async def one(self, request: Request, sighting: UUID, address: Literal["shown"] | None = None) -> Response:
        """One sighting. The address is opened only when asked for, and that is on record."""
        return await self._show(request, sighting, open_address=address is not None)

    async def order(self, request: Request, sighting: UUID, order: SightingOrder) -> Response:
        kind = SIGHTING_ORDERS[order]
        form = await self.kit.web.form(request, kind.model, sighting=sighting)
        context = self.kit.access.context(request, request.state.staff)
        outcome = await carry_out_form(self.kit, request, context, form, kind.carry_out)
        if outcome.done:
            return self.kit.web.see_other(f"/sightings/{sighting}")
        return await self._show(request, sighting, Sent(order, kind, outcome))

    async def _show(
        self, request: Request, sighting: UUID, sent: Sent | None = None, *, open_address: bool = False
    ) -> Response:
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            detail = await queries.sighting_detail(unit.conn, sighting)
            past = await unit.timeline("sighting", sighting)
            address = await self._address(unit, detail.row.sealed_event) if open_address else ""
        return self.kit.web.page(
            request,
            "monitoring/sighting.html",
            sent.outcome.status if sent else 200,
            detail=detail,
            past=past,
            address=address,
            spans={check.number: _spans(check) for check in detail.checks},
            removed_length=span(detail.removed.length) if detail.removed else "",
            forms=sent.forms if sent else {},
            clash=sent.clash(past) if sent else None,
            now=datetime.now(UTC),
        )

    @staticmethod
    async def _address(unit: Unit, sealed_event: UUID) -> str:
        """The address, or the word `erased` when its key is destroyed."""
        return (await unit.open_sealed_of(sealed_event)).get("url", "erased")


def _spans(check: CheckRow) -> Spans:
    return Spans(span(max(check.after_report, timedelta())), span(max(check.since_previous, timedelta())))
