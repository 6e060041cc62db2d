"""The volunteer's own page: log what was found, see what became of it, rest."""

from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.contracts.codes import ActChannel
from ansim.errors import NotFound
from ansim.runtime.kit import Kit
from ansim.web import Command, Form
from ansim.web.outcome import carry_out_form
from monitoring.commands import LogSighting, MoveVolunteer, log_sighting, rest_volunteer, volunteer_of
from monitoring.monitor_context import monitor_context
from monitoring.queries import sightings as sighting_queries
from monitoring.queries import volunteers as queries
from monitoring.queries.watches import looked_out_for

LATEST = 6
PLACES = tuple(channel for channel in ActChannel if channel is not ActChannel.OFFLINE)


class MonitorPages:
    """Every volunteer sees and changes their own things only: whose they are follows from the sign-in."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.kit.access.staff(Role.monitor))])
        router.add_api_route("/log", self.blank, methods=["GET"])
        router.add_api_route("/log", self.log, methods=["POST"])
        router.add_api_route("/logged/{sighting}", self.logged, methods=["GET"])
        router.add_api_route("/rest", self.rest, methods=["POST"])
        return router

    async def blank(self, request: Request) -> Response:
        return await self._show(request, None)

    async def log(self, request: Request) -> Response:
        form = await self.kit.web.form(request, LogSighting, id=None, volunteer=self._me(request))
        outcome = await carry_out_form(self.kit, request, monitor_context(self.kit, request), form, log_sighting)
        if outcome.done:
            return self.kit.web.see_other(f"/logged/{outcome.made}")
        return await self._show(request, outcome.form)

    async def logged(self, request: Request, sighting: UUID) -> Response:
        """That it worked, without the address. Somebody else's sighting is not found."""
        async with self.kit.store.read() as conn:
            row = await sighting_queries.sighting(conn, sighting)
        if row.volunteer != self._me(request):
            raise NotFound("sighting", sighting)
        return self.kit.web.page(request, "monitoring/logged.html", s=row)

    async def rest(self, request: Request) -> Response:
        form = await self.kit.web.form(request, Command)
        async with self.kit.store.unit(monitor_context(self.kit, request)) as unit:
            if await unit.once(form.key):
                await rest_volunteer(unit, MoveVolunteer(volunteer=self._me(request)))
        return self.kit.web.see_other("/log")

    async def _show(self, request: Request, form: Form[LogSighting] | None) -> Response:
        me = self._me(request)
        async with self.kit.store.read() as conn:
            row = await queries.find_volunteer(conn, me)
            achieved = await queries.achieved(conn, me)
            look_out = await looked_out_for(conn)
            latest = await sighting_queries.of_volunteer(conn, me, LATEST)
        return self.kit.web.page(
            request,
            "monitoring/log.html",
            200 if form is None else 422,
            form=form,
            me=row,
            mine=achieved,
            rows=latest,
            look_out=look_out,
            places=PLACES,
        )

    @staticmethod
    def _me(request: Request) -> UUID:
        return volunteer_of(request.state.staff.subject)
