"""Referrals: the list, one referral, and our two answers."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.exports import may_export
from ansim.journal import Unit
from ansim.web.api import AskedPage
from ansim.web.filters import Chosen
from ansim.web.outcome import Outcome, changes_of
from victim_support import queries
from victim_support.commands import (
    AcceptReferral,
    DeclineAfterAll,
    HoldReferral,
    OnReferral,
    RejectReferral,
    ResumeReferral,
    accept_referral,
    decline_after_all,
    hold_referral,
    reject_referral,
    resume_referral,
)
from victim_support.pages.desk import ROLES, carry_out, now, takers
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/referrals")
    async def show_all(request: Request, page: AskedPage, staff: Staff = worker) -> Response:
        chosen = Chosen.of(queries.REFERRAL_FILTERS, request.query_params)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await queries.referrals(unit.conn, page, chosen)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "referrals")
        return kit.web.page(
            request,
            "victim_support/referrals.html",
            referrals=rows,
            chosen=chosen,
            older=f"/referrals{chosen.after(following)}" if following else None,
            exported=f"/exports/referrals{chosen.query}" if may_export(staff) else None,
            now=now(),
        )

    @router.get("/referrals/{referral_id}")
    async def show(request: Request, referral_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, "referral.html", referral_id, None)

    async def form_page(
        request: Request, staff: Staff, template: str, referral_id: UUID, again: Outcome[Any] | None
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "referral")
            events = await queries.happened_on(unit.conn, "referral", referral_id)
        workers = await takers(kit, request, staff)
        return kit.web.form_page(
            request,
            f"victim_support/{template}",
            again,
            referral=row,
            events=events,
            changes=changes_of(again, events),
            workers=workers,
            story=story,
        )

    @router.get("/referrals/{referral_id}/accept")
    async def ask_accept(request: Request, referral_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, "accept.html", referral_id, None)

    @router.post("/referrals/{referral_id}/accept")
    async def accept(request: Request, referral_id: UUID, staff: Staff = worker) -> Response:
        return await carry_out(
            kit,
            request,
            staff,
            AcceptReferral,
            accept_referral,
            then=lambda case_id: f"/cases/{case_id}",
            again=partial(form_page, request, staff, "accept.html", referral_id),
            referral=referral_id,
            case=None,
        )

    @router.get("/referrals/{referral_id}/reject")
    async def ask_reject(request: Request, referral_id: UUID, staff: Staff = worker) -> Response:
        return await form_page(request, staff, "reject.html", referral_id, None)

    @router.post("/referrals/{referral_id}/reject")
    async def reject(request: Request, referral_id: UUID, staff: Staff = worker) -> Response:
        return await carry_out(
            kit,
            request,
            staff,
            RejectReferral,
            reject_referral,
            then=lambda _: f"/referrals/{referral_id}",
            again=partial(form_page, request, staff, "reject.html", referral_id),
            referral=referral_id,
        )

    def add_deed(name: str, model: type[OnReferral], act: Callable[[Unit, Any], Awaitable[None]]) -> None:
        """What is done on the referral's own page, at an address of its own."""

        @router.post(f"/referrals/{{referral_id}}/{name}", name=name)
        async def do(request: Request, referral_id: UUID, staff: Staff = worker) -> Response:
            return await carry_out(
                kit,
                request,
                staff,
                model,
                act,
                then=lambda _: f"/referrals/{referral_id}",
                again=partial(form_page, request, staff, "referral.html", referral_id),
                referral=referral_id,
            )

    add_deed("hold", HoldReferral, hold_referral)
    add_deed("resume", ResumeReferral, resume_referral)
    add_deed("decline", DeclineAfterAll, decline_after_all)
    return router
