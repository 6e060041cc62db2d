"""The coordinator's list of sightings, and one sighting with all its checks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.errors import DomainError, Message, VersionConflict
from ansim.journal import Unit
from ansim.runtime.kit import Kit
from ansim.web import Form
from ansim.web.said import span
from monitoring.orders import SIGHTING_ORDERS, SightingOrder
from monitoring.pages.clash import clash_of
from monitoring.queries import sightings as queries
from monitoring.queries.sightings import PAGE_ROWS, CheckRow, Show


@dataclass(frozen=True, slots=True)
class Spans:
    """The two times of a check in words."""

    after_report: Message
    since_previous: Message


@dataclass(frozen=True, slots=True)
class Sent:
    """An order that was not carried out: which, what was typed, and whether somebody else was first."""

    order: SightingOrder
    form: Form[Any]
    clashed: bool = False


class SightingPages:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/sightings", self.queue, methods=["GET"])
        router.add_api_route("/sightings/{sighting}", self.one, methods=["GET"])
        router.add_api_route("/sightings/{sighting}/{order}", self.order, methods=["POST"])
        return router

    async def queue(self, request: Request, show: Show = Show.ALL, before: int | None = None) -> Response:
        """What waits for us, and below it every sighting or one part of them, newest first."""
        async with self.kit.store.read() as conn:
            counts = await queries.counts(conn)
            turn = await queries.our_turn(conn)
            rows = await queries.sightings(conn, show, before, PAGE_ROWS + 1)
        more, rows, now = len(rows) > PAGE_ROWS, rows[:PAGE_ROWS], datetime.now(UTC)
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
            before=before,
            older=rows[-1].number if more else None,
            now=now,
        )

    async def one(self, request: Request, sighting: UUID, address: Literal["shown"] | None = None) -> Response:
        """One sighting. The address is opened only when asked for, and that is on record."""
        return await self._show(request, sighting, open_address=address is not None)

    async def order(self, request: Request, sighting: UUID, order: SightingOrder) -> Response:
        kind = SIGHTING_ORDERS[order]
        form = await self.kit.web.form(request, kind.model, sighting=sighting)
        if form.value is None:
            return await self._show(request, sighting, Sent(order, form))
        try:
            async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
                if await unit.once(form.key):
                    await kind.carry_out(unit, form.value)
        except DomainError as refusal:
            return await self._show(request, sighting, Sent(order, form.refused(refusal)))
        except VersionConflict:
            return await self._show(request, sighting, Sent(order, form, clashed=True))
        return self.kit.web.see_other(f"/sightings/{sighting}")

    async def _show(
        self, request: Request, sighting: UUID, sent: Sent | None = None, *, open_address: bool = False
    ) -> Response:
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            detail = await queries.sighting_detail(unit.conn, sighting)
            past = await unit.timeline("sighting", sighting)
            address = await self._address(unit, detail.row.sealed_event) if open_address else ""
        clashed = sent is not None and sent.clashed
        return self.kit.web.page(
            request,
            "monitoring/sighting.html",
            200 if sent is None else 409 if clashed else 422,
            detail=detail,
            past=past,
            address=address,
            spans={check.number: _spans(check) for check in detail.checks},
            removed_length=span(detail.removed.length) if detail.removed else "",
            forms={sent.order.value: sent.form} if sent and not clashed else {},
            clash=clash_of(sent.order, SIGHTING_ORDERS[sent.order], sent.form, past) if sent and clashed else None,
            now=datetime.now(UTC),
        )

    @staticmethod
    async def _address(unit: Unit, sealed_event: UUID) -> str:
        """The address, or the word `erased` when its key is destroyed."""
        return (await unit.open_sealed_of(sealed_event)).get("url", "erased")


def _spans(check: CheckRow) -> Spans:
    return Spans(span(max(check.after_report, timedelta())), span(max(check.since_previous, timedelta())))
