"""Referrals over JSON: the list, one, our two answers."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from ansim.access import Staff
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    District,
    Gender,
    HarmType,
    HoldFor,
    RejectionReason,
    SenderEnding,
    Severity,
)
from ansim.web.api import AskedPage, IdempotencyKey, Seen, Slice, created, tagged
from ansim.web.filters import Chosen
from victim_support import commands as c
from victim_support import queries
from victim_support.api.doing import Answer, Doing, Done
from victim_support.domain.referral import ReferralState
from victim_support.pages.desk import ROLES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


class ReferralAnswer(Answer):
    referral: UUID
    number: int
    severity: Severity
    harm_types: frozenset[HarmType]
    age_band: AgeBand
    gender: Gender
    district: District
    state: ReferralState
    hold_for: HoldFor | None
    sender_ending: SenderEnding | None
    reason: RejectionReason | None
    answered_by: AnsweredBy | None
    case_id: UUID | None
    received_at: datetime
    answered_at: datetime | None
    version: int


def routes(kit: "Kit", doing: Doing) -> APIRouter:
    router = APIRouter(tags=["referrals"])
    worker = Depends(kit.access.staff(*ROLES))

    @router.get("/referrals")
    async def list_referrals(
        request: Request,
        page: AskedPage,
        state: Literal["all", "received", "accepted", "ended", "rejected", "taken_back"] = "all",
        severity: Literal["any", "emergency", "high", "medium", "low"] = "any",
        staff: Staff = worker,
    ) -> Slice[ReferralAnswer]:
        chosen = Chosen.of(queries.REFERRAL_FILTERS, {"state": state, "severity": severity})
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, following = await queries.referrals(unit.conn, page, chosen)
            seen = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", seen, "referrals")
        return Slice(items=[ReferralAnswer.model_validate(row) for row in rows], next=following)

    @router.get("/referrals/{referral_id}")
    async def get_referral(
        request: Request, response: Response, referral_id: UUID, staff: Staff = worker
    ) -> ReferralAnswer:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.referral(unit.conn, referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "referral")
        tagged(response, row.version)
        return ReferralAnswer.model_validate(row)

    @router.post("/referrals/{referral_id}/accept", status_code=201)
    async def accept(
        request: Request,
        response: Response,
        referral_id: UUID,
        body: c.Acceptance,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.AcceptReferral(referral=referral_id, seen=seen, **body.model_dump())
        answer = await doing.once(request, staff, key, command, c.accept_referral, lambda case_id: ("case", case_id))
        created(response, f"/cases/{answer.id}")
        return answer

    @router.post("/referrals/{referral_id}/reject")
    async def reject(
        request: Request,
        referral_id: UUID,
        body: c.Rejection,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.RejectReferral(referral=referral_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.reject_referral, lambda _: ("referral", referral_id))

    @router.post("/referrals/{referral_id}/hold")
    async def hold(
        request: Request,
        referral_id: UUID,
        body: c.Hold,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.HoldReferral(referral=referral_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.hold_referral, lambda _: ("referral", referral_id))

    @router.post("/referrals/{referral_id}/resume")
    async def resume(
        request: Request, referral_id: UUID, seen: Seen, key: IdempotencyKey = None, staff: Staff = worker
    ) -> Done:
        command = c.ResumeReferral(referral=referral_id, seen=seen)
        return await doing.once(request, staff, key, command, c.resume_referral, lambda _: ("referral", referral_id))

    @router.post("/referrals/{referral_id}/decline")
    async def decline(
        request: Request,
        referral_id: UUID,
        body: c.LateRefusal,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = worker,
    ) -> Done:
        command = c.DeclineAfterAll(referral=referral_id, seen=seen, **body.model_dump())
        return await doing.once(request, staff, key, command, c.decline_after_all, lambda _: ("referral", referral_id))

    return router
