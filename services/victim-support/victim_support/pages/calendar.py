"""The week of a worker day by day, and the open items that need something: overdue, asked for, with a date."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff, colleagues
from ansim.errors import DomainError, Message
from victim_support import queries
from victim_support.pages.desk import ROLES, now, today
from victim_support.queries import ItemView

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/calendar")
    async def calendar(request: Request, week: date | None = None, who: str = "", staff: Staff = worker) -> Response:
        """`week`: any day of it. `who`: a worker's id, or `all` for everybody whose cases the reader sees."""
        monday = monday_of(week or today())
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            found = await colleagues(unit.conn, Role.support_worker)
            seen = [each for each in found if staff.sees_all_teams or each.team.id == staff.team]
            member = chosen_worker(who, staff, {each.member for each in seen})
            items = await queries.week_items(unit.conn, monday, member)
            persons = [item.person for item in items]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "calendar")
        days = [monday + timedelta(days=n) for n in range(7)]
        return kit.web.page(
            request,
            "victim_support/calendar.html",
            days=[
                (name, day, [item for item in items if item.due_on == day])
                for name, day in zip(WEEKDAYS, days, strict=True)
            ],
            monday=monday,
            before=monday - timedelta(days=7),
            after=monday + timedelta(days=7),
            who=str(member) if member else "all",
            workers=[(each.member, each.name) for each in seen],
            count=len(items),
            today=today(),
            now=now(),
        )

    @router.get("/items")
    async def items(
        request: Request, show: ItemView = ItemView.OVERDUE, mine: bool = False, staff: Staff = worker
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, count = await queries.open_items(unit.conn, show, today(), staff.member if mine else None)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "items")
        return kit.web.page(
            request,
            "victim_support/items.html",
            items=rows,
            count=count,
            show=show,
            mine=mine,
            views=VIEWS,
            today=today(),
            now=now(),
        )

    return router


WEEKDAYS: Final = (
    Message("Monday"),
    Message("Tuesday"),
    Message("Wednesday"),
    Message("Thursday"),
    Message("Friday"),
    Message("Saturday"),
    Message("Sunday"),
)
VIEWS: Final = (
    (ItemView.OVERDUE, Message("The day has passed")),
    (ItemView.REQUESTED, Message("Asked for, no date yet")),
    (ItemView.DATED, Message("With a date")),
)


def monday_of(day: date) -> date:
    """Raises DomainError for a day at the very edge of the calendar."""
    if not date(1970, 1, 5) <= day <= date(9000, 1, 1):
        raise DomainError("bad_week", "week", Message("Choose a day within the calendar."))
    return day - timedelta(days=day.weekday())


def chosen_worker(who: str, staff: Staff, known: set[UUID]) -> UUID | None:
    """The worker whose week is shown: oneself unless said otherwise; None for everybody. Anybody unknown is oneself."""
    if who == "all":
        return None
    try:
        return UUID(who) if UUID(who) in known else staff.member
    except ValueError:
        return staff.member if staff.member in known else None
