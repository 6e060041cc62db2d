"""What programs can do to reports and hand-offs: the commands of the screens, each at an address of its own."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Body, Depends, Request, Response

from ansim.access import Role, Staff
from ansim.journal import Unit
from ansim.web.api import IdempotencyKey, Seen, body_of, carry_out_once, created, tagged

from .. import queries
from ..commands import (
    AcknowledgeReport,
    ClaimReport,
    CloseReport,
    HandOff,
    LinkReport,
    NewReport,
    NoteAnswer,
    OnReferral,
    OnReport,
    ReferReport,
    ReleaseReport,
    ReopenReport,
    RevokeReferral,
    SendAgain,
    SignpostReport,
    SubmitReport,
    TriageReport,
    WriteToReporter,
    acknowledge_report,
    claim_report,
    close_report,
    link_report,
    note_answer,
    refer_report,
    release_report,
    reopen_report,
    revoke_referral,
    send_again,
    signpost_report,
    submit_report,
    triage_report,
    write_to_reporter,
)
from ..receipts import Receipts
from ..representations import HandOffOut, ReportOut, Submitted

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


from .reading import report_out

Carry = Callable[[Unit], Awaitable[object]]


class Commander:
    """Carries out commands for programs: once per key; a repeat is given the answer of the first time."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit

    async def __call__(self, request: Request, staff: Staff, key: UUID | None, carry: Carry) -> UUID:
        """The id that the command is about, or made."""

        async def work(unit: Unit) -> dict[str, Any]:
            made = await carry(unit)
            known = next(iter(request.path_params.values()), "")
            return {"id": str(made if isinstance(made, UUID) else known)}

        context = self.kit.access.context(request, staff)
        return UUID((await carry_out_once(self.kit, request, context, key, work))["id"])

    async def report(
        self, request: Request, response: Response, staff: Staff, key: UUID | None, carry: Carry
    ) -> ReportOut:
        """The report as it is after a command on it."""
        report_id = await self(request, staff, key, carry)
        async with self.kit.store.read(self.kit.access.context(request, staff)) as conn:
            return report_out(response, await queries.report(conn, report_id))


def deeds(kit: "Kit") -> APIRouter:
    router, commander = APIRouter(), Commander(kit)
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))
    receipts = Receipts(kit.settings)

    @router.post("/reports", status_code=201)
    async def submit(
        request: Request, response: Response, body: NewReport, key: IdempotencyKey = None, staff: Staff = officer
    ) -> Submitted:
        receipt = receipts.number(key or uuid4())
        command = SubmitReport.model_validate(body.model_dump())
        digest = await receipts.digest(receipt)
        made = await commander(request, staff, key, lambda unit: submit_report(unit, command, digest))
        created(response, f"/reports/{made}")
        return Submitted(id=made, receipt=receipt)

    for path, model, carry_out in ON_REPORT:
        _on_report(router, commander, officer, path, model, carry_out)
    for path, referral_model, carry in ON_REFERRAL:
        _on_referral(router, commander, officer, path, referral_model, carry)

    @router.post("/reports/{report_id}/referrals", status_code=201)
    async def refer(
        request: Request,
        response: Response,
        report_id: UUID,
        body: HandOff,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = officer,
    ) -> HandOffOut:
        command = ReferReport(report=report_id, seen=seen, **body.model_dump())
        made = await commander(request, staff, key, lambda unit: refer_report(unit, command))
        created(response, f"/referrals/{made}")
        async with kit.store.read(kit.access.context(request, staff)) as conn:
            return HandOffOut.of(await queries.hand_off(conn, made))

    return router


ON_REPORT: Final[tuple[tuple[str, type[OnReport], Callable[[Unit, Any], Awaitable[None]]], ...]] = (
    ("acknowledge", AcknowledgeReport, acknowledge_report),
    ("claim", ClaimReport, claim_report),
    ("release", ReleaseReport, release_report),
    ("triage", TriageReport, triage_report),
    ("link", LinkReport, link_report),
    ("signpost", SignpostReport, signpost_report),
    ("close", CloseReport, close_report),
    ("reopen", ReopenReport, reopen_report),
    ("messages", WriteToReporter, write_to_reporter),
)
"""What is done to a report: the last part of the address, the command, and what carries it out."""

ON_REFERRAL: Final[tuple[tuple[str, type[OnReferral], Callable[[Unit, Any], Awaitable[None]]], ...]] = (
    ("revoke", RevokeReferral, revoke_referral),
    ("send-again", SendAgain, send_again),
    ("note-answer", NoteAnswer, note_answer),
)
"""The same for a hand-off."""


def _empty(body_model: type[Any]) -> Any:
    """A body that asks for nothing may be left out."""
    required = any(info.is_required() for info in body_model.model_fields.values())
    return Body() if required else Body(default_factory=body_model)


def _on_report(
    router: APIRouter,
    commander: Commander,
    officer: Any,
    path: str,
    model: type[OnReport],
    carry_out: Callable[[Unit, Any], Awaitable[None]],
) -> None:
    body_model = body_of(model, "report", "seen")

    @router.post(f"/reports/{{report_id}}/{path}", name=path, description=model.__doc__)
    async def do(
        request: Request,
        response: Response,
        report_id: UUID,
        seen: Seen,
        body: body_model = _empty(body_model),  # type: ignore[valid-type]
        key: IdempotencyKey = None,
        staff: Staff = officer,
    ) -> ReportOut:
        command = model(report=report_id, seen=seen, **body.model_dump())  # type: ignore[attr-defined]
        return await commander.report(request, response, staff, key, lambda unit: carry_out(unit, command))


def _on_referral(
    router: APIRouter,
    commander: Commander,
    officer: Any,
    path: str,
    model: type[OnReferral],
    carry_out: Callable[[Unit, Any], Awaitable[None]],
) -> None:
    body_model = body_of(model, "referral", "seen")

    @router.post(f"/referrals/{{referral_id}}/{path}", name=path, description=model.__doc__)
    async def do(
        request: Request,
        response: Response,
        referral_id: UUID,
        seen: Seen,
        body: body_model = _empty(body_model),  # type: ignore[valid-type]
        key: IdempotencyKey = None,
        staff: Staff = officer,
    ) -> HandOffOut:
        command = model(referral=referral_id, seen=seen, **body.model_dump())  # type: ignore[attr-defined]
        await commander(request, staff, key, lambda unit: carry_out(unit, command))
        async with commander.kit.store.read(commander.kit.access.context(request, staff)) as conn:
            row = await queries.hand_off(conn, referral_id)
        tagged(response, row.version)
        return HandOffOut.of(row)
