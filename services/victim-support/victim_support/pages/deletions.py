"""Deletion requests: the list to act on, and one page per address."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.clock import Clock
from ansim.errors import Message, NotFound
from ansim.journal import Unit
from ansim.watching import Check, Interval, Lifeline, Online, lifeline, removal
from ansim.web import Deadline, Form
from ansim.web.outcome import carry_out_form
from ansim.web.said import InPlace, span, when
from victim_support import queries as cases
from victim_support.commands import deletion as c
from victim_support.domain.deletion import DeletionStart, DeletionState, DeletionTask, needs
from victim_support.pages.desk import ROLES, today
from victim_support.queries import consents
from victim_support.queries import deletions as queries
from victim_support.story import story

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

OFFICERS: Final = (*ROLES, Role.deletion_officer)

STARTS: Final = {
    DeletionStart.LOCATED: Message("{period} from the finding, {at}"),
    DeletionStart.NOTIFIED: Message("{period} from telling them, {at}"),
    DeletionStart.ANSWERED: Message("{period} from the last step, {at}"),
    DeletionStart.CHECKED: Message("{period} from the last look, {at}"),
}

TASKS: Final = {
    DeletionTask.REQUEST: Message("Ask the platform"),
    DeletionTask.PLATFORM: Message("Waiting for their answer"),
    DeletionTask.ACT_AGAIN: Message("Tell them again, or the regulator"),
    DeletionTask.LOOK: Message("Look whether it is gone"),
    DeletionTask.LOOK_AGAIN: Message("Look whether it came back"),
}

STATES: Final = {
    DeletionState.LOCATED: ("open", Message("Found, not asked yet"), "soon"),
    DeletionState.REQUESTED: ("open", Message("Asked, no answer"), ""),
    DeletionState.ACKNOWLEDGED: ("closed", Message("They have the request"), ""),
    DeletionState.REMOVED: ("half", Message("Removed, they say"), ""),
    DeletionState.RESTRICTED: ("hold", Message("Restricted, not removed"), "soon"),
    DeletionState.BLOCKED_ONLY: ("hold", Message("Blocked here only, still up elsewhere"), "soon"),
    DeletionState.DELISTED: ("hold", Message("No longer found by search, still up"), "soon"),
    DeletionState.REFUSED: ("no", Message("They refused"), "late"),
    DeletionState.SILENT: ("no", Message("No answer came"), "late"),
    DeletionState.ESCALATED: ("half", Message("The regulator has it"), ""),
    DeletionState.DECIDED: ("half", Message("The regulator decided"), ""),
    DeletionState.VERIFIED_GONE: ("done", Message("Gone, as we saw"), "ok"),
    DeletionState.REAPPEARED: ("no", Message("It came back, continued elsewhere"), ""),
}
"""Ring, words and tone. Removed, restricted, blocked and delisted are never the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """A step on a request: its command and what carries it out."""

    model: type[c.AboutDeletion]
    carry_out: Callable[[Unit, Any], Awaitable[UUID | None]]


ORDERS: Final = {
    "request": Order(c.RequestDeletion, c.request_deletion),
    "acknowledge": Order(c.AcknowledgeDeletion, c.acknowledge_deletion),
    "answer": Order(c.NotePlatformAction, c.note_platform_action),
    "renotify": Order(c.RenotifyPlatform, c.renotify_platform),
    "escalate": Order(c.EscalateDeletion, c.escalate_deletion),
    "decide": Order(c.NoteDecision, c.note_decision),
    "check": Order(c.CheckAddress, c.check_address),
    "reappear": Order(c.NoteReappearance, c.note_reappearance),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request in a list or on its page."""

    row: queries.DeletionRow
    deadline: Deadline | None

    @property
    def state(self) -> tuple[str, Message, str]:
        return STATES[self.row.state]

    @property
    def task(self) -> Message | str:
        return TASKS[DeletionTask(self.row.clock.task)] if self.row.clock else ""

    @property
    def pressing(self) -> bool:
        """Our turn, and near its deadline or past it."""
        return self.ours and self.deadline is not None and bool(self.deadline.row)

    @property
    def ours(self) -> bool:
        """Whether it is our turn: always, but for the time that a platform or the regulator has."""
        clock = self.row.clock
        return clock is not None and (
            clock.task is not DeletionTask.PLATFORM or bool(self.deadline and self.deadline.late)
        )


def shown(row: queries.DeletionRow, now: datetime) -> Shown:
    return Shown(row, _deadline(row.clock, now))


def _deadline(clock: Clock | None, now: datetime) -> Deadline | None:
    if clock is None:
        return None
    note = Message(
        STARTS[DeletionStart(clock.started_by)].msgid,
        period=span(clock.due_at - clock.started_at),
        at=InPlace(when, clock.started_at),
    )
    return Deadline(clock.started_at, clock.due_at, note, now=now)


def line_of(row: queries.DeletionRow, checks: list[Check], now: datetime) -> Lifeline:
    """The look that saw it again is the first of the next generation."""
    came_back = checks[-1].at if row.state is DeletionState.REAPPEARED else None
    return lifeline(row.located_at, checks, now, followed_at=came_back)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the looks at one address say."""

    looks: list[queries.Look]
    online: Online
    removed: Interval | None


def _opens_cases(staff: Staff) -> bool:
    """Deletion officers work on addresses: what else a case holds is not theirs to see."""
    return bool(staff.roles & set(ROLES))


def routes(kit: "Kit") -> APIRouter:
    router = APIRouter()
    officer = Depends(kit.access.staff(*OFFICERS))
    for part in (_lists, _one):
        router.include_router(part(kit, officer))
    return router


def _lists(kit: "Kit", officer: Any) -> APIRouter:
    router = APIRouter()

    @router.get("/deletions")
    async def to_act_on(request: Request, show: str = "due", staff: Staff = officer) -> Response:
        now = datetime.now(UTC)
        chosen = queries.Show(show) if show in set(queries.Show) else queries.Show.DUE
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            rows = await queries.to_act_on(unit.conn, chosen, now)
            persons = [row.person for row in rows]
            await kit.access.record_list(unit.conn, unit.context.actor, "listed", persons, "deletions")
        listed = [shown(row, now) for row in rows]
        return kit.web.page(
            request,
            "victim_support/deletions.html",
            now=now,
            show=chosen,
            rows=listed,
            opens_cases=_opens_cases(staff),
        )

    async def new_page(
        request: Request, staff: Staff, case_id: UUID, form: Form[Any] | None = None, status: int = 200
    ) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            case = await cases.case(unit.conn, case_id)
        return kit.web.page(request, "victim_support/deletion_new.html", status, case=case, form=form)

    @router.get("/cases/{case_id}/deletions/new")
    async def new(request: Request, case_id: UUID, staff: Staff = officer) -> Response:
        return await new_page(request, staff, case_id)

    @router.post("/cases/{case_id}/deletions/new")
    async def located(request: Request, case_id: UUID, staff: Staff = officer) -> Response:
        form = await kit.web.form(request, c.LocateMaterial, case=case_id)
        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, c.locate_material)
        if outcome.done:
            return kit.web.see_other(f"/deletions/{outcome.made}")
        return await new_page(request, staff, case_id, outcome.form, outcome.status)

    return router


def _one(kit: "Kit", officer: Any) -> APIRouter:
    router = APIRouter()

    async def page(
        request: Request,
        staff: Staff,
        deletion_id: UUID,
        *,
        opened: bool = False,
        tried: str = "",
        form: Form[Any] | None = None,
        status: int = 200,
    ) -> Response:
        now = datetime.now(UTC)
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            row = await queries.deletion(unit.conn, deletion_id)
            looks = await queries.looks_of(unit.conn, deletion_id)
            watch = await queries.watch_of(unit.conn, deletion_id)
            missing = await consents.missing(unit.conn, row.case_id, needs(row.state), today())
            events = await unit.timeline("deletion", deletion_id)
            await kit.access.record(unit.conn, unit.context.actor, "read", row.person, "deletion")
            address = (await unit.open_sealed_of(row.located_event)).get("url", "") if opened else None
        checks = [look.check for look in looks]
        return kit.web.page(
            request,
            "victim_support/deletion.html",
            status,
            one=shown(row, now),
            seen=Seen(looks, line_of(row, checks, now).online, removal(row.located_at, checks)),
            address=address,
            watch=watch,
            missing=missing,
            opens_cases=_opens_cases(staff),
            tried=tried,
            form=form,
            changes=events[-1:] if status == 409 else [],
            events=events[::-1],
            story=story,
            now=now,
        )

    @router.get("/deletions/{deletion_id}")
    async def show(request: Request, deletion_id: UUID, staff: Staff = officer) -> Response:
        return await page(request, staff, deletion_id)

    @router.get("/deletions/{deletion_id}/address")
    async def address(request: Request, deletion_id: UUID, staff: Staff = officer) -> Response:
        """The address, defanged. That it was opened is on record."""
        return await page(request, staff, deletion_id, opened=True)

    @router.post("/deletions/{deletion_id}/{name}")
    async def do(request: Request, deletion_id: UUID, name: str, staff: Staff = officer) -> Response:
        order = ORDERS.get(name)
        if order is None:
            raise NotFound("page", name)
        form = await kit.web.form(request, order.model, deletion=deletion_id)
        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, order.carry_out)
        if outcome.done:
            return kit.web.see_other(f"/deletions/{outcome.made or deletion_id}")
        return await page(request, staff, deletion_id, tried=name, form=outcome.form, status=outcome.status)

    return router
