"""Screens of the intake desk: the triage queue, all hand-offs, messages, and all reports."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.exports import may_export
from ansim.web.api import AskedPage
from ansim.web.filters import Chosen

from .. import queries
from ..domain.referral import ReferralState
from ..queries import HAND_OFF_FILTERS as FILTERS
from .words import deadline, ring, row

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def desk(kit: "Kit") -> APIRouter:
    router = APIRouter()
    officer = Depends(kit.access.staff(Role.intake_officer, Role.supervisor))

    @router.get("/")
    async def home(request: Request) -> Response:
        """The public enters by what they can do; whoever is signed in lands at the desk."""
        return kit.web.see_other("/triage" if kit.access.cookie in request.cookies else "/start")

    @router.get("/triage")
    async def triage(request: Request, show: str = "all", listed: str = "", staff: Staff = officer) -> Response:
        """What comes first; `listed=more` lists as much as anybody works down."""
        now, longer = datetime.now(UTC), listed == "more"
        most = queries.LONGEST_QUEUE if longer else queries.FIRST_LOOK
        most_hand_offs = queries.LONGEST_QUEUE if longer else queries.FIRST_HAND_OFFS
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            counts = await queries.counts(unit.conn, now)
            chosen = queries.Show(show) if show in set(queries.Show) else queries.Show.ALL
            found = await queries.queue(unit.conn, chosen, staff.subject, now, most + 1)
            waiting = await queries.waiting_hand_offs(unit.conn, most_hand_offs + 1)
            reports, hand_offs = found[:most], waiting[:most_hand_offs]
            persons = [report.person for report in reports] + [hand_off.person for hand_off in hand_offs]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "report queue")
        return kit.web.page(
            request,
            "intake/triage.html",
            now=now,
            counts=counts,
            show=chosen,
            me=staff.subject,
            rows=[row(report, now) for report in reports],
            rings=[ring(hand_off, now) for hand_off in hand_offs],
            more=len(found) > most,
            more_hand_offs=len(waiting) > most_hand_offs,
            longest=None if longer else queries.LONGEST_QUEUE,
        )

    @router.get("/hand-offs")
    async def hand_offs(request: Request, page: AskedPage, state: str = "waiting", staff: Staff = officer) -> Response:
        now = datetime.now(UTC)
        chosen = state if state in FILTERS else "waiting"
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            counts = await queries.hand_off_counts(unit.conn)
            found, following = await queries.hand_offs(unit.conn, FILTERS[chosen], page)
            persons = [hand_off.person for hand_off in found]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "hand-offs")
        return kit.web.page(
            request,
            "intake/hand_offs.html",
            now=now,
            exported=f"/exports/hand_offs?state={chosen}" if may_export(staff) else None,
            state=chosen,
            counts={name: sum(counts[s] for s in states or ReferralState) for name, states in FILTERS.items()},
            rings=[ring(hand_off, now) for hand_off in found],
            more=following,
        )

    @router.get("/messages")
    async def messages(request: Request, staff: Staff = officer) -> Response:
        """Reporters who wait for our answer, also on closed reports."""
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            found = await queries.waiting_mailboxes(unit.conn)
            persons = [mailbox.person for mailbox in found]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "mailboxes")
        waiting = [(mailbox, deadline(mailbox.clock, now)) for mailbox in found]
        return kit.web.page(request, "intake/messages.html", now=now, waiting=waiting)

    @router.get("/reports")
    async def reports(request: Request, page: AskedPage, staff: Staff = officer) -> Response:
        now, chosen = datetime.now(UTC), Chosen.of(queries.REPORT_FILTERS, request.query_params)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            found, following = await queries.reports(unit.conn, page, chosen)
            persons = [report.person for report in found]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "reports")
        return kit.web.page(
            request,
            "intake/reports.html",
            now=now,
            chosen=chosen,
            exported=f"/exports/reports{chosen.query}" if may_export(staff) else None,
            first=page.first,
            rows=[row(report, now) for report in found],
            more=following,
        )

    return router
