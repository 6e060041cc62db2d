"""The coordinator's roster, and one volunteer."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.runtime.kit import Kit
from ansim.web.api import AskedPage
from ansim.web.outcome import carry_out_form
from monitoring.commands import RegisterVolunteer, register_volunteer
from monitoring.domain.volunteer import VolunteerState
from monitoring.orders import VOLUNTEER_ORDERS, VolunteerOrder
from monitoring.pages.clash import Sent
from monitoring.queries import sightings as sighting_queries
from monitoring.queries import volunteers as queries

LATEST_SIGHTINGS = 10


class VolunteerPages:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/volunteers", self.roster, methods=["GET"])
        router.add_api_route("/volunteers/new", self.blank, methods=["GET"])
        router.add_api_route("/volunteers/new", self.register, methods=["POST"])
        router.add_api_route("/volunteers/{volunteer}", self.one, methods=["GET"])
        router.add_api_route("/volunteers/{volunteer}/{order}", self.order, methods=["POST"])
        return router

    async def roster(self, request: Request, page: AskedPage, state: VolunteerState | None = None) -> Response:
        """Counts by state, and below them the volunteers by number. Whose rows were listed is on record."""
        context = self.kit.access.context(request, request.state.staff)
        async with self.kit.store.unit(context) as unit:
            roster = await queries.roster(unit.conn)
            rows, following = await queries.volunteers(unit.conn, state, page)
            await self.kit.access.record_list(
                unit.conn, context.actor, "listed", [row.id for row in rows], "volunteer list"
            )
        return self.kit.web.page(
            request,
            "monitoring/volunteers.html",
            roster=roster,
            rows=rows,
            state=state,
            first=page.first,
            older=following,
            now=datetime.now(UTC),
        )

    async def blank(self, request: Request) -> Response:
        return self.kit.web.page(request, "monitoring/volunteer_new.html", form=None)

    async def register(self, request: Request) -> Response:
        form = await self.kit.web.form(request, RegisterVolunteer, id=None)
        context = self.kit.access.context(request, request.state.staff)
        outcome = await carry_out_form(self.kit, request, context, form, register_volunteer)
        if outcome.done:
            return self.kit.web.see_other(f"/volunteers/{outcome.made}")
        return self.kit.web.page(request, "monitoring/volunteer_new.html", outcome.status, form=outcome.form)

    async def one(self, request: Request, volunteer: UUID) -> Response:
        return await self._show(request, volunteer)

    async def order(self, request: Request, volunteer: UUID, order: VolunteerOrder) -> Response:
        kind = VOLUNTEER_ORDERS[order]
        form = await self.kit.web.form(request, kind.model, volunteer=volunteer)
        context = self.kit.access.context(request, request.state.staff)
        outcome = await carry_out_form(self.kit, request, context, form, kind.carry_out)
        if outcome.done:
            return self.kit.web.see_other(f"/volunteers/{volunteer}")
        return await self._show(request, volunteer, Sent(order, kind, outcome))

    async def _show(self, request: Request, volunteer: UUID, sent: Sent | None = None) -> Response:
        """One volunteer with name and contact; the reading is on record."""
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            row = await queries.volunteer(unit.conn, volunteer)
            sealed = await unit.open_sealed_of(row.sealed_event)
            past = await unit.timeline("volunteer", volunteer)
            achieved = await queries.achieved(unit.conn, volunteer)
            rows = await sighting_queries.of_volunteer(unit.conn, volunteer, LATEST_SIGHTINGS)
        return self.kit.web.page(
            request,
            "monitoring/volunteer.html",
            sent.outcome.status if sent else 200,
            v=row,
            sealed=sealed,
            past=past,
            achieved=achieved,
            rows=rows,
            forms=sent.forms if sent else {},
            clash=sent.clash(past) if sent else None,
        )
