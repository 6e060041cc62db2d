"""The coordinator's roster, and one volunteer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.errors import DomainError, VersionConflict
from ansim.runtime.kit import Kit
from ansim.web import Form
from monitoring.commands import RegisterVolunteer, register_volunteer
from monitoring.domain.volunteer import VolunteerState
from monitoring.orders import VOLUNTEER_ORDERS, VolunteerOrder
from monitoring.pages.clash import clash_of
from monitoring.queries import sightings as sighting_queries
from monitoring.queries import volunteers as queries
from monitoring.queries.volunteers import PAGE_ROWS

LATEST_SIGHTINGS = 10


@dataclass(frozen=True, slots=True)
class Sent:
    """An order that was not carried out: which, what was typed, and whether somebody else was first."""

    order: VolunteerOrder
    form: Form[Any]
    clashed: bool = False


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

    async def roster(
        self, request: Request, state: VolunteerState | None = None, before: int | None = None
    ) -> Response:
        """Counts by state, and below them the volunteers by number. Whose rows were listed is on record."""
        context = self.kit.access.context(request, request.state.staff)
        async with self.kit.store.unit(context) as unit:
            roster = await queries.roster(unit.conn)
            rows = await queries.volunteers(unit.conn, state, before, PAGE_ROWS + 1)
            more, rows = len(rows) > PAGE_ROWS, rows[:PAGE_ROWS]
            await self.kit.access.record_list(
                unit.conn, context.actor, "listed", [row.id for row in rows], "volunteer list"
            )
        return self.kit.web.page(
            request,
            "monitoring/volunteers.html",
            roster=roster,
            rows=rows,
            state=state,
            before=before,
            older=rows[-1].number if more else None,
            now=datetime.now(UTC),
        )

    async def blank(self, request: Request) -> Response:
        return self.kit.web.page(request, "monitoring/volunteer_new.html", form=None)

    async def register(self, request: Request) -> Response:
        form = await self.kit.web.form(request, RegisterVolunteer, id=None)
        if form.value is not None:
            try:
                return self.kit.web.see_other(f"/volunteers/{await self._registered(request, form, form.value)}")
            except DomainError as refusal:
                form = form.refused(refusal)
        return self.kit.web.page(request, "monitoring/volunteer_new.html", 422, form=form)

    async def _registered(self, request: Request, form: Form[RegisterVolunteer], command: RegisterVolunteer) -> object:
        """The id of the new volunteer; a form sent twice gets the first one's."""
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            if not await unit.once(form.key):
                return (await unit.recall(form.key) or {}).get("id", "")
            volunteer = await register_volunteer(unit, command)
            await unit.remember(form.key, {"id": str(volunteer)})
            return volunteer

    async def one(self, request: Request, volunteer: UUID) -> Response:
        return await self._show(request, volunteer)

    async def order(self, request: Request, volunteer: UUID, order: VolunteerOrder) -> Response:
        kind = VOLUNTEER_ORDERS[order]
        form = await self.kit.web.form(request, kind.model, volunteer=volunteer)
        if form.value is None:
            return await self._show(request, volunteer, Sent(order, form))
        try:
            async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
                if await unit.once(form.key):
                    await kind.carry_out(unit, form.value)
        except DomainError as refusal:
            return await self._show(request, volunteer, Sent(order, form.refused(refusal)))
        except VersionConflict:
            return await self._show(request, volunteer, Sent(order, form, clashed=True))
        return self.kit.web.see_other(f"/volunteers/{volunteer}")

    async def _show(self, request: Request, volunteer: UUID, sent: Sent | None = None) -> Response:
        """One volunteer with name and contact; the reading is on record."""
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            row = await queries.volunteer(unit.conn, volunteer)
            sealed = await unit.open_sealed_of(row.sealed_event)
            past = await unit.timeline("volunteer", volunteer)
            achieved = await queries.achieved(unit.conn, volunteer)
            rows = await sighting_queries.of_volunteer(unit.conn, volunteer, LATEST_SIGHTINGS)
        clashed = sent is not None and sent.clashed
        return self.kit.web.page(
            request,
            "monitoring/volunteer.html",
            200 if sent is None else 409 if clashed else 422,
            v=row,
            sealed=sealed,
            past=past,
            achieved=achieved,
            rows=rows,
            forms={sent.order.value: sent.form} if sent and not clashed else {},
            clash=clash_of(sent.order, VOLUNTEER_ORDERS[sent.order], sent.form, past) if sent and clashed else None,
        )
