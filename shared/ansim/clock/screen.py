"""The periods of a service on a screen and as JSON: everybody reads them, a supervisor changes them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.clock.keeping import LONGEST, RuleBook
from ansim.contracts.codes import DeadlineRule, RuleChangeReason
from ansim.journal import Unit
from ansim.web.api import IdempotencyKey, Seen, carry_out_once
from ansim.web.commands import Command
from ansim.web.outcome import carry_out_form

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

Hours = Annotated[float, Field(gt=0, le=LONGEST.total_seconds() / 3600)]


class NewPeriod(Command):
    """`hours` may have a fraction: 0.5 is half an hour."""

    rule: DeadlineRule
    hours: Hours
    reason: RuleChangeReason


class ChangeRule(NewPeriod):
    seen: int | None = Field(default=None, ge=0)


class NewPeriodBody(Command):
    hours: Hours
    reason: RuleChangeReason


@dataclass(frozen=True, slots=True)
class Change:
    """One period that was set, by whom and why."""

    period: timedelta
    since: datetime
    by: str
    reason: RuleChangeReason


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as it is and as it was. `version` counts its changes."""

    rule: DeadlineRule
    period: timedelta
    usual: timedelta
    version: int
    changes: list[Change]


class RuleOut(BaseModel):
    """A period in hours, in force since `since`; null: since the beginning."""

    rule: DeadlineRule
    hours: float
    default_hours: float
    version: int
    since: datetime | None

    @classmethod
    def of(cls, shown: Shown) -> "RuleOut":
        since = shown.changes[-1].since if shown.changes else None
        return cls(
            rule=shown.rule,
            hours=shown.period.total_seconds() / 3600,
            default_hours=shown.usual.total_seconds() / 3600,
            version=shown.version,
            since=since,
        )


async def shown_rules(conn: asyncpg.Connection, book: RuleBook) -> list[Shown]:
    rules, now = await book.read(conn), datetime.now(UTC)
    changes: dict[str, list[Change]] = {}
    for row in await conn.fetch("select * from deadline_rule order by number"):
        period, reason = timedelta(seconds=row["seconds"]), RuleChangeReason(row["reason"])
        changes.setdefault(row["rule"], []).append(Change(period, row["since"], row["set_by_name"], reason))
    return [
        Shown(rule, rules.period(rule, now), usual, len(changes.get(rule.value, [])), changes.get(rule.value, []))
        for rule, usual in book.defaults.items()
    ]


def rule_pages(kit: "Kit", book: RuleBook, *readers: Role) -> APIRouter:
    """`/rules`: for `readers` and supervisors to look at, for supervisors to change."""
    router = APIRouter()
    reader, supervisor = (
        Depends(kit.access.staff(*readers, Role.supervisor)),
        Depends(kit.access.staff(Role.supervisor)),
    )

    async def show(request: Request, staff: Staff, form: object = None, status: int = 200) -> Response:
        async with kit.store.read() as conn:
            rules = await shown_rules(conn, book)
        may_change = Role.supervisor in staff.roles
        return kit.web.page(request, "clock/rules.html", status, rules=rules, form=form, may_change=may_change)

    @router.get("/rules")
    async def rules(request: Request, staff: Staff = reader) -> Response:
        return await show(request, staff)

    @router.post("/rules")
    async def change(request: Request, staff: Staff = supervisor) -> Response:
        form = await kit.web.form(request, ChangeRule)
        context = kit.access.context(request, staff)
        outcome = await carry_out_form(kit, request, context, form, lambda unit, c: _change(book, unit, c, c.seen))
        if outcome.done:
            return kit.web.see_other("/rules")
        return await show(request, staff, outcome.form, outcome.status)

    return router


def rule_api(kit: "Kit", book: RuleBook, *readers: Role) -> APIRouter:
    """`/rules` and `/rules/{rule}` as JSON."""
    router = APIRouter()
    reader, supervisor = (
        Depends(kit.access.staff(*readers, Role.supervisor)),
        Depends(kit.access.staff(Role.supervisor)),
    )

    @router.get("/rules")
    async def rules(staff: Staff = reader) -> list[RuleOut]:
        async with kit.store.read() as conn:
            return [RuleOut.of(shown) for shown in await shown_rules(conn, book)]

    @router.post("/rules/{rule}")
    async def change(
        request: Request,
        rule: DeadlineRule,
        body: NewPeriodBody,
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = supervisor,
    ) -> list[RuleOut]:
        """Set a period. Clocks that run already keep theirs."""
        command = NewPeriod(rule=rule, **body.model_dump())

        async def work(unit: Unit) -> dict[str, str]:
            await _change(book, unit, command, seen)
            return {"rule": rule.value}

        await carry_out_once(kit, request, kit.access.context(request, staff), key, work)
        async with kit.store.read() as conn:
            return [RuleOut.of(shown) for shown in await shown_rules(conn, book)]

    return router


async def _change(book: RuleBook, unit: Unit, command: NewPeriod, seen: int | None) -> UUID:
    await book.change(unit, command.rule, timedelta(hours=command.hours), command.reason, seen)
    return book.stream_of(command.rule)
