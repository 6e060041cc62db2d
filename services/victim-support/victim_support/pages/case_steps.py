"""The steps of a case: safety, plan, a support item, the end."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.outcome import Outcome, changes_of
from victim_support import queries
from victim_support.commands import (
    AgreePlan,
    ApprovePlan,
    CheckSafety,
    CloseCase,
    ConsiderGuardian,
    ReopenCase,
    ScheduleItem,
    WatchCase,
    agree_plan,
    approve_plan,
    check_safety,
    close_case,
    consider_guardian,
    reopen_case,
    schedule_item,
    watch_case,
)
from victim_support.pages.case import look_at
from victim_support.pages.desk import ROLES, carry_out
from victim_support.pages.steps import APPROVE, CLOSE, GUARDIAN, ITEM, PLAN, REOPEN, SAFETY, WATCH, Step
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

Act = Callable[[Unit, Any], Awaitable[UUID | None]]
FormPage = Callable[..., Awaitable[Response]]


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def form_page(
        request: Request, staff: Staff, step: Step, case_id: UUID, again: Outcome[Any] | None = None
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await look_at(kit, unit, case_id)
            events = await queries.happened_on(unit.conn, "case", case_id)
        return kit.web.form_page(
            request,
            "victim_support/case_form.html",
            again,
            step=step,
            case=row,
            changes=changes_of(again, events),
            story=story,
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

    for step, model, act in STEPS:
        _add(router, kit, worker, form_page, step, model, act)
    return router


STEPS: Final[tuple[tuple[Step, type[Command], Act], ...]] = (
    (SAFETY, CheckSafety, check_safety),
    (PLAN, AgreePlan, agree_plan),
    (GUARDIAN, ConsiderGuardian, consider_guardian),
    (APPROVE, ApprovePlan, approve_plan),
    (WATCH, WatchCase, watch_case),
    (CLOSE, CloseCase, close_case),
    (REOPEN, ReopenCase, reopen_case),
)
"""The steps that need nothing of their own: their form, their command, and back to the case."""


def _add(
    router: APIRouter, kit: "Kit", worker: Any, form_page: FormPage, step: Step, model: type[Command], act: Act
) -> None:
    @router.get(f"/cases/{{case_id}}/{step.name}", name=step.name)
    async def ask(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, step, case_id)

    @router.post(f"/cases/{{case_id}}/{step.name}")
    async def record(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        again, home = partial(form_page, request, staff, step, case_id), f"/cases/{case_id}"
        return await carry_out(kit, request, staff, model, act, then=lambda _: home, again=again, case=case_id)
