"""The counsellor's day: whom we meet, what was not written down, who waits for an answer or for consent."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Action, Staff
from counseling import queries
from counseling.domain.session import SEOUL, SessionStatus
from counseling.pages.desk import ROLES
from counseling.words import answer_due, consent_due, enrolment_state, session_state

if TYPE_CHECKING:
    from ansim.runtime import Kit

AHEAD = timedelta(days=7)


def router(kit: "Kit") -> APIRouter:
    router = APIRouter()

    @router.get("/")
    async def day(request: Request, staff: Staff = Depends(kit.access.staff(*ROLES))) -> Response:
        now, lang = datetime.now(UTC), kit.web.words(request).lang
        midnight = now.astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)
        tomorrow = midnight + timedelta(days=1)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            conn = unit.conn
            today = await queries.sessions_between(conn, midnight, tomorrow)
            soon = await queries.sessions_between(conn, tomorrow, tomorrow + AHEAD)
            not_written = await queries.sessions_not_written(conn, midnight)
            referrals = await queries.referrals_waiting(conn)
            undecided = await queries.enrolments_undecided(conn)
            caseload = await queries.caseload(conn, midnight.replace(day=1))
            shown = [row.person for rows in (today, soon, not_written, referrals, undecided) for row in rows]
            await kit.access.record_list(conn, unit.context.actor, Action.listed, shown, "the day")
        return kit.web.page(
            request,
            "counseling/day.html",
            now=now,
            weekday=midnight.weekday(),
            following=next((s for s in today if s.status is SessionStatus.SCHEDULED and s.starts_at > now), None),
            today=[(session, session_state(session, now)) for session in today],
            soon=[(s, session_state(s, now)) for s in soon if s.status is SessionStatus.SCHEDULED],
            not_written=[(session, session_state(session, now)) for session in not_written],
            referrals=[(row, answer_due(row, now, lang)) for row in referrals],
            undecided=[(row, enrolment_state(row), consent_due(row, now, lang)) for row in undecided],
            caseload=caseload,
        )

    return router
