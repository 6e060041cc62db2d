"""Referrals: the list, one referral, and our two answers."""

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.exports import may_export
from ansim.web.api import AskedPage
from ansim.web.filters import Chosen
from ansim.web.outcome import Outcome
from victim_support import queries
from victim_support.commands import AcceptReferral, RejectReferral, accept_referral, reject_referral
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
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "referral")
            events = await queries.happened_on(unit.conn, "referral", referral_id)
        return kit.web.page(request, "victim_support/referral.html", referral=row, events=events, story=story)

    async def form_page(
        request: Request, staff: Staff, template: str, referral_id: UUID, again: Outcome[Any] | None
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "referral")
            events = await queries.happened_on(unit.conn, "referral", referral_id)
        conflict = again.conflict if again else None
        workers = await takers(kit, request, staff)
        return kit.web.page(
            request,
            f"victim_support/{template}",
            again.status if again else 200,
            form=again.form if again else None,
            referral=row,
            changes=[event for event in events if conflict and event.version > conflict.seen],
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

    return router
