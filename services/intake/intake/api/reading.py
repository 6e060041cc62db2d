"""What programs can read: reports, hand-offs, messages. Each reading is on the access record."""

import json
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from ansim.access import Role, Staff
from ansim.web.api import AskedPage, Slice, tagged
from ansim.web.filters import Chosen

from .. import queries
from ..queries import ReportRow
from ..representations import HandOffOut, MessageOut, NarrativeOut, ReportOut

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def readings(kit: "Kit") -> APIRouter:
    router = APIRouter()
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))

    @router.get("/reports")
    async def list_reports(
        request: Request,
        page: AskedPage,
        state: Literal["all", "open", "closed"] = "all",
        severity: Literal["any", "emergency", "high", "medium", "low", "unjudged"] = "any",
        staff: Staff = officer,
    ) -> Slice[ReportOut]:
        chosen = Chosen.of(queries.REPORT_FILTERS, {"state": state, "severity": severity})
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await queries.reports(unit.conn, page, chosen)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "reports")
        return Slice(items=[ReportOut.of(row) for row in rows], next=following)

    @router.get("/reports/{report_id}")
    async def get_report(request: Request, response: Response, report_id: UUID, staff: Staff = officer) -> ReportOut:
        """One report. That it was read goes to the access record."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.report(unit.conn, report_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "report")
        return report_out(response, row)

    @router.get("/reports/{report_id}/narrative")
    async def open_narrative(request: Request, report_id: UUID, staff: Staff = officer) -> NarrativeOut:
        """What the reporter wrote. That it was opened goes to the access record before it is sent. The contact is for intake
        officers; others ask the custodian for it (`/reports/{id}/disclosures`) and get an empty one here."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.report(unit.conn, report_id)
            texts = await unit.open_sealed_of(row.submitted_event)
        return NarrativeOut(
            narrative=texts.get("narrative", ""),
            contact=texts.get("contact", "") if Role.intake_officer in staff.roles else "",
            answers=json.loads(texts.get("answers", "{}")),
        )

    @router.get("/reports/{report_id}/messages")
    async def read_messages(
        request: Request, response: Response, report_id: UUID, staff: Staff = officer
    ) -> Slice[MessageOut]:
        """The mailbox's messages, opened; that goes to the access record. The ETag is the mailbox's version."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            found = await queries.mailbox(unit.conn, report_id)
            rows = await queries.messages_of(unit.conn, report_id)
            texts = [(await unit.open_sealed_of(row.event)).get("text", "") for row in rows]
        tagged(response, found.version)
        parts = zip(rows, texts, strict=True)
        return Slice(items=[MessageOut(author=r.author, written_at=r.written_at, text=text) for r, text in parts])

    @router.get("/reports/{report_id}/referrals")
    async def list_referrals(request: Request, report_id: UUID, staff: Staff = officer) -> Slice[HandOffOut]:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            report = await queries.report(unit.conn, report_id)
            rows = await queries.hand_offs_of(unit.conn, report_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", report.person, "hand-offs")
        return Slice(items=[HandOffOut.of(row) for row in rows])

    @router.get("/referrals/{referral_id}")
    async def get_referral(
        request: Request, response: Response, referral_id: UUID, staff: Staff = officer
    ) -> HandOffOut:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.hand_off(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "hand-off")
        tagged(response, row.version)
        return HandOffOut.of(row)

    return router


def report_out(response: Response, row: ReportRow) -> ReportOut:
    tagged(response, row.version)
    return ReportOut.of(row)
