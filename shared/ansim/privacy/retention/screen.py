"""Keeping on screen: what ends soon, the holds in force, and one record's time of keeping with what can be done about it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ansim.access import Staff
from ansim.journal import Unit
from ansim.privacy.erasure import keeping as erasures
from ansim.privacy.erasure.keeping import RequestErasure
from ansim.privacy.retention import keeping
from ansim.privacy.retention.holds import LiftHold, PlaceHold, lift_hold, place_hold
from ansim.web.commands import Command
from ansim.web.outcome import Outcome, carry_out_form

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit

C = TypeVar("C", bound=Command)


def pages(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    keeper = Depends(kit.access.staff(*desk.keepers))
    here = f"/{desk.matters.kind}/{{record}}/keeping"

    @router.get("/keeping")
    async def ends_soon(request: Request, staff: Staff = keeper) -> Response:
        """Warned of, in grace or expired; and every hold in force (GlobaLeaks #1039)."""
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows, held = await keeping.near_end(unit.conn, now), await keeping.holds(unit.conn)
            persons = [row.person for row in rows] + [hold.person for hold in held]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "keeping")
        return kit.web.page(request, "privacy/retention.html", now=now, rows=rows, holds=held, path=desk.matters.path)

    async def show(
        request: Request, staff: Staff, record: UUID, again: Outcome[Any] | None = None, sent: str = ""
    ) -> Response:
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            matter = await desk.matters.find(unit.conn, record)
            row, held = await keeping.kept(unit.conn, record), await keeping.holds(unit.conn, record)
            asked = await erasures.erasures_of(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, "read", matter.person, "keeping")
        return kit.web.form_page(
            request,
            "privacy/keeping.html",
            again,
            sent=sent,
            now=now,
            matter=matter,
            title=desk.matters.called(matter.number),
            kept=row,
            holds=held,
            erasures=asked,
            erased=next((each for each in asked if each.destroyed_at), None),
            here=here.format(record=record),
            back=desk.matters.path(record) if staff.roles & set(desk.workers) else "/keeping",
        )

    @router.get(here)
    async def one(request: Request, record: UUID, staff: Staff = keeper) -> Response:
        return await show(request, staff, record)

    async def done(
        request: Request,
        staff: Staff,
        record: UUID,
        model: type[C],
        act: Callable[[Unit, C], Awaitable[UUID | None]],
        sent: str,
    ) -> Outcome[C] | Response:
        form = await kit.web.form(request, model)
        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        return outcome if outcome.done else await show(request, staff, record, outcome, sent)

    @router.post(f"{here}/hold")
    async def hold(request: Request, record: UUID, staff: Staff = keeper) -> Response:
        async def act(unit: Unit, command: PlaceHold) -> UUID:
            return await place_hold(unit, desk, record, command)

        ended = await done(request, staff, record, PlaceHold, act, "hold")
        return ended if isinstance(ended, Response) else kit.web.see_other(here.format(record=record))

    @router.post(f"{here}/lift")
    async def lift(request: Request, record: UUID, staff: Staff = keeper) -> Response:
        async def act(unit: Unit, command: LiftHold) -> None:
            await lift_hold(unit, desk, record, command)

        ended = await done(request, staff, record, LiftHold, act, "lift")
        return ended if isinstance(ended, Response) else kit.web.see_other(here.format(record=record))

    @router.post(f"{here}/erasure")
    async def erase(request: Request, record: UUID, staff: Staff = keeper) -> Response:
        async def act(unit: Unit, command: RequestErasure) -> UUID:
            return await erasures.request_erasure(unit, desk, record, command)

        ended = await done(request, staff, record, RequestErasure, act, "erasure")
        return ended if isinstance(ended, Response) else kit.web.see_other(f"/erasures/{ended.made}")

    return router
