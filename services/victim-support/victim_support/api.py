"""The JSON API, mounted under /api/v1: the same commands and rules as the screens, for programs with a token.

Every POST takes `Idempotency-Key` (a UUID): sent again with the same body it gives the same answer and no second effect.
`If-Match` is the version the caller looked at, as given in `ETag`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, carry_out_once, created, tagged
from victim_support import commands as c
from victim_support import queries
from victim_support.answers import (
    CaseAnswer,
    Done,
    EventAnswer,
    ItemAnswer,
    PersonAnswer,
    ReferralAnswer,
)
from victim_support.pages.desk import ROLES
from victim_support.queries import CaseFilter

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

T = TypeVar("T", bound=Command)


@dataclass(frozen=True, slots=True)
class Doing:
    """Carries out commands for programs."""

    kit: "Kit"

    async def once(
        self,
        request: Request,
        staff: Staff,
        key: UUID | None,
        command: T,
        act: Callable[[Unit, T], Awaitable[Any]],
        done: Callable[[Any], tuple[str, UUID]],
    ) -> Done:
        """Run a command once under its key. `done` says which aggregate its result stands for."""

        async def work(unit: Unit) -> dict[str, Any]:
            aggregate, changed = done(await act(unit, command))
            version = await unit.conn.fetchval(
                "select max(version) from journal where aggregatetype = $1 and aggregateid = $2", aggregate, changed
            )
            return {"id": str(changed), "version": version}

        return Done(**await carry_out_once(self.kit, request, self.kit.access.context(request, staff), key, work))


def api(kit: "Kit") -> APIRouter:
    router = APIRouter()
    for part in (_referrals, _case_reads, _case_commands, _items):
        router.include_router(part(kit, Doing(kit)))
    return router


def _referrals(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["referrals"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/referrals")
    async def list_referrals(request: Request, page: AskedPage, staff: Staff = worker) -> Slice[ReferralAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await queries.referrals(unit.conn, page)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "referrals")
        return Slice(items=[ReferralAnswer.model_validate(row) for row in rows], next=following)

    @router.get("/referrals/{referral_id}")
    async def get_referral(
        request: Request, response: Response, referral_id: UUID, staff: Staff = worker
    ) -> ReferralAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "referral")
        tagged(response, row.version)
        return ReferralAnswer.model_validate(row)

    @router.post("/referrals/{referral_id}/accept", status_code=201)
    async def accept(
        request: Request,
        response: Response,
        referral_id: UUID,
        body: c.Acceptance,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.AcceptReferral(referral=referral_id, seen=seen, **body.model_dump())
        answer = await doing.once(request, staff, key, command, c.accept_referral, lambda case_id: ("case", case_id))
        created(response, f"/cases/{answer.id}")
        return answer

    @router.post("/referrals/{referral_id}/reject")
    async def reject(
        request: Request,
        referral_id: UUID,
        body: c.Rejection,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.RejectReferral(referral=referral_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.reject_referral, lambda _: ("referral", referral_id))

    return router


def _case_reads(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["cases"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/cases")
    async def list_cases(
        request: Request,
        page: AskedPage,
        mine: bool = False,
        state: CaseFilter = "open",
        staff: Staff = worker,
    ) -> Slice[CaseAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            owner = staff.subject if mine else None
            rows, following = await queries.cases(unit.conn, page, worker=owner, state=state)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "cases")
        return Slice(items=[CaseAnswer.model_validate(row) for row in rows], next=following)

    @router.get("/cases/{case_id}")
    async def get_case(request: Request, response: Response, case_id: UUID, staff: Staff = worker) -> CaseAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "case")
        tagged(response, row.version)
        return CaseAnswer.model_validate(row)

    @router.get("/cases/{case_id}/items")
    async def list_items(request: Request, case_id: UUID, staff: Staff = worker) -> Slice[ItemAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "items")
            rows = await queries.items_of(unit.conn, case_id)
        return Slice(items=[ItemAnswer.model_validate(item) for item in rows])

    @router.get("/cases/{case_id}/record")
    async def get_record(request: Request, case_id: UUID, staff: Staff = worker) -> Slice[EventAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "record")
            events = await queries.happened(unit.conn, row)
        return Slice(
            items=[
                EventAnswer(
                    type=event.event.type_name(),
                    aggregate=event.aggregatetype,
                    aggregate_id=event.aggregateid,
                    version=event.version,
                    occurred_at=event.occurred_at,
                    actor=event.actor.name,
                )
                for event in events
            ]
        )

    @router.get("/cases/{case_id}/person")
    async def get_person(request: Request, case_id: UUID, staff: Staff = worker) -> PersonAnswer:
        """Name, contact and note. This look is recorded. All empty when the person's key is destroyed."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            texts = await unit.open_sealed_of(await queries.sealed_texts(unit.conn, case_id))
        return PersonAnswer(**texts)

    return router


def _case_commands(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["cases"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.post("/cases", status_code=201)
    async def open_case(
        request: Request, response: Response, body: c.Opening, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.OpenCase(**body.model_dump())
        answer = await doing.once(request, staff, key, command, c.open_case, lambda case_id: ("case", case_id))
        created(response, f"/cases/{answer.id}")
        return answer

    @router.post("/cases/{case_id}/safety-checks")
    async def check_safety(
        request: Request,
        case_id: UUID,
        body: c.SafetyAnswer,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.CheckSafety(case=case_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.check_safety, lambda _: ("case", case_id))

    @router.post("/cases/{case_id}/plan")
    async def agree_plan(
        request: Request, case_id: UUID, body: c.Plan, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.AgreePlan(case=case_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.agree_plan, lambda _: ("case", case_id))

    @router.post("/cases/{case_id}/items", status_code=201)
    async def schedule_item(
        request: Request,
        response: Response,
        case_id: UUID,
        body: c.Appointment,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.ScheduleItem(case=case_id, seen=seen, **body.model_dump())
        answer = await doing.once(request, staff, key, command, c.schedule_item, lambda item_id: ("item", item_id))
        created(response, f"/items/{answer.id}")
        return answer

    @router.post("/cases/{case_id}/close")
    async def close_case(
        request: Request, case_id: UUID, body: c.Closing, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.CloseCase(case=case_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.close_case, lambda _: ("case", case_id))

    return router


def _items(kit: "Kit", doing: Doing) -> APIRouter:
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
