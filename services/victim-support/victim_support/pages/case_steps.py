"""The steps of a case: safety, plan, a support item, the end."""

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.web.outcome import Outcome
from victim_support import queries
from victim_support.commands import (
    AgreePlan,
    CheckSafety,
    CloseCase,
    ScheduleItem,
    agree_plan,
    check_safety,
    close_case,
    schedule_item,
)
from victim_support.pages.desk import ROLES, carry_out
from victim_support.pages.steps import CLOSE, ITEM, PLAN, SAFETY, Step
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit
from victim_support.pages.case import look_at


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def form_page(
        request: Request, staff: Staff, step: Step, case_id: UUID, again: Outcome[Any] | None = None
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await look_at(kit, unit, case_id)
            events = await queries.happened_on(unit.conn, "case", case_id)
        conflict = again.conflict if again else None
        return kit.web.page(
            request,
            "victim_support/case_form.html",
            again.status if again else 200,
            form=again.form if again else None,
            step=step,
            case=row,
            changes=[event for event in events if conflict and event.version > conflict.seen],
            story=story,
        )

    @router.get("/cases/{case_id}/safety")
    async def ask_safety(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, SAFETY, case_id)

    @router.post("/cases/{case_id}/safety")
    async def record_safety(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        again, home = partial(form_page, request, staff, SAFETY, case_id), f"/cases/{case_id}"
        return await carry_out(
            kit, request, staff, CheckSafety, check_safety, then=lambda _: home, again=again, case=case_id
        )

    @router.get("/cases/{case_id}/plan")
    async def ask_plan(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, PLAN, case_id)

    @router.post("/cases/{case_id}/plan")
    async def record_plan(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        again, home = partial(form_page, request, staff, PLAN, case_id), f"/cases/{case_id}"
        return await carry_out(
            kit, request, staff, AgreePlan, agree_plan, then=lambda _: home, again=again, case=case_id
        )

    @router.get("/cases/{case_id}/items/new")
    async def ask_item(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, ITEM, case_id)

    @router.post("/cases/{case_id}/items/new")
    async def add_item(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        again, home = partial(form_page, request, staff, ITEM, case_id), f"/cases/{case_id}"
        return await carry_out(
            kit, request, staff, ScheduleItem, schedule_item, then=lambda _: home, again=again, case=case_id, id=None
        )

    @router.get("/cases/{case_id}/close")
    async def ask_close(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, CLOSE, case_id)

    @router.post("/cases/{case_id}/close")
    async def close_one(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        again, home = partial(form_page, request, staff, CLOSE, case_id), f"/cases/{case_id}"
        return await carry_out(
            kit, request, staff, CloseCase, close_case, then=lambda _: home, again=again, case=case_id
        )

    return router
