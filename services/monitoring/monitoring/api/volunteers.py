"""Volunteers over JSON. Names and contacts are never in a list; one volunteer's are opened, and that is on record."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from ansim.access import Role
from ansim.contracts.codes import District, LeftReason
from ansim.runtime.kit import Kit
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, body_of, created, tagged
from monitoring.api.orders import Created, carry_out
from monitoring.commands import RegisterVolunteer, register_volunteer
from monitoring.domain.volunteer import VolunteerState
from monitoring.orders import VOLUNTEER_ORDERS, Order
from monitoring.queries import volunteers as queries


class VolunteerView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    label: str
    version: int
    state: VolunteerState
    district: District
    applied_at: datetime
    vetted_at: datetime | None
    trained_at: datetime | None
    activated_at: datetime | None
    since: datetime
    left_reason: LeftReason | None


class OpenedVolunteer(VolunteerView):
    """With name and contact; both are null when the person's key is destroyed."""

    name: str | None
    contact: str | None


class RosterView(BaseModel):
    """Unit: person. `now` has everybody in exactly one state; the others count how many ever came that far."""

    model_config = ConfigDict(from_attributes=True)

    now: dict[VolunteerState, int]
    applied: int
    recruited: int
    trained: int
    started: int


class VolunteerApi:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(tags=["volunteers"], dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/volunteers", self.page, methods=["GET"])
        router.add_api_route("/volunteers", self.register, methods=["POST"], status_code=201)
        router.add_api_route("/roster", self.roster, methods=["GET"])
        router.add_api_route("/volunteers/{volunteer}", self.one, methods=["GET"])
        for order, kind in VOLUNTEER_ORDERS.items():
            router.add_api_route(
                f"/volunteers/{{volunteer}}/{order}", self._order(kind), methods=["POST"], name=f"{order}_volunteer"
            )
        return router

    async def roster(self) -> RosterView:
        async with self.kit.store.read() as conn:
            return RosterView.model_validate(await queries.roster(conn))

    async def page(
        self,
        request: Request,
        page: AskedPage,
        state: VolunteerState | None = None,
    ) -> Slice[VolunteerView]:
        """Newest first. `next` is the cursor of the following page, null on the last."""
        context = self.kit.access.context(request, request.state.staff)
        async with self.kit.store.unit(context) as unit:
            rows, following = await queries.volunteers(unit.conn, state, page)
            await self.kit.access.record_list(
                unit.conn, context.actor, "listed", [row.id for row in rows], "volunteer list"
            )
        return Slice(items=[VolunteerView.model_validate(row) for row in rows], next=following)

    async def one(self, request: Request, volunteer: UUID, response: Response) -> OpenedVolunteer:
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            row = await queries.volunteer(unit.conn, volunteer)
            sealed = await unit.open_sealed_of(row.sealed_event)
        tagged(response, row.version)
        known = VolunteerView.model_validate(row).model_dump()
        return OpenedVolunteer(**known, name=sealed.get("name"), contact=sealed.get("contact"))

    async def register(
        self, request: Request, body: RegisterVolunteer, response: Response, key: IdempotencyKey = None
    ) -> Created:
        context = self.kit.access.context(request, request.state.staff)
        volunteer = await carry_out(self.kit, request, context, key, lambda unit: register_volunteer(unit, body))
        return Created(id=volunteer, location=created(response, f"/volunteers/{volunteer}"))

    def _order(self, kind: Order[Any]) -> Callable[..., Awaitable[VolunteerView]]:
        """An endpoint for one order. Its body is the order's command without what address and header say: `{}` for most."""
        body_type = body_of(kind.model, "volunteer", "seen")

        async def give(
            request: Request,
            volunteer: UUID,
            body: body_type,  # type: ignore[valid-type]
            response: Response,
            seen: Seen,
            key: IdempotencyKey = None,
        ) -> VolunteerView:
            command = kind.model(**body.model_dump(), volunteer=volunteer, seen=seen)  # type: ignore[attr-defined]
            context = self.kit.access.context(request, request.state.staff)
            await carry_out(self.kit, request, context, key, lambda unit: kind.carry_out(unit, command))
            async with self.kit.store.read() as conn:
                row = await queries.volunteer(conn, volunteer)
            tagged(response, row.version)
            return VolunteerView.model_validate(row)

        return give
