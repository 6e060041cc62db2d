"""Disclosure, keeping and erasure at intake: what the kit's room needs to know of reports."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Role
from ansim.clock import Moment
from ansim.clock.stories import moments_of
from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, ReportOutcome, SuiteService
from ansim.contracts.intake import MailboxMessageWritten, ReportClosed, ReportLinked, ReportReopened
from ansim.errors import Message, NotFound
from ansim.journal import Unit
from ansim.privacy import Identity, Kinds, Matter, Matters, PrivacyDesk

from .rulebook import RULES
from .story import moments_of_report

R = DeadlineRule

KEPT_BY: Final = {
    ReportOutcome.REFERRED_ON: R.RETAIN_REFERRED_ON,
    ReportOutcome.ANSWERED: R.RETAIN_ANSWERED,
    ReportOutcome.OUT_OF_SCOPE: R.RETAIN_OUT_OF_SCOPE,
    ReportOutcome.DUPLICATE: R.RETAIN_DUPLICATE,
    ReportOutcome.BAD_FAITH: R.RETAIN_BAD_FAITH,
    ReportOutcome.WITHDRAWN_BY_REPORTER: R.RETAIN_WITHDRAWN,
}
"""How long a report is kept follows from how it ended."""

_MATTER: Final = "select id, person, number, submitted_at, closed_at, submitted_event from report"
_UNKEPT: Final = """
select id from report
 where state = 'closed' and not exists (select from retention where retention.record = report.id) limit $1
"""


def _kept_by(event: Event) -> DeadlineRule:
    assert isinstance(event, ReportClosed)
    return KEPT_BY[event.outcome]


def _matter(row: asyncpg.Record) -> Matter:
    return Matter(row["id"], row["person"], f"R-{row['number']}", row["submitted_at"], row["closed_at"])


async def _find(conn: asyncpg.Connection, report_id: UUID) -> Matter:
    row = await conn.fetchrow(f"{_MATTER} where id = $1", report_id)
    if row is None:
        raise NotFound("report", report_id)
    return _matter(row)


async def _by_number(conn: asyncpg.Connection, text: str) -> Matter | None:
    number = text.strip().upper().removeprefix("R-")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    row = await conn.fetchrow(f"{_MATTER} where number = $1", int(number))
    return None if row is None else _matter(row)


async def _by_person(conn: asyncpg.Connection, person: UUID) -> Matter | None:
    row = await conn.fetchrow(f"{_MATTER} where person = $1", person)
    return None if row is None else _matter(row)


async def _numbers(conn: asyncpg.Connection, persons: Collection[UUID]) -> Mapping[UUID, str]:
    rows = await conn.fetch("select person, number from report where person = any($1)", list(persons))
    return {row["person"]: f"R-{row['number']}" for row in rows}


async def _identity(unit: Unit, report_id: UUID) -> Identity:
    row = await unit.conn.fetchrow(f"{_MATTER} where id = $1", report_id)
    if row is None:
        raise NotFound("report", report_id)
    texts = await unit.open_sealed_of(row["submitted_event"])
    return [(Message("Contact"), texts.get("contact", ""))]


async def _moments(unit: Unit, report_id: UUID) -> list[Moment]:
    return await moments_of_report(unit, report_id) + await moments_of(unit, "mailbox", report_id)


async def _closed_unkept(conn: asyncpg.Connection, limit: int) -> Sequence[UUID]:
    return [row["id"] for row in await conn.fetch(_UNKEPT, limit)]


PRIVACY: Final = PrivacyDesk(
    service="intake",
    myself=SuiteService.INTAKE,
    matters=Matters(
        kind="reports",
        title="Report {number}",
        find=_find,
        by_number=_by_number,
        by_person=_by_person,
        numbers=_numbers,
        identity=_identity,
        moments=_moments,
        closed_unkept=_closed_unkept,
        kinds=Kinds(
            ends={ReportClosed: _kept_by},
            reopens=(ReportReopened,),
            adds=(MailboxMessageWritten, ReportLinked),
        ),
    ),
    rules=RULES,
    workers=(Role.intake_officer, Role.supervisor),
)
