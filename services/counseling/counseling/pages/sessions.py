"""One session: what it is, and the four things that can become of it while it is planned."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Action, Staff
from ansim.contracts import label
from ansim.errors import NotFound
from counseling import queries
from counseling.deeds import ON_SESSION
from counseling.domain.session import SessionStatus
from counseling.pages.desk import ROLES, Ended, carry_out
from counseling.words import session_state, tell

if TYPE_CHECKING:
    from ansim.runtime import Kit


def router(kit: "Kit") -> APIRouter:
    router = APIRouter(prefix="/sessions")
    signed_in = Depends(kit.access.staff(*ROLES))

    @router.get("/{session}")
    async def one(request: Request, session: UUID, staff: Staff = signed_in) -> Response:
        return await shown(request, session, staff)

    @router.post("/{session}/{deed}")
    async def carried_out(request: Request, session: UUID, deed: str, staff: Staff = signed_in) -> Response:
        if deed not in ON_SESSION:
            raise NotFound("deed", deed)
        form = await kit.web.form(request, ON_SESSION[deed].command, session=session)
        outcome = await carry_out(kit, request, staff, form, ON_SESSION[deed])
        if outcome.done:
            return kit.web.see_other(f"/sessions/{session}")
        return await shown(request, session, staff, deed, outcome)

    async def shown(
        request: Request, session: UUID, staff: Staff, deed: str = "", outcome: Ended[Any] | None = None
    ) -> Response:
        lang, now = kit.web.words(request).lang, datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.session(unit.conn, session)
            await kit.access.record(unit.conn, unit.context.actor, Action.read, row.person, "session")
            events = await unit.timeline("session", session)
        return kit.web.page(
            request,
            "counseling/session.html",
            status=outcome.status if outcome else 200,
            session=row,
            state_now=session_state(row, now),
            planned=row.status is SessionStatus.SCHEDULED,
            forms={deed: outcome.form} if outcome else {},
            clash=outcome and outcome.clash,
            told=[tell(event, lambda code: label(code, lang)) for event in reversed(events)],
        )

    return router
