"""Sightings over JSON: volunteers log, coordinators decide. No answer here holds an address, except the one that opens
it, defanged and on record."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from ansim.access import Role
from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.runtime.kit import Kit
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, body_of, created, tagged
from ansim.web.said import defang
from monitoring.api.orders import Created, carry_out
from monitoring.commands import LogSighting, log_sighting, volunteer_of
from monitoring.domain.sighting import SightingState
from monitoring.monitor_context import monitor_context
from monitoring.orders import SIGHTING_ORDERS, Order
from monitoring.queries import sightings as queries
from monitoring.queries import volunteers as volunteer_queries
from monitoring.queries.sightings import Show

LoggedBody = body_of(LogSighting, "volunteer")


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SightingView(_View):
    """`last_check` is what a check saw, `last_action` what the platform says it did: two facts, never merged."""

    id: UUID
    label: str
    version: int
    volunteer: UUID
    platform: Platform
    channel: ActChannel
    categories: list[SightingCategory]
    depicted_age: DepictedAge
    depicted_gender: DepictedGender
    state: SightingState
    rejection: SightingRejection | None
    logged_at: datetime
    decided_at: datetime | None
    reported_at: datetime | None
    last_check: CheckResult | None
    last_check_at: datetime | None
    last_check_number: int | None
    last_action: PlatformAction | None
    last_action_at: datetime | None


class CheckView(_View):
    number: int
    result: CheckResult
    at: datetime


class ReportView(_View):
    report_channel: ReportChannel
    at: datetime


class ActionView(_View):
    action: PlatformAction
    at: datetime


class IntervalView(_View):
    """It went away after `after` and not later than `before`. Check number 0 is the second reader's look."""

    after: datetime
    after_check: int
    before: datetime
    before_check: int


class SightingDetailView(SightingView):
    reports: list[ReportView]
    checks: list[CheckView]
    actions: list[ActionView]
    removed: IntervalView | None


class AddressView(BaseModel):
    """Defanged; null when the key is destroyed."""

    address: str | None


class AchievedView(_View):
    """What became of the sightings of the volunteer who asks. Unit: sighting."""

    logged: int
    waiting: int
    confirmed: int
    rejected: int
    reported: int
    gone: int
    still_up: int
    blocked_here: int
    other_result: int
    not_checked: int


class SightingApi:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(tags=["sightings"])
        monitor = [Depends(self.kit.access.staff(Role.monitor))]
        coordinator = [Depends(self.kit.access.staff(Role.coordinator))]
        router.add_api_route("/sightings", self.log, methods=["POST"], status_code=201, dependencies=monitor)
        router.add_api_route("/mine", self.mine, methods=["GET"], dependencies=monitor)
        router.add_api_route("/sightings", self.page, methods=["GET"], dependencies=coordinator)
        router.add_api_route("/sightings/{sighting}", self.one, methods=["GET"], dependencies=coordinator)
        router.add_api_route("/sightings/{sighting}/address", self.address, methods=["GET"], dependencies=coordinator)
        for order, kind in SIGHTING_ORDERS.items():
            router.add_api_route(
                f"/sightings/{{sighting}}/{order}",
                self._order(kind),
                methods=["POST"],
                name=f"{order}_sighting",
                dependencies=coordinator,
            )
        return router

    async def log(
        self,
        request: Request,
        body: LoggedBody,  # type: ignore[valid-type]
        response: Response,
        key: IdempotencyKey = None,
    ) -> Created:
        """Whose sighting it is follows from the sign-in. The address is sealed at once and not given back."""
        command = LogSighting(**body.model_dump(), volunteer=volunteer_of(request.state.staff.subject))  # type: ignore[attr-defined]
        context = monitor_context(self.kit, request)
        sighting = await carry_out(self.kit, request, context, key, lambda unit: log_sighting(unit, command))
        return Created(id=sighting, location=created(response, f"/sightings/{sighting}"))

    async def mine(self, request: Request) -> AchievedView:
        async with self.kit.store.read() as conn:
            me = volunteer_of(request.state.staff.subject)
            return AchievedView.model_validate(await volunteer_queries.achieved(conn, me))

    async def page(
        self,
        page: AskedPage,
        show: Show = Show.ALL,
    ) -> Slice[SightingView]:
        """Newest first. `next` is the cursor of the following page, null on the last."""
        async with self.kit.store.read() as conn:
            rows, following = await queries.sightings(conn, show, page)
        return Slice(items=[SightingView.model_validate(row) for row in rows], next=following)

    async def one(self, sighting: UUID, response: Response) -> SightingDetailView:
        return await self._detail(sighting, response)

    async def address(self, request: Request, sighting: UUID) -> AddressView:
        async with self.kit.store.unit(self.kit.access.context(request, request.state.staff)) as unit:
            row = await queries.sighting(unit.conn, sighting)
            url = (await unit.open_sealed_of(row.sealed_event)).get("url")
        return AddressView(address=defang(url, shorten=False) if url else None)

    def _order(self, kind: Order[Any]) -> Callable[..., Awaitable[SightingDetailView]]:
        """An endpoint for one order. Its body is the order's command without what address and header say."""
        body_type = body_of(kind.model, "sighting", "seen")

        async def give(
            request: Request,
            sighting: UUID,
            body: body_type,  # type: ignore[valid-type]
            response: Response,
            seen: Seen,
            key: IdempotencyKey = None,
        ) -> SightingDetailView:
            command = kind.model(**body.model_dump(), sighting=sighting, seen=seen)  # type: ignore[attr-defined]
            context = self.kit.access.context(request, request.state.staff)
            await carry_out(self.kit, request, context, key, lambda unit: kind.carry_out(unit, command))
            return await self._detail(sighting, response)

        return give

    async def _detail(self, sighting: UUID, response: Response) -> SightingDetailView:
        async with self.kit.store.read() as conn:
            detail = await queries.sighting_detail(conn, sighting)
        tagged(response, detail.row.version)
        return SightingDetailView(
            **SightingView.model_validate(detail.row).model_dump(),
            reports=[ReportView.model_validate(each) for each in detail.reports],
            checks=[CheckView.model_validate(each) for each in detail.checks],
            actions=[ActionView.model_validate(each) for each in detail.actions],
            removed=IntervalView.model_validate(detail.removed) if detail.removed else None,
        )
