"""Cases: the list, and opening one."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.errors import Message
from ansim.web.api import AskedPage
from ansim.web.outcome import Outcome
from victim_support import queries
from victim_support.commands import OpenCase, open_case
from victim_support.pages.desk import ROLES, carry_out, now, today
from victim_support.queries import CaseFilter

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


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

    return router
