"""Enrolments: the list, registering one, its page, the forms that move it on, and its sealed texts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Action, Staff
from ansim.contracts import label
from ansim.errors import NotFound
from ansim.web import Form
from ansim.web.api import AskedPage
from counseling import commands, queries
from counseling.deeds import ENROL, ON_ENROLMENT, Deed
from counseling.domain.enrolment import SESSIONS_TO_COMPLETE, EnrolmentStatus
from counseling.pages.desk import ROLES, Clash, carry_out
from counseling.words import enrolment_state, motives_changed, session_state, tell, unaware

if TYPE_CHECKING:
    from ansim.runtime import Kit


def router(kit: "Kit") -> APIRouter:
    """The list, an enrolment's page, and its sealed texts."""
    router = APIRouter(prefix="/enrolments")
    signed_in = Depends(kit.access.staff(*ROLES))

    @router.get("")
    async def listed(
        request: Request, page: AskedPage, status: EnrolmentStatus | None = None, staff: Staff = signed_in
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, more = await queries.enrolments(unit.conn, status, page)
            shown = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, Action.listed, shown, "enrolments")
        return kit.web.page(
            request,
            "counseling/enrolments.html",
            rows=[(row, enrolment_state(row)) for row in rows],
            chosen=status,
            more=more,
        )

    @router.get("/{enrolment}")
    async def one(request: Request, enrolment: UUID, staff: Staff = signed_in) -> Response:
        return await shown(request, enrolment, staff)

    @router.post("/{enrolment}/person")
    async def person(request: Request, enrolment: UUID, staff: Staff = signed_in) -> Response:
        """Opens name, guardian and school. A POST, because it leaves a trace: the access record."""
        await kit.web.form(request, commands.OpenPerson)
        return await shown(request, enrolment, staff, opening=True)

    async def shown(request: Request, enrolment: UUID, staff: Staff, *, opening: bool = False) -> Response:
        lang, now = kit.web.words(request).lang, datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.enrolment(unit.conn, enrolment)
            sessions = await queries.sessions_of(unit.conn, enrolment)
            events = await unit.timeline("enrolment", enrolment)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "enrolment")
            opened = await unit.open_sealed_of(row.sealed_event) if opening and row.sealed_event else None
            acts = await queries.acts(unit.conn, enrolment)
            motives = await queries.assessments(unit.conn, enrolment)
            others = await queries.other_enrolments(unit.conn, row)
        return kit.web.page(
            request,
            "counseling/enrolment.html",
            enrolment=row,
            state_now=enrolment_state(row),
            needed=SESSIONS_TO_COMPLETE,
            opened=opened,
            sessions=[(session, session_state(session, now)) for session in sessions],
            acts=acts,
            motives=[(assessment, unaware(assessment)) for assessment in motives],
            changed=motives_changed(motives),
            others=[(other, enrolment_state(other)) for other in others],
            told=[tell(event, lambda code: label(code, lang)) for event in reversed(events)],
        )

    return router


def registering(kit: "Kit") -> APIRouter:
    """/enrolments/new"""
    router = APIRouter(prefix="/enrolments")
    signed_in = Depends(kit.access.staff(*ROLES))

    @router.get("/new")
    async def blank(request: Request, again: UUID | None = None, staff: Staff = signed_in) -> Response:
        return await shown(request, again)

    @router.post("/new")
    async def register(request: Request, again: UUID | None = None, staff: Staff = signed_in) -> Response:
        """`again` names an earlier enrolment of the same youth, whose pseudonym is used again."""
        person = None
        if again is not None:
            async with kit.store.read() as conn:
                person = (await queries.enrolment(conn, again)).person
        form = await kit.web.form(request, commands.Enrol, id=None, person=person)
        outcome = await carry_out(kit, request, staff, form, ENROL)
        if outcome.done:
            return kit.web.see_other(f"/enrolments/{outcome.made}")
        return await shown(request, again, outcome.form, outcome.status)

    async def shown(
        request: Request, again: UUID | None, form: Form[commands.Enrol] | None = None, status: int = 200
    ) -> Response:
        earlier = None
        if again is not None:
            async with kit.store.read() as conn:
                earlier = await queries.enrolment(conn, again)
        return kit.web.page(request, "counseling/new.html", status=status, form=form, earlier=earlier)

    return router


def moving_on(kit: "Kit") -> APIRouter:
    """One address a form: /enrolments/{enrolment}/consent, /accept, /session …"""
    router = APIRouter(prefix="/enrolments")
    signed_in = Depends(kit.access.staff(*ROLES))

    @router.get("/{enrolment}/{deed}")
    async def blank(request: Request, enrolment: UUID, deed: str, staff: Staff = signed_in) -> Response:
        return await shown(request, enrolment, deed)

    @router.post("/{enrolment}/{deed}")
    async def carried_out(request: Request, enrolment: UUID, deed: str, staff: Staff = signed_in) -> Response:
        form = await kit.web.form(request, _deed(deed).command, enrolment=enrolment)
        outcome = await carry_out(kit, request, staff, form, _deed(deed))
        if outcome.done:
            return kit.web.see_other(f"/enrolments/{enrolment}")
        return await shown(request, enrolment, deed, outcome.form, outcome.clash, outcome.status)

    async def shown(
        request: Request,
        enrolment: UUID,
        deed: str,
        form: Form[Any] | None = None,
        clash: Clash | None = None,
        status: int = 200,
    ) -> Response:
        title = _deed(deed).title
        async with kit.store.read() as conn:
            row = await queries.enrolment(conn, enrolment)
        return kit.web.page(
            request,
            f"counseling/deeds/{deed}.html",
            status=status,
            enrolment=row,
            state_now=enrolment_state(row),
            deed=deed,
            title=title,
            form=form,
            clash=clash,
            needed=SESSIONS_TO_COMPLETE,
        )

    return router


def _deed(name: str) -> Deed[Any]:
    if name not in ON_ENROLMENT:
        raise NotFound("deed", name)
    return ON_ENROLMENT[name]
