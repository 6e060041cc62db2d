"""The JSON API, mounted under /api/v1: the same commands and rules as the screens, for programs with a token.

Every POST takes `Idempotency-Key` (a UUID): sent again with the same body it gives the same answer and no second effect.
`If-Match` is the version the caller looked at, as given in `ETag`.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.errors import DomainError, Message
from ansim.journal import Unit
from ansim.vault import derive, kek_from
from ansim.web import Command
from victim_support import commands as c
from victim_support import queries
from victim_support.answers import (
    CaseAnswer,
    Done,
    EventAnswer,
    ItemAnswer,
    Listing,
    PersonAnswer,
    ReferralAnswer,
)
from victim_support.pages.desk import ROLES
from victim_support.queries import CaseFilter

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

T = TypeVar("T", bound=Command)

Key = Annotated[UUID | None, Header(alias="Idempotency-Key")]
Seen = Annotated[str | None, Header(alias="If-Match", pattern=r'^"\d{1,9}"$')]
Cursor = Annotated[str | None, Query(max_length=40)]
Limit = Annotated[int, Query(ge=1, le=200)]


def version_in(seen: str | None) -> int | None:
    return None if seen is None else int(seen.strip('"'))


def etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'


def cursor_of(number: int) -> str:
    """Opaque to callers: they hand it back as it is."""
    return f"n{number:x}"


def number_in(cursor: str | None) -> int | None:
    """Raises DomainError for anything that `cursor_of` did not make."""
    if cursor is None:
        return None
    try:
        if cursor[:1] != "n" or not (0 < (number := int(cursor[1:], 16)) < 2**62):
            raise ValueError(cursor)
    except ValueError:
        raise DomainError("cursor.unknown", "after", Message("This cursor is not one of ours.")) from None
    return number


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
        sent = self._fingerprint(await request.body())
        async with self.kit.store.unit(self.kit.access.context(request, staff)) as unit:
            if not await unit.once(key, f"{request.url.path} {sent}"):
                return Done.model_validate(await unit.recall(key))
            aggregate, changed = done(await act(unit, command))
            version = await unit.conn.fetchval(
                "select max(version) from journal where aggregatetype = $1 and aggregateid = $2", aggregate, changed
            )
            answer = Done(id=changed, version=version)
            await unit.remember(key, answer.model_dump(mode="json"))
            return answer

    def _fingerprint(self, body: bytes) -> str:
        """Tells one body from another. Keyed, because a plain hash would let a reader of the table guess names."""
        key = derive(kek_from(self.kit.settings.kek.get_secret_value()), "api-fingerprint|victim-support")
        return hashlib.blake2b(body, digest_size=16, key=key).hexdigest()


def api(kit: "Kit") -> APIRouter:
    router = APIRouter()
    for part in (_referrals, _case_reads, _case_commands, _items):
        router.include_router(part(kit, Doing(kit)))
    return router


def _referrals(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["referrals"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/referrals")
    async def list_referrals(
        request: Request, after: Cursor = None, limit: Limit = 50, staff: Staff = worker
    ) -> Listing[ReferralAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows = await queries.referrals(unit.conn, before=number_in(after), limit=limit)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "referrals")
        following = cursor_of(rows[-1].number) if len(rows) == limit else None
        return Listing(items=[ReferralAnswer.model_validate(row) for row in rows], next=following)

    @router.get("/referrals/{referral_id}")
    async def get_referral(
        request: Request, response: Response, referral_id: UUID, staff: Staff = worker
    ) -> ReferralAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "referral")
        etag(response, row.version)
        return ReferralAnswer.model_validate(row)

    @router.post("/referrals/{referral_id}/accept", status_code=201)
    async def accept(
        request: Request,
        response: Response,
        referral_id: UUID,
        body: c.Acceptance,
        key: Key = None,
        seen: Seen = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.AcceptReferral(referral=referral_id, seen=version_in(seen), **body.model_dump())
        answer = await doing.once(request, staff, key, command, c.accept_referral, lambda case_id: ("case", case_id))
        response.headers["Location"] = f"/api/v1/cases/{answer.id}"
        return answer

    @router.post("/referrals/{referral_id}/refuse")
    async def refuse(
        request: Request,
        referral_id: UUID,
        body: c.Rejection,
        key: Key = None,
        seen: Seen = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.RejectReferral(referral=referral_id, seen=version_in(seen), **body.model_dump())
        return await doing.once(request, staff, key, command, c.reject_referral, lambda _: ("referral", referral_id))

    return router


def _case_reads(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["cases"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/cases")
    async def list_cases(
        request: Request,
        mine: bool = False,
        state: CaseFilter = "open",
        after: Cursor = None,
        limit: Limit = 50,
        staff: Staff = worker,
    ) -> Listing[CaseAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            owner = staff.subject if mine else None
            rows = await queries.cases(unit.conn, worker=owner, state=state, before=number_in(after), limit=limit)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "cases")
        following = cursor_of(rows[-1].number) if len(rows) == limit else None
        return Listing(items=[CaseAnswer.model_validate(row) for row in rows], next=following)

    @router.get("/cases/{case_id}")
    async def get_case(request: Request, response: Response, case_id: UUID, staff: Staff = worker) -> CaseAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "case")
        etag(response, row.version)
        return CaseAnswer.model_validate(row)

    @router.get("/cases/{case_id}/items")
    async def list_items(request: Request, case_id: UUID, staff: Staff = worker) -> Listing[ItemAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "items")
            rows = await queries.items_of(unit.conn, case_id)
        return Listing(items=[ItemAnswer.model_validate(item) for item in rows])

    @router.get("/cases/{case_id}/record")
    async def get_record(request: Request, case_id: UUID, staff: Staff = worker) -> Listing[EventAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "record")
            events = await queries.happened(unit.conn, row)
        return Listing(
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
        request: Request, response: Response, body: c.Opening, key: Key = None, staff: Staff = worker
    ) -> Done:
        command = c.OpenCase(**body.model_dump())
        answer = await doing.once(request, staff, key, command, c.open_case, lambda case_id: ("case", case_id))
        response.headers["Location"] = f"/api/v1/cases/{answer.id}"
        return answer

    @router.post("/cases/{case_id}/safety-checks")
    async def check_safety(
        request: Request, case_id: UUID, body: c.SafetyAnswer, key: Key = None, seen: Seen = None, staff: Staff = worker
    ) -> Done:
        command = c.CheckSafety(case=case_id, seen=version_in(seen), **body.model_dump())
        return await doing.once(request, staff, key, command, c.check_safety, lambda _: ("case", case_id))

    @router.post("/cases/{case_id}/plan")
    async def agree_plan(
        request: Request, case_id: UUID, body: c.Plan, key: Key = None, seen: Seen = None, staff: Staff = worker
    ) -> Done:
        command = c.AgreePlan(case=case_id, seen=version_in(seen), **body.model_dump())
        return await doing.once(request, staff, key, command, c.agree_plan, lambda _: ("case", case_id))

    @router.post("/cases/{case_id}/items", status_code=201)
    async def schedule_item(
        request: Request,
        response: Response,
        case_id: UUID,
        body: c.Appointment,
        key: Key = None,
        seen: Seen = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.ScheduleItem(case=case_id, seen=version_in(seen), **body.model_dump())
        answer = await doing.once(request, staff, key, command, c.schedule_item, lambda item_id: ("item", item_id))
        response.headers["Location"] = f"/api/v1/items/{answer.id}"
        return answer

    @router.post("/cases/{case_id}/close")
    async def close_case(
        request: Request, case_id: UUID, body: c.Closing, key: Key = None, seen: Seen = None, staff: Staff = worker
    ) -> Done:
        command = c.CloseCase(case=case_id, seen=version_in(seen), **body.model_dump())
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
        etag(response, row.version)
        return ItemAnswer.model_validate(row)

    @router.post("/items/{item_id}/deliver")
    async def deliver(
        request: Request, item_id: UUID, body: c.Delivery, key: Key = None, seen: Seen = None, staff: Staff = worker
    ) -> Done:
        command = c.DeliverItem(item=item_id, seen=version_in(seen), **body.model_dump())
        return await doing.once(request, staff, key, command, c.deliver_item, lambda _: ("item", item_id))

    @router.post("/items/{item_id}/not-delivered")
    async def give_up(
        request: Request, item_id: UUID, body: c.GivingUp, key: Key = None, seen: Seen = None, staff: Staff = worker
    ) -> Done:
        command = c.GiveUpItem(item=item_id, seen=version_in(seen), **body.model_dump())
        return await doing.once(request, staff, key, command, c.give_up_item, lambda _: ("item", item_id))

    return router
