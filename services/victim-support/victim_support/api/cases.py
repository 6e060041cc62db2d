"""Cases over JSON: what is to be read of them, and their steps. Only `PersonAnswer` holds sealed texts."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.contracts.codes import (
    AgeBand,
    CaseOutcome,
    District,
    Gender,
    HandOverPart,
    HarmType,
    LegalBasis,
    SupportItemType,
)
from ansim.errors import Forbidden, NotFound
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, created, tagged
from victim_support import commands as c
from victim_support import queries
from victim_support.api.doing import Answer, Doing, Done
from victim_support.api.items import ItemAnswer
from victim_support.domain.case import CaseState
from victim_support.pages.desk import ROLES
from victim_support.privacy import must_ask
from victim_support.queries import CaseFilter, ToldState

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class CaseAnswer(Answer):
    case_id: UUID
    number: int
    referral: UUID | None
    age_band: AgeBand
    gender: Gender
    district: District
    harm_types: frozenset[HarmType]
    item_types: frozenset[SupportItemType]
    state: CaseState
    immediate_danger: bool | None
    outcome: CaseOutcome | None
    worker_name: str
    team: str
    member: UUID | None
    assignee: str
    opened_at: datetime
    safety_at: datetime | None
    next_check_on: date | None
    plan_at: datetime | None
    approved_at: datetime | None
    watched_at: datetime | None
    reopened: int
    guardian_suspect: bool | None
    guardian_basis: LegalBasis | None
    closed_at: datetime | None
    items_open: int
    items_delivered: int
    items_not: int
    next_due: date | None
    version: int


class EventAnswer(Answer):
    """One line of a record: what happened, when, on which version."""

    type: str
    aggregate: str
    aggregate_id: UUID
    version: int
    occurred_at: datetime
    actor: str


class PersonAnswer(Answer):
    """The sealed texts. Whoever asks for them is on the access record before they get them."""

    name: str | None = None
    contact: str | None = None
    note: str | None = None


class ToldAnswer(Answer):
    """What the person told intake before: whether it arrived, and the sealed texts."""

    state: ToldState
    parts: frozenset[HandOverPart]
    asked_at: datetime
    settled_at: datetime | None
    narrative: str | None = None
    contact: str | None = None


def routes(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter()
    router.include_router(_reads(kit))
    router.include_router(_commands(kit, doing))
    return router


def _reads(kit: "Kit") -> APIRouter:
    router = APIRouter(tags=["cases"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/cases")
    async def list_cases(
        request: Request,
        page: AskedPage,
        mine: bool = False,
        free: bool = False,
        team: str | None = None,
        state: CaseFilter = "open",
        staff: Staff = worker,
    ) -> Slice[CaseAnswer]:
        """Cases that the caller sees. `mine`: their own; `free`: without a worker; `team`: of this team."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            owner = staff.member if mine else None
            rows, following = await queries.cases(unit.conn, page, member=owner, team=team, free=free, state=state)
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

    @router.get("/cases/{case_id}/told-before")
    async def get_told_before(request: Request, case_id: UUID, staff: Staff = worker) -> ToldAnswer:
        """What the person told intake. This look is recorded. Raises NotFound when nothing was to be handed over, and Forbidden
        as the person's name does: the words and the contact tell who it is."""
        if must_ask(staff):
            raise Forbidden("an identity by a custodian's decision only")
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.case(unit.conn, case_id)
            told = await queries.told_before(unit.conn, case_id)
            if told is None:
                raise NotFound("told before", case_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "told before")
            texts = await unit.open_sealed_of(told.data_event) if told.data_event else {}
        return ToldAnswer(
            state=told.state, asked_at=told.asked_at, settled_at=told.settled_at, parts=told.parts, **texts
        )

    @router.get("/cases/{case_id}/person")
    async def get_person(request: Request, case_id: UUID, staff: Staff = worker) -> PersonAnswer:
        """Name, contact and note. This look is recorded. All empty when the person's key is destroyed. A supervisor who is no
        support worker asks the custodian (`/cases/{id}/disclosures`)."""
        if must_ask(staff):
            raise Forbidden("an identity by a custodian's decision only")
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            texts = await unit.open_sealed_of(await queries.sealed_texts(unit.conn, case_id))
        return PersonAnswer(**texts)

    return router


def _commands(kit: "Kit", doing: Doing) -> APIRouter:
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
