"""The JSON API of intake under /api/v1: the same commands and refusals as the screens, for programs with a token."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from ansim.access import Role, Staff
from ansim.errors import DomainError, Message
from ansim.journal import Unit
from ansim.web import Command

from . import queries
from .commands import (
    AcknowledgeReport,
    CloseReport,
    Ending,
    HandOff,
    Judgement,
    NewReport,
    OnReport,
    ReferReport,
    SubmitReport,
    TriageReport,
    acknowledge_report,
    close_report,
    refer_report,
    submit_report,
    triage_report,
)
from .paging import page_cursor, page_of
from .queries import ReportRow
from .receipts import Receipts
from .representations import HandOffOut, NarrativeOut, Page, ReportOut, Submitted

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

Key = Annotated[UUID | None, Header(alias="Idempotency-Key")]
IfMatch = Annotated[str | None, Header(alias="If-Match")]
Before = Annotated[str, Query(max_length=40)]
Limit = Annotated[int, Query(ge=1, le=200)]
PAGE: Final = 50

Carry = Callable[[Unit], Awaitable[object]]


def api(kit: "Kit") -> APIRouter:
    router = APIRouter(tags=["intake"])
    for part in (_lists, _commands):
        router.include_router(part(kit))
    return router


def _lists(kit: "Kit") -> APIRouter:
    router = APIRouter()
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))

    @router.get("/reports")
    async def list_reports(
        request: Request, before: Before = "", limit: Limit = PAGE, staff: Staff = officer
    ) -> Page[ReportOut]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows = await queries.reports(unit.conn, page_of(before), limit + 1)
            persons = [row.person for row in rows[:limit]]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "reports")
        more = page_cursor(rows[limit - 1].number) if len(rows) > limit else None
        return Page(items=[ReportOut.of(row) for row in rows[:limit]], next=more)

    @router.get("/reports/{report_id}")
    async def get_report(request: Request, response: Response, report_id: UUID, staff: Staff = officer) -> ReportOut:
        """One report. That it was read goes to the access record."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.report(unit.conn, report_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "report")
        return _tagged(response, row)

    @router.get("/reports/{report_id}/narrative")
    async def open_narrative(request: Request, report_id: UUID, staff: Staff = officer) -> NarrativeOut:
        """What the reporter wrote. That it was opened goes to the access record before it is sent."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.report(unit.conn, report_id)
            texts = await unit.open_sealed_of(row.submitted_event)
        return NarrativeOut(narrative=texts.get("narrative", ""), contact=texts.get("contact", ""))

    @router.get("/reports/{report_id}/referrals")
    async def list_referrals(request: Request, report_id: UUID, staff: Staff = officer) -> Page[HandOffOut]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            report = await queries.report(unit.conn, report_id)
            rows = await queries.hand_offs_of(unit.conn, report_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", report.person, "hand-offs")
        return Page(items=[HandOffOut.of(row) for row in rows], next=None)

    @router.get("/referrals/{referral_id}")
    async def get_referral(
        request: Request, response: Response, referral_id: UUID, staff: Staff = officer
    ) -> HandOffOut:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.hand_off(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "hand-off")
        response.headers["ETag"] = f'"{row.version}"'
        return HandOffOut.of(row)

    return router


class Commander:
    """Carries out commands for programs: once per key; a repeat is given the answer of the first time."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit

    async def __call__(self, request: Request, staff: Staff, key: UUID | None, command: Command, carry: Carry) -> UUID:
        """The id that the command is about, or made."""
        async with self.kit.store.unit(self.kit.access.context(request, staff)) as unit:
            if not await unit.once(key, _fingerprint(request, command)):
                return UUID((await unit.recall(key) or {})["id"])
            made = await carry(unit)
            done = made if isinstance(made, UUID) else UUID(request.path_params["report_id"])
            await unit.remember(key, {"id": str(done)})
        return done

    async def report(
        self, request: Request, response: Response, staff: Staff, key: UUID | None, command: OnReport, carry: Carry
    ) -> ReportOut:
        """The report as it is after a command on it."""
        await self(request, staff, key, command, carry)
        async with self.kit.store.read() as conn:
            return _tagged(response, await queries.report(conn, command.report))


def _commands(kit: "Kit") -> APIRouter:
    router, commander = APIRouter(), Commander(kit)
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))
    receipts = Receipts(kit.settings)

    @router.post("/reports", status_code=201)
    async def submit(
        request: Request, response: Response, body: NewReport, key: Key = None, staff: Staff = officer
    ) -> Submitted:
        receipt = receipts.number(key or uuid4())
        command = SubmitReport.model_validate(body.model_dump())
        made = await commander(request, staff, key, body, lambda unit: submit_report(unit, command, receipt))
        response.headers["Location"] = f"/api/v1/reports/{made}"
        return Submitted(id=made, receipt=receipt)

    @router.post("/reports/{report_id}/acknowledge")
    async def acknowledge(
        *,
        request: Request,
        response: Response,
        report_id: UUID,
        key: Key = None,
        if_match: IfMatch = None,
        staff: Staff = officer,
    ) -> ReportOut:
        command = AcknowledgeReport(report=report_id, seen=_seen(if_match))
        return await commander.report(
            request, response, staff, key, command, lambda unit: acknowledge_report(unit, command)
        )

    @router.post("/reports/{report_id}/triage")
    async def triage(
        *,
        request: Request,
        response: Response,
        report_id: UUID,
        body: Judgement,
        key: Key = None,
        if_match: IfMatch = None,
        staff: Staff = officer,
    ) -> ReportOut:
        command = TriageReport(report=report_id, seen=_seen(if_match), **body.model_dump())
        return await commander.report(request, response, staff, key, command, lambda unit: triage_report(unit, command))

    @router.post("/reports/{report_id}/close")
    async def close(
        *,
        request: Request,
        response: Response,
        report_id: UUID,
        body: Ending,
        key: Key = None,
        if_match: IfMatch = None,
        staff: Staff = officer,
    ) -> ReportOut:
        command = CloseReport(report=report_id, seen=_seen(if_match), **body.model_dump())
        return await commander.report(request, response, staff, key, command, lambda unit: close_report(unit, command))

    @router.post("/reports/{report_id}/referrals", status_code=201)
    async def refer(
        *,
        request: Request,
        response: Response,
        report_id: UUID,
        body: HandOff,
        key: Key = None,
        if_match: IfMatch = None,
        staff: Staff = officer,
    ) -> HandOffOut:
        command = ReferReport(report=report_id, seen=_seen(if_match), **body.model_dump())
        made = await commander(request, staff, key, command, lambda unit: refer_report(unit, command))
        response.headers["Location"] = f"/api/v1/referrals/{made}"
        async with kit.store.read() as conn:
            return HandOffOut.of(await queries.hand_off(conn, made))

    return router


def _tagged(response: Response, row: ReportRow) -> ReportOut:
    response.headers["ETag"] = f'"{row.version}"'
    return ReportOut.of(row)


def _seen(if_match: str | None) -> int | None:
    """The version in `If-Match: "3"`; `*` and no header mean any. Raises DomainError for anything else."""
    if if_match is None or if_match.strip() == "*":
        return None
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not (tag.isascii() and tag.isdigit() and int(tag[:9]) > 0 and len(tag) <= 9):
        raise DomainError(
            "unknown_version", "If-Match", Message("Send the ETag of the report as it was when you read it.")
        )
    return int(tag)


def _fingerprint(request: Request, command: Command) -> str:
    """Tells whether a repeated key comes with the same request: path and body, as a digest."""
    whole = request.url.path.encode() + b"\n" + command.model_dump_json().encode()
    return urlsafe_b64encode(hashlib.sha256(whole).digest()).decode()
