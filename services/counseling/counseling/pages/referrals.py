"""Referrals that other services sent us, and our answer to each."""

from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Action, Staff
from ansim.contracts import label
from ansim.web.api import AskedPage
from counseling import queries
from counseling.commands import AcceptReferral, RejectReferral
from counseling.deeds import ACCEPT, REJECT
from counseling.domain.referral import ReferralStatus
from counseling.pages.desk import ROLES, Ended, carry_out
from counseling.words import referral_state, tell

if TYPE_CHECKING:
    from ansim.runtime import Kit


def router(kit: "Kit") -> APIRouter:
    router = APIRouter(prefix="/referrals")
    signed_in = Depends(kit.access.staff(*ROLES))

    @router.get("")
    async def listed(
        request: Request, page: AskedPage, status: ReferralStatus | None = None, staff: Staff = signed_in
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, more = await queries.referrals(unit.conn, status, page)
            shown = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, Action.listed, shown, "referrals")
        return kit.web.page(
            request,
            "counseling/referrals.html",
            rows=[(row, referral_state(row)) for row in rows],
            chosen=status,
            more=more,
        )

    @router.get("/{referral}")
    async def one(request: Request, referral: UUID, staff: Staff = signed_in) -> Response:
        return await shown(request, referral, staff)

    @router.post("/{referral}/accept")
    async def accept(request: Request, referral: UUID, staff: Staff = signed_in) -> Response:
        form = await kit.web.form(request, AcceptReferral, referral=referral, enrolment=None)
        outcome = await carry_out(kit, request, staff, form, ACCEPT)
        if outcome.done:
            return kit.web.see_other(f"/enrolments/{outcome.made}")
        return await shown(request, referral, staff, accepting=outcome)

    @router.post("/{referral}/reject")
    async def reject(request: Request, referral: UUID, staff: Staff = signed_in) -> Response:
        form = await kit.web.form(request, RejectReferral, referral=referral)
        outcome = await carry_out(kit, request, staff, form, REJECT)
        if outcome.done:
            return kit.web.see_other(f"/referrals/{referral}")
        return await shown(request, referral, staff, rejecting=outcome)

    async def shown(
        request: Request,
        referral: UUID,
        staff: Staff,
        accepting: Ended[AcceptReferral] | None = None,
        rejecting: Ended[RejectReferral] | None = None,
    ) -> Response:
        lang = kit.web.words(request).lang
        refused = accepting or rejecting
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "referral")
            events = await unit.timeline("referral", referral)
        return kit.web.page(
            request,
            "counseling/referral.html",
            status=refused.status if refused else 200,
            referral=row,
            state_now=referral_state(row),
            told=[tell(event, lambda code: label(code, lang)) for event in reversed(events)],
            accepting=accepting and accepting.form,
            rejecting=rejecting and rejecting.form,
            clash=refused and refused.clash,
        )

    return router
