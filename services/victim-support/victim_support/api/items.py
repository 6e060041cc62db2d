"""Support items over JSON: one item and its result."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, SupportItemType
from ansim.errors import Forbidden
from ansim.web.api import IdempotencyKey, Seen, Slice, tagged
from victim_support import commands as c
from victim_support import queries
from victim_support.api.doing import Answer, Doing, Done
from victim_support.domain.item import ItemState
from victim_support.pages.desk import ROLES, today
from victim_support.privacy import must_ask
from victim_support.queries import ItemView

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class ItemAnswer(Answer):
    item_id: UUID
    number: int
    case_id: UUID
    item_type: SupportItemType
    due_on: date | None
    state: ItemState
    outcome: ItemOutcome | None
    reason: NotDeliveredReason | None
    worker_name: str
    owner: UUID | None
    requested_at: datetime | None
    scheduled_at: datetime | None
    settled_at: datetime | None
    moved: int
    starts_at: datetime | None
    goes: UUID | None
    next_on: date | None
    version: int


class DetailsAnswer(Answer):
    """What is sealed of going along to the police. Whoever asks is on the access record before they get it."""

    station: str | None = None
    agreed: str | None = None
    next_step: str | None = None


def routes(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["items"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/items")
    async def list_items(
        request: Request, show: ItemView = ItemView.DATED, mine: bool = False, staff: Staff = worker
    ) -> Slice[ItemAnswer]:
        """Open items that the caller sees, nearest day first, at most 200: overdue, asked for, or with a date."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, _ = await queries.open_items(unit.conn, show, today(), staff.member if mine else None)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "items")
        return Slice(items=[ItemAnswer.model_validate(row) for row in rows])

    @router.get("/items/{item_id}/details")
    async def get_details(request: Request, item_id: UUID, staff: Staff = worker) -> DetailsAnswer:
        """Station, agreement and next step. Refused to a supervisor who supports nobody: the custodian decides."""
        if must_ask(staff):
            raise Forbidden("what is sealed of a person is the custodian's to disclose")
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.item(unit.conn, item_id)
            texts = await unit.open_sealed_of(row.details_event) if row.details_event else {}
        return DetailsAnswer(**texts)

    @router.post("/items/{item_id}/date")
    async def fix_date(
        request: Request, item_id: UUID, body: c.Day, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.DateItem(item=item_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.date_item, lambda _: ("item", item_id))

    @router.post("/items/{item_id}/move")
    async def move(
        request: Request, item_id: UUID, body: c.Move, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.MoveItem(item=item_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.move_item, lambda _: ("item", item_id))

    @router.post("/items/{item_id}/accompaniment")
    async def accompany(
        request: Request,
        item_id: UUID,
        body: c.Accompaniment,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.PlanAccompaniment(item=item_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.plan_accompaniment, lambda _: ("item", item_id))

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
