"""Support items over JSON: one item and its result."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, SupportItemType
from ansim.web.api import IdempotencyKey, Seen, tagged
from victim_support import commands as c
from victim_support import queries
from victim_support.api.doing import Answer, Doing, Done
from victim_support.domain.item import ItemState
from victim_support.pages.desk import ROLES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class ItemAnswer(Answer):
    item_id: UUID
    number: int
    case_id: UUID
    item_type: SupportItemType
    due_on: date
    state: ItemState
    outcome: ItemOutcome | None
    reason: NotDeliveredReason | None
    worker_name: str
    scheduled_at: datetime
    settled_at: datetime | None
    version: int


def routes(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["items"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/items/{item_id}")
    async def get_item(request: Request, response: Response, item_id: UUID, staff: Staff = worker) -> ItemAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.item(unit.conn, item_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "item")
        tagged(response, row.version)
        return ItemAnswer.model_validate(row)

    @router.post("/items/{item_id}/deliver")
    async def deliver(
        request: Request, item_id: UUID, body: c.Delivery, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.DeliverItem(item=item_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.deliver_item, lambda _: ("item", item_id))

    @router.post("/items/{item_id}/not-delivered")
    async def give_up(
        request: Request, item_id: UUID, body: c.GivingUp, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.GiveUpItem(item=item_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.give_up_item, lambda _: ("item", item_id))

    return router
