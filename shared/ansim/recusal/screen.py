"""Recusing oneself or, for supervisors, a colleague: one page and one part of the API for every kind of record.

Whoever is recused is led away at once: from then on the record is, for them, a number that does not exist.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from ansim.access import Colleague, Role, Staff, colleagues
from ansim.contracts.codes import ReadmissionReason, RecusalReason, RecusalSaidBy
from ansim.errors import DomainError, Message
from ansim.journal import Unit
from ansim.recusal.keeping import Recusals
from ansim.web.api import IdempotencyKey, Slice, carry_out_once
from ansim.web.commands import Command
from ansim.web.outcome import Outcome, carry_out_form

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

_RECUSED: Final = """
select staff.member, staff.name, recusal.recused_at from recusal join staff using (member)
where recusal.person = $1 order by recusal.recused_at
"""
_NOT_YOURS: Final = DomainError(
    "recusal.only_yourself", "colleague", Message("You can recuse yourself. Only a supervisor recuses others.")
)


class Recuse(Command):
    """`colleague` is a staff member's id; none means oneself."""

    reason: RecusalReason
    colleague: UUID | None = None


class Readmit(Command):
    colleague: UUID
    reason: ReadmissionReason


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose record it is, and what the record is called on screen."""

    person: UUID
    title: Message


@dataclass(frozen=True, slots=True)
class RecusalDesk:
    """Where recusal happens in a service.

    `find` gives the record's subject and raises NotFound for a record that is not the asker's to see. `before` lets go of
    what the colleague holds of the person, in the same transaction. `home` is where the recused are led.
    """

    recusals: Recusals
    kind: str
    roles: tuple[Role, ...]
    find: Callable[[asyncpg.Connection, UUID], Awaitable[Subject]]
    before: Callable[[Unit, UUID, str, UUID], Awaitable[None]]
    home: str

    @property
    def path(self) -> str:
        return f"/{self.kind}/{{record}}/recusal"


class RecusedOut(BaseModel):
    """One colleague who sees nothing of this person's records."""

    member: UUID
    name: str
    recused_at: datetime


def recusal_pages(kit: "Kit", desk: RecusalDesk) -> APIRouter:
    """`/<kind>/{record}/recusal`: for everybody at the desk to recuse themselves, for supervisors to see and say it of others."""
    router = APIRouter()
    anyone, supervisor = Depends(kit.access.staff(*desk.roles)), Depends(kit.access.staff(Role.supervisor))

    async def show(request: Request, staff: Staff, record: UUID, again: Outcome[Any] | None = None) -> Response:
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            subject = await desk.find(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, "read", subject.person, "recusal")
            may_see_others = Role.supervisor in staff.roles
            recused = await unit.conn.fetch(_RECUSED, subject.person) if may_see_others else []
            others = await colleagues(unit.conn, *desk.roles) if may_see_others else []
        known = {row["member"] for row in recused}
        return kit.web.form_page(
            request,
            "recusal/recusal.html",
            again,
            title=subject.title,
            back=f"/{desk.kind}/{record}",
            here=f"/{desk.kind}/{record}/recusal",
            recused=recused,
            others=[(each.member, each.name) for each in others if each.member not in known | {staff.member}],
            may_see_others=may_see_others,
        )

    @router.get(desk.path)
    async def ask(request: Request, record: UUID, staff: Staff = anyone) -> Response:
        return await show(request, staff, record)

    @router.post(desk.path)
    async def recuse(request: Request, record: UUID, staff: Staff = anyone) -> Response:
        form = await kit.web.form(request, Recuse)

        async def act(unit: Unit, command: Recuse) -> None:
            await _recuse(unit, desk, staff, record, command)

        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        if not outcome.done:
            return await show(request, staff, record, outcome)
        of_another = form.value is not None and form.value.colleague not in (None, staff.member)
        return kit.web.see_other(f"/{desk.kind}/{record}/recusal" if of_another else desk.home)

    @router.post(f"{desk.path}/end")
    async def readmit(request: Request, record: UUID, staff: Staff = supervisor) -> Response:
        form = await kit.web.form(request, Readmit)

        async def act(unit: Unit, command: Readmit) -> None:
            await _readmit(unit, desk, record, command)

        outcome = await carry_out_form(kit, request, kit.access.context(request, staff), form, act)
        if not outcome.done:
            return await show(request, staff, record, outcome)
        return kit.web.see_other(f"/{desk.kind}/{record}/recusal")

    return router


def recusal_api(kit: "Kit", desk: RecusalDesk) -> APIRouter:
    """`/<kind>/{record}/recusals` as JSON."""
    router = APIRouter(tags=["recusals"])
    anyone, supervisor = Depends(kit.access.staff(*desk.roles)), Depends(kit.access.staff(Role.supervisor))

    @router.get(f"{desk.path}s")
    async def recused(request: Request, record: UUID, staff: Staff = supervisor) -> Slice[RecusedOut]:
        """Who sees nothing of this person's records, for supervisors."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            subject = await desk.find(unit.conn, record)
            await kit.access.record(unit.conn, unit.context.actor, "read", subject.person, "recusal")
            rows = await unit.conn.fetch(_RECUSED, subject.person)
        return Slice(items=[RecusedOut(**dict(row)) for row in rows])

    @router.post(f"{desk.path}s", status_code=204)
    async def recuse(
        request: Request, record: UUID, body: Recuse, key: IdempotencyKey = None, staff: Staff = anyone
    ) -> None:
        """Recuse oneself, or, as a supervisor, a colleague. Nothing of the record is shown to them from now on."""

        async def work(unit: Unit) -> dict[str, Any]:
            await _recuse(unit, desk, staff, record, body)
            return {}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)

    @router.post(f"{desk.path}s/end", status_code=204)
    async def readmit(
        request: Request, record: UUID, body: Readmit, key: IdempotencyKey = None, staff: Staff = supervisor
    ) -> None:
        """End a recusal: the conflict is gone, or there was none."""

        async def work(unit: Unit) -> dict[str, Any]:
            await _readmit(unit, desk, record, body)
            return {}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)

    return router


async def _recuse(unit: Unit, desk: RecusalDesk, staff: Staff, record: UUID, command: Recuse) -> None:
    subject = await desk.find(unit.conn, record)
    if command.colleague in (None, staff.member):
        member, account, said_by = staff.member, staff.subject, RecusalSaidBy.SELF
    else:
        if Role.supervisor not in staff.roles:
            raise _NOT_YOURS
        found = await _colleague(unit, desk, command.colleague)
        member, account, said_by = found.member, found.subject, RecusalSaidBy.SUPERVISOR
    await desk.before(unit, subject.person, account, member)
    await desk.recusals.recuse(unit, subject.person, member, said_by, command.reason)


async def _colleague(unit: Unit, desk: RecusalDesk, member: UUID | None) -> Colleague:
    for each in await colleagues(unit.conn, *desk.roles):
        if each.member == member:
            return each
    raise DomainError("recusal.nobody", "colleague", Message("Nobody of this service is known by this."))


async def _readmit(unit: Unit, desk: RecusalDesk, record: UUID, command: Readmit) -> None:
    subject = await desk.find(unit.conn, record)
    await desk.recusals.readmit(unit, subject.person, command.colleague, command.reason)
