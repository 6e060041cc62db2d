"""Cases: the list, opening one, one case with its record, and its steps."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.errors import Message
from ansim.journal import Unit
from ansim.web.api import AskedPage
from ansim.web.outcome import Outcome
from victim_support import queries
from victim_support.commands import (
    AgreePlan,
    CheckSafety,
    CloseCase,
    OpenCase,
    ScheduleItem,
    agree_plan,
    check_safety,
    close_case,
    open_case,
    schedule_item,
)
from victim_support.domain.item import ItemState
from victim_support.pages.desk import ROLES, carry_out, now, today
from victim_support.pages.steps import CLOSE, ITEM, PLAN, SAFETY, Step
from victim_support.queries import CaseFilter
from victim_support.rows import CaseRow
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

FIRST_EVENTS: Final = 12
"""So many events of the record stand on the page of a case; the rest is one click away."""


@dataclass(frozen=True, slots=True)
class View:
    """One choice of cases to look at."""

    title: Message
    mine: bool
    state: CaseFilter
    current: bool = False

    @property
    def path(self) -> str:
        return f"/cases?mine={'true' if self.mine else 'false'}&state={self.state}"


def views(mine: bool, state: CaseFilter) -> list[View]:
    choices: list[tuple[Message, bool, CaseFilter]] = [
        (Message("My open cases"), True, "open"),
        (Message("All open cases"), False, "open"),
        (Message("All closed cases"), False, "closed"),
        (Message("All cases"), False, "all"),
    ]
    return [View(title, m, s, current=(m, s) == (mine, state)) for title, m, s in choices]


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/cases")
    async def show_all(
        request: Request,
        page: AskedPage,
        mine: bool = False,
        state: CaseFilter = "open",
        staff: Staff = worker,
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            owner = staff.subject if mine else None
            rows, following = await queries.cases(unit.conn, page, worker=owner, state=state)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "cases")
        here = View(Message(""), mine, state)
        older = f"{here.path}&after={following}" if following else None
        return kit.web.page(
            request,
            "victim_support/cases.html",
            cases=rows,
            views=views(mine, state),
            older=older,
            today=today(),
            now=now(),
        )

    async def opening(request: Request, again: Outcome[Any] | None = None) -> Response:
        status, form = (again.status, again.form) if again else (200, None)
        return kit.web.page(request, "victim_support/case_new.html", status, form=form)

    @router.get("/cases/new")
    async def ask_open(request: Request, staff: Staff = worker) -> Response:
        return await opening(request)

    @router.post("/cases/new")
    async def open_one(request: Request, staff: Staff = worker) -> Response:
        again = partial(opening, request)
        then = "/cases/{}".format
        return await carry_out(kit, request, staff, OpenCase, open_case, then=then, again=again, id=None)

    router.include_router(_one_case(kit))
    router.include_router(_steps(kit))
    return router


async def _look_at(kit: "Kit", unit: Unit, case_id: UUID) -> CaseRow:
    """The case, with this look on the access record."""
    row = await queries.case(unit.conn, case_id)
    await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "case")
    return row


def _one_case(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def page(
        request: Request, staff: Staff, case_id: UUID, *, opened: bool = False, events_shown: int | None = FIRST_EVENTS
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await _look_at(kit, unit, case_id)
            items = await queries.items_of(unit.conn, case_id)
            events = await queries.happened(unit.conn, row)
            texts = await unit.open_sealed_of(await queries.sealed_texts(unit.conn, case_id)) if opened else None
        shown = events[:events_shown]
        passed = [item for item in items if item.state is ItemState.SCHEDULED and item.due_on < today()]
        return kit.web.page(
            request,
            "victim_support/case.html",
            case=row,
            items=items,
            late=passed[0] if passed else None,
            opened=texts,
            events=shown,
            more_events=len(events) - len(shown),
            story=story,
            today=today(),
            now=now(),
        )

    @router.get("/cases/{case_id}")
    async def show(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id)

    @router.get("/cases/{case_id}/person")
    async def show_person(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id, opened=True)

    @router.get("/cases/{case_id}/record")
    async def show_record(request: Request, case_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id, events_shown=None)

    return router


def _steps(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def form_page(
        request: Request, staff: Staff, step: Step, case_id: UUID, again: Outcome[Any] | None = None
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await _look_at(kit, unit, case_id)
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
