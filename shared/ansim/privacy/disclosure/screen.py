"""Disclosures on screen: asking from a record's page, the queue, one disclosure with both reasons, and the view itself."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.errors import DomainError, Message, NotFound
from ansim.journal import Unit
from ansim.privacy.disclosure import keeping
from ansim.privacy.disclosure.keeping import Ask, Decide, DisclosureRow
from ansim.privacy.matters import Identity
from ansim.web.api import AskedPage
from ansim.web.commands import Command
from ansim.web.deadlines import Deadline
from ansim.web.outcome import Outcome, carry_out_form

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit


class Look(Command):
    """The press of the button that shows the identity."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request in the custodian's queue, with its clock."""

    row: DisclosureRow
    deadline: Deadline
    own: bool


def may_read(row: DisclosureRow, staff: Staff) -> None:
    """Both sides, and whoever reviews. Raises NotFound for anybody else, who need not know that it is there."""
    if row.asked_by != staff.subject and not staff.roles & {Role.custodian, Role.privacy_officer}:
        raise NotFound("disclosure", row.id)


def deadline_of(row: DisclosureRow, now: datetime) -> Deadline:
    """How long the asker has been waiting."""
    return Deadline(row.asked_at, row.due_at, now=now)


def pages(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    router.include_router(_asking(kit, desk))
    router.include_router(_deciding(kit, desk))
    return router


def _asking(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    asker = Depends(kit.access.staff(*desk.askers))
    here = f"/{desk.matters.kind}/{{record}}/disclosure"

    async def ask_page(request: Request, staff: Staff, record: UUID, again: Outcome[Any] | None = None) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            matter = await desk.matters.find(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, "read", matter.person, "disclosure")
        return kit.web.form_page(
            request,
            "privacy/ask.html",
            again,
            title=desk.matters.called(matter.number),
            here=here.format(record=record),
            back=desk.matters.path(record),
        )

    @router.get(here)
    async def ask(request: Request, record: UUID, staff: Staff = asker) -> Response:
        return await ask_page(request, staff, record)

    @router.post(here)
    async def asked(request: Request, record: UUID, staff: Staff = asker) -> Response:
        form = await kit.web.form(request, Ask)

        async def act(unit: Unit, command: Ask) -> UUID:
            return await keeping.ask(unit, desk, record, command)

        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        if outcome.done:
            return kit.web.see_other(f"/disclosures/{outcome.made}")
        return await ask_page(request, staff, record, outcome)

    return router


def _deciding(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    reader = Depends(kit.access.staff(*desk.askers, Role.custodian, Role.privacy_officer))
    custodian, asker = Depends(kit.access.staff(Role.custodian)), Depends(kit.access.staff(*desk.askers))

    @router.get("/disclosures")
    async def listed(request: Request, page: AskedPage, staff: Staff = reader) -> Response:
        """Custodians and privacy officers see all, an asker their own."""
        now, sees_all = datetime.now(UTC), bool(staff.roles & {Role.custodian, Role.privacy_officer})
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            open_ones = await keeping.waiting(unit.conn) if sees_all else []
            rows, more = await keeping.disclosures(unit.conn, page, asked_by=None if sees_all else staff.subject)
            persons = [row.person for row in (*open_ones, *rows)]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "disclosures")
        return kit.web.page(
            request,
            "privacy/disclosures.html",
            now=now,
            sees_all=sees_all,
            waiting=[Waiting(row, deadline_of(row, now), row.asked_by == staff.subject) for row in open_ones],
            rows=rows,
            more=more,
        )

    async def show(
        request: Request,
        staff: Staff,
        disclosure: UUID,
        *,
        again: Outcome[Any] | None = None,
        identity: Identity | None = None,
    ) -> Response:
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await keeping.disclosure_of(unit.conn, disclosure)
            may_read(row, staff)
            asked, decided = await keeping.reasons_of(unit, row)
        return kit.web.form_page(
            request,
            "privacy/disclosure.html",
            again,
            clash=again is not None and again.conflict is not None,
            now=now,
            row=row,
            matter=desk.matters.called(row.matter),
            record=desk.matters.path(row.record) if staff.roles & set(desk.workers) else None,
            deadline=deadline_of(row, now),
            asked=asked,
            decided=decided,
            may_decide=Role.custodian in staff.roles and row.asked_by != staff.subject,
            mine=row.asked_by == staff.subject,
            may_look=row.asked_by == staff.subject and row.open_at(now),
            identity=identity,
        )

    @router.get("/disclosures/{disclosure}")
    async def one(request: Request, disclosure: UUID, staff: Staff = reader) -> Response:
        return await show(request, staff, disclosure)

    @router.post("/disclosures/{disclosure}/decide")
    async def decide(request: Request, disclosure: UUID, staff: Staff = custodian) -> Response:
        form = await kit.web.form(request, Decide)

        async def act(unit: Unit, command: Decide) -> None:
            await keeping.decide(unit, desk, disclosure, command)

        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        if outcome.done:
            return kit.web.see_other(f"/disclosures/{disclosure}")
        return await show(request, staff, disclosure, again=outcome)

    @router.post("/disclosures/{disclosure}/view")
    async def view(request: Request, disclosure: UUID, staff: Staff = asker) -> Response:
        """Shown in the answer itself and nowhere else: going back or reloading asks again, and each look is recorded."""
        form = await kit.web.form(request, Look)
        try:
            async with kit.store.unit(kit.access.context(request, staff)) as unit:
                identity = await keeping.view(unit, desk, disclosure)
        except DomainError as refusal:
            return await show(request, staff, disclosure, again=Outcome(form.refused(refusal)))
        return await show(request, staff, disclosure, identity=identity or [(Message("Identity"), "")])

    return router
