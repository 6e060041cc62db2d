"""Deletion requests and complaints for programs: the same commands and refusals as the screens."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from ansim.access import Staff
from ansim.contracts.codes import (
    CheckResult,
    ComplaintReceiver,
    Platform,
    PlatformAction,
    RegulatorDecision,
    ReportChannel,
)
from ansim.errors import NotFound
from ansim.journal import Unit
from ansim.web import Command
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, body_of, carry_out_once, created, tagged
from ansim.web.said import defang
from victim_support.commands import complaint as k
from victim_support.commands import deletion as d
from victim_support.domain.complaint import ComplaintState
from victim_support.domain.deletion import DeletionState
from victim_support.pages.deletions import OFFICERS
from victim_support.pages.desk import ROLES
from victim_support.queries import complaints, deletions

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DeletionAnswer(_Answer):
    """Where a request stands. The address is asked for by itself."""

    id: UUID
    number: int
    case_id: UUID
    version: int
    state: DeletionState
    platform: Platform
    generation: int
    previous: UUID | None
    following: UUID | None
    located_at: datetime
    channel: ReportChannel | None
    requested_at: datetime | None
    action: PlatformAction | None
    notified: int
    decision: RegulatorDecision | None
    gone_at: datetime | None
    checks: int
    last_result: CheckResult | None
    missed: int


class AddressAnswer(BaseModel):
    """Defanged, null when the key has been destroyed."""

    address: str | None


class ComplaintAnswer(_Answer):
    id: UUID
    number: int
    case_id: UUID
    version: int
    state: ComplaintState
    drafts: int
    approved: int | None
    handed_to: tuple[ComplaintReceiver, ...]
    started_at: datetime


class Made(BaseModel):
    id: UUID


DELETION_ORDERS: Final[tuple[tuple[str, type[Command], Callable[[Unit, Any], Awaitable[UUID | None]]], ...]] = (
    ("request", d.RequestDeletion, d.request_deletion),
    ("acknowledge", d.AcknowledgeDeletion, d.acknowledge_deletion),
    ("answer", d.NotePlatformAction, d.note_platform_action),
    ("renotify", d.RenotifyPlatform, d.renotify_platform),
    ("escalate", d.EscalateDeletion, d.escalate_deletion),
    ("decide", d.NoteDecision, d.note_decision),
    ("check", d.CheckAddress, d.check_address),
    ("reappear", d.NoteReappearance, d.note_reappearance),
)
COMPLAINT_ORDERS: Final[tuple[tuple[str, type[Command], Callable[[Unit, Any], Awaitable[UUID | None]]], ...]] = (
    ("draft", k.DraftComplaint, k.draft_complaint),
    ("review", k.ReviewComplaint, k.review_complaint),
    ("hand-over", k.HandOverComplaint, k.hand_over_complaint),
)


def deletion_api(kit: "Kit") -> APIRouter:
    router = APIRouter(tags=["deletions"])
    officer = Depends(kit.access.staff(*OFFICERS))

    @router.get("/deletions")
    async def list_deletions(request: Request, page: AskedPage, staff: Staff = officer) -> Slice[DeletionAnswer]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await deletions.deletions(unit.conn, page)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "deletions")
        return Slice(items=[DeletionAnswer.model_validate(row) for row in rows], next=following)

    @router.get("/deletions/{deletion_id}")
    async def get_deletion(
        request: Request, response: Response, deletion_id: UUID, staff: Staff = officer
    ) -> DeletionAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await deletions.deletion(unit.conn, deletion_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "deletion")
        tagged(response, row.version)
        return DeletionAnswer.model_validate(row)

    @router.get("/deletions/{deletion_id}/address")
    async def open_address(request: Request, deletion_id: UUID, staff: Staff = officer) -> AddressAnswer:
        """Opened, on record, and defanged."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await deletions.deletion(unit.conn, deletion_id)
            url = (await unit.open_sealed_of(row.located_event)).get("url")
        return AddressAnswer(address=defang(url, shorten=False) if url else None)

    @router.post("/cases/{case_id}/deletions", status_code=201)
    async def locate(
        request: Request,
        response: Response,
        case_id: UUID,
        body: d.Finding,
        key: IdempotencyKey = None,
        staff: Staff = officer,
    ) -> Made:
        command = d.LocateMaterial(case=case_id, **body.model_dump())
        made = await _once(kit, request, staff, key, lambda unit: d.locate_material(unit, command))
        assert made is not None
        created(response, f"/deletions/{made}")
        return Made(id=made)

    for path, model, carry_out in DELETION_ORDERS:
        router.post(f"/deletions/{{deletion}}/{path}", name=path, description=model.__doc__)(
            _order(kit, officer, "deletion", model, carry_out)
        )
    return router


def complaint_api(kit: "Kit") -> APIRouter:
    router = APIRouter(tags=["complaints"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/complaints/{complaint_id}")
    async def get_complaint(
        request: Request, response: Response, complaint_id: UUID, staff: Staff = worker
    ) -> ComplaintAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await complaints.complaint(unit.conn, complaint_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "complaint")
        tagged(response, row.version)
        return ComplaintAnswer.model_validate(row)

    @router.get("/complaints/{complaint_id}/text")
    async def open_text(
        request: Request,
        complaint_id: UUID,
        version: Annotated[int | None, Query(ge=1)] = None,
        staff: Staff = worker,
    ) -> dict[str, str]:
        """The parts of a version, the latest when none is named. On record."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            await complaints.complaint(unit.conn, complaint_id)
            drafts = await complaints.drafts_of(unit.conn, complaint_id)
            wanted = [draft for draft in drafts if version in (None, draft.number)]
            return await unit.open_sealed_of(wanted[0].event) if wanted else {}

    @router.post("/cases/{case_id}/complaints", status_code=201)
    async def start(
        request: Request, response: Response, case_id: UUID, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Made:
        command = k.StartComplaint(case=case_id)
        made = await _once(kit, request, staff, key, lambda unit: k.start_complaint(unit, command))
        assert made is not None
        created(response, f"/complaints/{made}")
        return Made(id=made)

    for path, model, carry_out in COMPLAINT_ORDERS:
        router.post(f"/complaints/{{complaint}}/{path}", name=path, description=model.__doc__)(
            _order(kit, worker, "complaint", model, carry_out)
        )
    return router


def _order(
    kit: "Kit", allowed: Any, about: str, model: type[Command], carry_out: Callable[[Unit, Any], Awaitable[UUID | None]]
) -> Callable[..., Awaitable[Made]]:
    """An endpoint for one command. Gives the id of what was made, or of what the command is about."""
    body_type = body_of(model, about, "seen")
    required = any(info.is_required() for info in body_type.model_fields.values())
    empty: Any = Body() if required else Body(default_factory=body_type)

    async def give(
        request: Request,
        seen: Seen,
        body: body_type = empty,  # type: ignore[valid-type]
        key: IdempotencyKey = None,
        staff: Staff = allowed,
    ) -> Made:
        subject = _id_in_path(request, about)
        command = model.model_validate({**body.model_dump(), about: subject, "seen": seen})  # type: ignore[attr-defined]
        made = await _once(kit, request, staff, key, lambda unit: carry_out(unit, command))
        return Made(id=made or subject)

    return give


def _id_in_path(request: Request, about: str) -> UUID:
    """Raises NotFound for what is no id: nothing has such an address."""
    try:
        return UUID(request.path_params[about])
    except ValueError as error:
        raise NotFound(about, "?") from error


async def _once(
    kit: "Kit", request: Request, staff: Staff, key: UUID | None, carry: Callable[[Unit], Awaitable[UUID | None]]
) -> UUID | None:
    async def work(unit: Unit) -> dict[str, Any]:
        made = await carry(unit)
        return {"id": str(made)} if made else {}

    answer = await carry_out_once(kit, request, kit.access.context(request, staff), key, work)
    return UUID(answer["id"]) if answer.get("id") else None
