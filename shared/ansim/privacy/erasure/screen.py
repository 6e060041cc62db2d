"""Erasures on screen: the list, one with its steps and the decision of the second person, and the certificate."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.errors import NotFound
from ansim.journal import Unit
from ansim.privacy.erasure import keeping
from ansim.privacy.erasure.keeping import Approve, Decline
from ansim.privacy.erasure.steps import OVER, WAITING, ErasureState
from ansim.privacy.told import told
from ansim.web.api import AskedPage
from ansim.web.outcome import Outcome, carry_out_form

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit


def pages(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    keeper = Depends(kit.access.staff(*desk.keepers))

    @router.get("/erasures")
    async def listed(request: Request, page: AskedPage, staff: Staff = keeper) -> Response:
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, more = await keeping.erasures(unit.conn, page)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "erasures")
        return kit.web.page(request, "privacy/erasures.html", now=now, rows=rows, more=more, over=OVER)

    async def show(request: Request, staff: Staff, erasure: UUID, again: Outcome[Any] | None = None) -> Response:
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await keeping.erasure_of(unit.conn, erasure)
            past = await unit.timeline(keeping.AGGREGATE, erasure)
            reason = (await unit.open_sealed_of(row.requested_event)).get("reason", "")
        return kit.web.form_page(
            request,
            "privacy/erasure.html",
            again,
            clash=again is not None and again.conflict is not None,
            now=now,
            row=row,
            matter=desk.matters.called(row.matter),
            reason=reason,
            steps=[(each, sentence) for each in past if (sentence := told(each.event))],
            waits=row.state in WAITING,
            mine=row.requested_by == staff.subject,
            over=row.state in OVER,
        )

    @router.get("/erasures/{erasure}")
    async def one(request: Request, erasure: UUID, staff: Staff = keeper) -> Response:
        return await show(request, staff, erasure)

    @router.post("/erasures/{erasure}/approve")
    async def approve(request: Request, erasure: UUID, staff: Staff = keeper) -> Response:
        form = await kit.web.form(request, Approve)

        async def act(unit: Unit, command: Approve) -> None:
            await keeping.approve(unit, desk, erasure, command)

        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        if outcome.done:
            return kit.web.see_other(f"/erasures/{erasure}")
        return await show(request, staff, erasure, outcome)

    @router.post("/erasures/{erasure}/decline")
    async def decline(request: Request, erasure: UUID, staff: Staff = keeper) -> Response:
        form = await kit.web.form(request, Decline)

        async def act(unit: Unit, command: Decline) -> None:
            await keeping.decline(unit, desk, erasure, command)

        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        if outcome.done:
            return kit.web.see_other(f"/erasures/{erasure}")
        return await show(request, staff, erasure, outcome)

    @router.get("/erasures/{erasure}/certificate")
    async def certificate(request: Request, erasure: UUID, staff: Staff = keeper) -> Response:
        """For printing. Raises NotFound before it is certified."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await keeping.erasure_of(unit.conn, erasure)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "erasure certificate")
        if row.state is not ErasureState.CERTIFIED or row.destroyed_at is None:
            raise NotFound("certificate", erasure)
        horizon = row.destroyed_at + timedelta(days=kit.settings.key_backup_days)
        return kit.web.page(
            request,
            "privacy/certificate.html",
            row=row,
            matter=desk.matters.called(row.matter),
            horizon=horizon,
            backup_days=kit.settings.key_backup_days,
        )

    return router
