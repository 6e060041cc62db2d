"""What waits now: referrals without an answer and services by due date."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from victim_support import queries
from victim_support.pages.desk import ROLES, now, today

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()

    @router.get("/")
    async def show(request: Request, staff: Staff = Depends(kit.access.staff(*ROLES))) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            counts = await queries.counts(unit.conn, today())
            waiting = await queries.waiting_referrals(unit.conn)
            items = await queries.due_items(unit.conn)
            seen = [referral.person for referral in waiting] + [item.person for item in items]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "today")
        return kit.web.page(
            request,
            "victim_support/today.html",
            counts=counts,
            referrals=waiting,
            items=items,
            today=today(),
            now=now(),
        )

    return router
