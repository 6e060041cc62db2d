"""One hand-off's page: where it is, and what the sender can do about it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.errors import NotFound
from ansim.journal import Unit
from ansim.web import Form
from ansim.web.outcome import carry_out_form

from .. import queries
from ..commands import NoteAnswer, OnReferral, RevokeReferral, SendAgain, note_answer, revoke_referral, send_again
from ..domain.referral import OPEN, OUTSIDE_STEPS, ReferralState
from ..queries import HandOffRow
from .told import told
from .words import Ring, choices_of, ring

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


@dataclass(frozen=True, slots=True)
class Order:
    """Something done to a hand-off: its command and what carries it out."""

    model: type[OnReferral]
    carry_out: Callable[[Unit, Any], Awaitable[None]]


ORDERS: Final = {
    "revoke": Order(RevokeReferral, revoke_referral),
    "send-again": Order(SendAgain, send_again),
    "note-answer": Order(NoteAnswer, note_answer),
}


def hand_off_pages(kit: "Kit") -> APIRouter:
    router = APIRouter()
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))

    async def show(
        request: Request, staff: Staff, referral_id: UUID, form: Form[Any] | None = None, status: int = 200
    ) -> Response:
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            found = await queries.hand_off(unit.conn, referral_id)
            past = await unit.timeline("referral", referral_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", found.person, "hand-off")
        last = list(told(past))[-1]
        return kit.web.page(
            request,
            "intake/hand_off.html",
            status,
            ring=ring(found, now),
            chances=chances(found, ring(found, now)),
            answers=choices_of(sorted(OUTSIDE_STEPS.get(found.state, ()))),
            form=form,
            last=last if status == 409 else None,
            timeline_of=list(told(past)),
            now=now,
        )

    @router.get("/hand-offs/{referral_id}")
    async def hand_off(request: Request, referral_id: UUID, staff: Staff = officer) -> Response:
        return await show(request, staff, referral_id)

    @router.post("/hand-offs/{referral_id}/{name}")
    async def do(request: Request, referral_id: UUID, name: str, staff: Staff = officer) -> Response:
        order = ORDERS.get(name)
        if order is None:
            raise NotFound("page", name)
        form = await kit.web.form(request, order.model, referral=referral_id)
        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, order.carry_out)
        if outcome.done:
            return kit.web.see_other(f"/hand-offs/{referral_id}")
        return await show(request, staff, referral_id, outcome.form, outcome.status)

    return router


@dataclass(frozen=True, slots=True)
class Chances:
    """What can be done now, and why an arrival may be missing."""

    revoke: bool
    send_again: bool
    note_answer: bool
    waits_with_us: bool
    """It has not left our journal: the broker is away. It goes by itself."""


def chances(found: HandOffRow, shown: Ring) -> Chances:
    outside = shown.outside
    return Chances(
        revoke=found.state in OPEN,
        send_again=found.state is ReferralState.SENT,
        note_answer=outside and found.state in OUTSIDE_STEPS,
        waits_with_us=found.held_up,
    )
