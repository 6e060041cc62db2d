"""One report's page, and the forms of what can be done to it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.errors import Message, NotFound
from ansim.journal import Recorded, Unit
from ansim.privacy.erasure.keeping import tombstone
from ansim.privacy.retention.keeping import kept as kept_until
from ansim.web import Form
from ansim.web.outcome import carry_out_form

from .. import queries
from ..commands import (
    AcknowledgeReport,
    ClaimReport,
    CloseReport,
    LinkReport,
    OnReport,
    ReferReport,
    ReleaseReport,
    ReopenReport,
    SignpostReport,
    TriageReport,
    WriteToReporter,
    acknowledge_report,
    claim_report,
    close_report,
    link_report,
    refer_report,
    release_report,
    reopen_report,
    signpost_report,
    triage_report,
    write_to_reporter,
)
from ..domain.referral import ANSWERING_SERVICES, TAKEN_ON
from ..privacy import PRIVACY
from ..queries import HandOffRow, ReportRow
from .asking import told_answers
from .mailbox import letters_of
from .reading import paragraphs
from .told import told
from .words import choices_of, deadline, ring, row

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that can be done to a report: its form's template, its command and what carries it out."""

    name: str
    model: type[OnReport]
    carry_out: Callable[[Unit, Any], Awaitable[UUID | None]]

    @property
    def template(self) -> str:
        return f"intake/deeds/{self.name}.html"


AT_ONCE: Final = (
    Deed("acknowledge", AcknowledgeReport, acknowledge_report),
    Deed("claim", ClaimReport, claim_report),
    Deed("release", ReleaseReport, release_report),
    Deed("write", WriteToReporter, write_to_reporter),
)
"""Deeds of one button on the report's own page."""

WITH_FORM: Final = (
    Deed("triage", TriageReport, triage_report),
    Deed("refer", ReferReport, refer_report),
    Deed("link", LinkReport, link_report),
    Deed("signpost", SignpostReport, signpost_report),
    Deed("close", CloseReport, close_report),
    Deed("reopen", ReopenReport, reopen_report),
)

MISSING: Final = {
    "severity": Message("Choose how urgent it is."),
    "harm_types": Message("Choose at least one kind of harm."),
    "age_band": Message("Choose the age band. “Age unknown” is one too."),
    "minor": Message("Choose whether it is about a minor."),
    "target": Message("Choose the receiver."),
    "consent": Message("Choose whether consent was given."),
    "legal_basis": Message("Choose the legal basis."),
    "outcome": Message("Choose the outcome."),
    "other": Message("Write the number of the other report, such as R-1001."),
    "relation": Message("Choose how the two belong together."),
    "places": Message("Choose at least one place that can help."),
    "reason": Message("Choose the reason."),
}
"""What is asked for when a field was left empty: each sentence names its field, also in the summary on top."""


class ReportScreens:
    """What is shown of one report, and how a form about it ends."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit

    async def show(
        self,
        request: Request,
        staff: Staff,
        report_id: UUID,
        *,
        opened: bool = False,
        status: int = 200,
        form: Any = None,
    ) -> Response:
        """The report's page. That somebody looked is on the access record, whether the texts were opened or not."""
        now = datetime.now(UTC)
        async with self.kit.store.unit(self.kit.access.context(request, staff)) as unit:
            report = await queries.report(unit.conn, report_id)
            hand_offs = await queries.hand_offs_of(unit.conn, report_id)
            links = await queries.links_of(unit.conn, report_id)
            mailbox = await queries.find_mailbox(unit.conn, report_id)
            messages = await queries.messages_of(unit.conn, report_id)
            past = await _past(unit, report, hand_offs)
            await self.kit.access.record(unit.conn, unit.context.actor, "read", report.person, "report")
            texts = await unit.open_sealed_of(report.submitted_event) if opened else {}
            erased, kept = await tombstone(unit.conn, report.person), await kept_until(unit.conn, report_id)
            letters = await letters_of(unit, report_id) if opened else []
        return self.kit.web.page(
            request,
            "intake/report.html",
            status,
            form=form,
            now=now,
            row=row(report, now),
            report=report,
            rings=[ring(hand_off, now) for hand_off in hand_offs],
            links=links,
            mailbox=mailbox,
            reply=deadline(mailbox.clock, now) if mailbox else None,
            messages=messages,
            letters=letters,
            mine=report.claimed_by == staff.subject,
            may_release=report.claimed_by == staff.subject or staff.role is Role.supervisor,
            timeline_of=list(told(past)),
            opened=opened,
            sealed=any(recorded.sealed is not None for recorded in past),
            narrative=paragraphs(texts.get("narrative", "")),
            contact=texts.get("contact", "") if Role.intake_officer in staff.roles else "",
            must_ask=Role.intake_officer not in staff.roles,
            may_keep=bool(staff.roles & set(PRIVACY.keepers)),
            erased=erased,
            kept=kept,
            answers=told_answers(json.loads(texts.get("answers", "{}"))),
        )

    async def form_page(
        self, request: Request, staff: Staff, deed: Deed, report_id: UUID, form: Any = None, status: int = 200
    ) -> Response:
        now = datetime.now(UTC)
        async with self.kit.store.read(self.kit.access.context(request, staff)) as conn:
            report = await queries.report(conn, report_id)
            hand_offs = await queries.hand_offs_of(conn, report_id)
        return self.kit.web.page(
            request,
            deed.template,
            status,
            form=form,
            report=report,
            rings=[ring(hand_off, now) for hand_off in hand_offs],
            answering=list(ANSWERING_SERVICES),
            choices_of=choices_of,
            accepted=any(h.state in TAKEN_ON for h in hand_offs),
        )

    async def carry_out(self, request: Request, staff: Staff, deed: Deed, report_id: UUID) -> Response:
        """A sent form: done and back to the report, or shown again with what is wrong. Nothing is half done."""
        form = _named(await self.kit.web.form(request, deed.model, report=report_id))
        outcome = await carry_out_form(self.kit, request, self.kit.access.context(request, staff), form, deed.carry_out)
        if outcome.done:
            shown = "/narrative#mail" if deed.model is WriteToReporter else ""
            return self.kit.web.see_other(f"/reports/{report_id}{shown}")
        if outcome.conflict:
            return await self.conflict(request, staff, deed, report_id, form)
        if deed in AT_ONCE:
            opened = deed.model is WriteToReporter
            return await self.show(request, staff, report_id, status=422, form=outcome.form, opened=opened)
        return await self.form_page(request, staff, deed, report_id, outcome.form, 422)

    async def conflict(self, request: Request, staff: Staff, deed: Deed, report_id: UUID, form: Form[Any]) -> Response:
        """Somebody was faster: what they did stands beside what this person meant to do."""
        async with self.kit.store.unit(self.kit.access.context(request, staff)) as unit:
            report = await queries.report(unit.conn, report_id)
            past = await unit.timeline("report", report_id)
        last = list(told(past))[-1]
        return self.kit.web.page(
            request, "intake/conflict.html", 409, wish=form.value, deed=deed.name, report=report, last=last
        )


def report_pages(kit: "Kit") -> APIRouter:
    router, screens = APIRouter(), ReportScreens(kit)
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))

    @router.get("/reports/{report_id}")
    async def report(request: Request, report_id: UUID, staff: Staff = officer) -> Response:
        return await screens.show(request, staff, report_id)

    @router.get("/reports/{report_id}/narrative")
    async def narrative(request: Request, report_id: UUID, staff: Staff = officer) -> Response:
        return await screens.show(request, staff, report_id, opened=True)

    @router.get("/reports/{report_id}/{name}")
    async def deed_form(request: Request, report_id: UUID, name: str, staff: Staff = officer) -> Response:
        return await screens.form_page(request, staff, _deed(name, WITH_FORM), report_id)

    @router.post("/reports/{report_id}/{name}")
    async def deed_done(request: Request, report_id: UUID, name: str, staff: Staff = officer) -> Response:
        return await screens.carry_out(request, staff, _deed(name, (*AT_ONCE, *WITH_FORM)), report_id)

    return router


async def _past(unit: Unit, report: ReportRow, hand_offs: list[HandOffRow]) -> list[Recorded]:
    """The events of a report, its hand-offs and its mailbox as one story; the report's own stand first at equal times."""
    past = await unit.timeline("report", report.id)
    for hand_off in hand_offs:
        past += await unit.timeline("referral", hand_off.id)
    past += await unit.timeline("mailbox", report.id)
    past += await unit.timeline("recusal", report.person)
    past += await PRIVACY.story(unit, report.id)
    return sorted(past, key=lambda recorded: recorded.occurred_at)


def _named(form: Form[Any]) -> Form[Any]:
    """The form with the sentences of `MISSING` at the fields that were left empty."""
    empty = {name: said for name, said in MISSING.items() if name in form.errors and not form.raw.get(name)}
    return replace(form, errors={**form.errors, **{name: said.translate(form.words) for name, said in empty.items()}})


def _deed(name: str, deeds: tuple[Deed, ...]) -> Deed:
    for deed in deeds:
        if deed.name == name:
            return deed
    raise NotFound("page", name)
