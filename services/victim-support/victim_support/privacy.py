"""Disclosure, keeping and erasure in victim support: what the kit's room needs to know of cases."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Role, Staff
from ansim.clock import Moment
from ansim.clock.stories import moments_of
from ansim.contracts.base import Event
from ansim.contracts.codes import CaseOutcome, DeadlineRule, SuiteService
from ansim.contracts.victim_support import CaseClosed, CaseReopened, DeletionLocated, DeletionReappeared
from ansim.errors import Message, NotFound
from ansim.journal import Unit
from ansim.privacy import Identity, Kinds, Matter, Matters, PrivacyDesk
from victim_support.rulebook import RULES

_MATTER: Final = "select case_id, person, number, opened_at, closed_at, opened_event from support_case"
_UNKEPT: Final = """
select case_id from support_case
 where state = 'closed' and not exists (select from retention where retention.record = support_case.case_id) limit $1
"""


def _kept_by(event: Event) -> DeadlineRule:
    """How long a case is kept follows from how it ended."""
    assert isinstance(event, CaseClosed)
    lost = event.outcome is CaseOutcome.CONTACT_LOST
    return DeadlineRule.RETAIN_CONTACT_LOST if lost else DeadlineRule.RETAIN_SUPPORTED


def _matter(row: asyncpg.Record) -> Matter:
    return Matter(row["case_id"], row["person"], f"V-{row['number']}", row["opened_at"], row["closed_at"])


async def _find(conn: asyncpg.Connection, case_id: UUID) -> Matter:
    row = await conn.fetchrow(f"{_MATTER} where case_id = $1", case_id)
    if row is None:
        raise NotFound("case", case_id)
    return _matter(row)


async def _by_number(conn: asyncpg.Connection, text: str) -> Matter | None:
    number = text.strip().upper().removeprefix("V-")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    row = await conn.fetchrow(f"{_MATTER} where number = $1", int(number))
    return None if row is None else _matter(row)


async def _by_person(conn: asyncpg.Connection, person: UUID) -> Matter | None:
    row = await conn.fetchrow(f"{_MATTER} where person = $1", person)
    return None if row is None else _matter(row)


async def _numbers(conn: asyncpg.Connection, persons: Collection[UUID]) -> Mapping[UUID, str]:
    rows = await conn.fetch("select person, number from support_case where person = any($1)", list(persons))
    return {row["person"]: f"V-{row['number']}" for row in rows}


async def _identity(unit: Unit, case_id: UUID) -> Identity:
    row = await unit.conn.fetchrow(f"{_MATTER} where case_id = $1", case_id)
    if row is None:
        raise NotFound("case", case_id)
    texts = await unit.open_sealed_of(row["opened_event"])
    return [(Message("Name"), texts.get("name", "")), (Message("Contact"), texts.get("contact", ""))]


async def _moments(unit: Unit, case_id: UUID) -> list[Moment]:
    moments = await moments_of(unit, "case", case_id)
    for row in await unit.conn.fetch("select id from deletion where case_id = $1", case_id):
        moments += await moments_of(unit, "deletion", row["id"])
    return moments


async def _closed_unkept(conn: asyncpg.Connection, limit: int) -> Sequence[UUID]:
    return [row["case_id"] for row in await conn.fetch(_UNKEPT, limit)]


PRIVACY: Final = PrivacyDesk(
    service="victim-support",
    myself=SuiteService.VICTIM_SUPPORT,
    matters=Matters(
        kind="cases",
        title="Case {number}",
        find=_find,
        by_number=_by_number,
        by_person=_by_person,
        numbers=_numbers,
        identity=_identity,
        moments=_moments,
        closed_unkept=_closed_unkept,
        kinds=Kinds(ends={CaseClosed: _kept_by}, reopens=(CaseReopened,), adds=(DeletionLocated, DeletionReappeared)),
    ),
    rules=RULES,
    workers=(Role.support_worker, Role.supervisor),
)


def must_ask(staff: Staff) -> bool:
    """Whether this person sees an identity only by a custodian's decision: supervisors who support nobody themselves."""
    return Role.support_worker not in staff.roles
