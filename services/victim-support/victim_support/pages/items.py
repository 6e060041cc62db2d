"""One support item: what it is, and what became of it."""

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff, colleagues
from ansim.errors import NotFound
from ansim.web.outcome import Outcome, changes_of
from victim_support import queries
from victim_support.commands import (
    DateItem,
    DeliverItem,
    GiveUpItem,
    MoveItem,
    PlanAccompaniment,
    date_item,
    deliver_item,
    give_up_item,
    move_item,
    plan_accompaniment,
)
from victim_support.pages.desk import ROLES, carry_out, today
from victim_support.privacy import must_ask
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    async def page(
        request: Request,
        staff: Staff,
        case_id: UUID,
        item_id: UUID,
        tried: str = "",
        again: Outcome[Any] | None = None,
        *,
        opened: bool = False,
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.item(unit.conn, item_id)
            if row.case_id != case_id:
                raise NotFound("item", item_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "item")
            events = await queries.happened_on(unit.conn, "item", item_id)
            texts = await unit.open_sealed_of(row.details_event) if opened and row.details_event else None
            case = await queries.case(unit.conn, case_id)
            found = await colleagues(unit.conn, Role.support_worker)
        return kit.web.form_page(
            request,
            "victim_support/item.html",
            again,
            tried=tried,
            item=row,
            details=texts,
            workers=[(each.member, each.name) for each in found if each.team.id == case.team],
            me=staff.member,
            events=events,
            changes=changes_of(again, events),
            story=story,
            today=today(),
        )

    @router.get("/cases/{case_id}/items/{item_id}")
    async def show(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        return await page(request, staff, case_id, item_id)

    @router.get("/cases/{case_id}/items/{item_id}/details")
    async def show_details(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        """With what is sealed of it; this look is recorded. A supervisor who supports nobody asks the custodian first."""
        if must_ask(staff):
            return kit.web.see_other(f"/cases/{case_id}/disclosure")
        return await page(request, staff, case_id, item_id, opened=True)

    @router.post("/cases/{case_id}/items/{item_id}/date")
    async def fix_date(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        again, then = partial(page, request, staff, case_id, item_id, "date"), "/cases/{}".format
        return await carry_out(kit, request, staff, DateItem, date_item, then=then, again=again, item=item_id)

    @router.post("/cases/{case_id}/items/{item_id}/move")
    async def move(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        again, then = partial(page, request, staff, case_id, item_id, "move"), "/cases/{}".format
        return await carry_out(kit, request, staff, MoveItem, move_item, then=then, again=again, item=item_id)

    @router.post("/cases/{case_id}/items/{item_id}/accompaniment")
    async def accompany(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        again = partial(page, request, staff, case_id, item_id, "accompaniment")
        here = f"/cases/{case_id}/items/{item_id}"
        return await carry_out(
            kit, request, staff, PlanAccompaniment, plan_accompaniment, then=lambda _: here, again=again, item=item_id
        )

    @router.post("/cases/{case_id}/items/{item_id}/deliver")
    async def deliver(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        again, then = partial(page, request, staff, case_id, item_id, "deliver"), "/cases/{}".format
        return await carry_out(kit, request, staff, DeliverItem, deliver_item, then=then, again=again, item=item_id)

    @router.post("/cases/{case_id}/items/{item_id}/not-delivered")
    async def give_up(request: Request, case_id: UUID, item_id: UUID, staff: Staff = worker) -> Response:
        again, then = partial(page, request, staff, case_id, item_id, "give_up"), "/cases/{}".format
        return await carry_out(kit, request, staff, GiveUpItem, give_up_item, then=then, again=again, item=item_id)

    return router
