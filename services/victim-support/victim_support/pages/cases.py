"""Cases: the list, and opening one."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.errors import Message
from ansim.web.api import AskedPage
from ansim.web.outcome import Outcome
from victim_support import queries
from victim_support.commands import OpenCase, open_case
from victim_support.pages.desk import ROLES, carry_out, now, takers, today
from victim_support.queries import CaseFilter

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class Whose(StrEnum):
    """Whose cases are shown. Nobody is shown more than their own scope holds: `all` is all that the reader may see."""

    MINE = "mine"
    ALL = "all"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class View:
    """One choice of cases to look at."""

    title: Message
    show: Whose
    state: CaseFilter
    current: bool = False

    @property
    def path(self) -> str:
        return f"/cases?show={self.show}&state={self.state}"


def views(show: Whose, state: CaseFilter, staff: Staff) -> list[View]:
    ours = not staff.sees_all_teams
    choices: list[tuple[Message, Whose, CaseFilter]] = [
        (Message("My open cases"), Whose.MINE, "open"),
        (Message("My team's open cases") if ours else Message("All open cases"), Whose.ALL, "open"),
        (Message("Open cases without a worker"), Whose.FREE, "open"),
        (Message("My team's closed cases") if ours else Message("All closed cases"), Whose.ALL, "closed"),
        (Message("My team's cases") if ours else Message("All cases"), Whose.ALL, "all"),
    ]
    return [View(title, w, s, current=(w, s) == (show, state)) for title, w, s in choices]


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/cases")
    async def show_all(
        request: Request,
        page: AskedPage,
        show: Whose = Whose.ALL,
        state: CaseFilter = "open",
        staff: Staff = worker,
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            mine = staff.member if show is Whose.MINE else None
            rows, following = await queries.cases(unit.conn, page, member=mine, free=show is Whose.FREE, state=state)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "cases")
        here = View(Message(""), show, state)
        older = f"{here.path}&after={following}" if following else None
        return kit.web.page(
            request,
            "victim_support/cases.html",
            cases=rows,
            views=views(show, state, staff),
            may_reassign=Role.supervisor in staff.roles,
            older=older,
            today=today(),
            now=now(),
        )

    async def opening(request: Request, staff: Staff, again: Outcome[Any] | None = None) -> Response:
        status, form = (again.status, again.form) if again else (200, None)
        workers = await takers(kit, request, staff)
        return kit.web.page(request, "victim_support/case_new.html", status, form=form, workers=workers)

    @router.get("/cases/new")
    async def ask_open(request: Request, staff: Staff = worker) -> Response:
        return await opening(request, staff)

    @router.post("/cases/new")
    async def open_one(request: Request, staff: Staff = worker) -> Response:
        again = partial(opening, request, staff)
        then = "/cases/{}".format
        return await carry_out(kit, request, staff, OpenCase, open_case, then=then, again=again, id=None)

    return router
