"""Cases: all, mine, one, and where its sealed texts are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import AgeBand, CaseOutcome, District, Gender, HarmType, LegalBasis, SupportItemType
from ansim.errors import NotFound
from ansim.web.api import Page
from victim_support.domain.case import CaseState

CaseFilter = Literal["open", "closed", "all"]

_CASE: Final = """
select c.*, coalesce(w.name, '') as assignee, coalesce(t.name_ko, c.team) as team_ko, coalesce(t.name_en, c.team) as team_en
from support_case c left join staff w using (member) left join team t on t.id = c.team
"""


@dataclass(frozen=True, slots=True)
class CaseRow:
    case_id: UUID
    number: int
    person: UUID
    referral: UUID | None
    age_band: AgeBand
    gender: Gender
    district: District
    harm_types: frozenset[HarmType]
    item_types: frozenset[SupportItemType]
    state: CaseState
    immediate_danger: bool | None
    outcome: CaseOutcome | None
    worker_name: str
    team: str
    team_ko: str
    team_en: str
    member: UUID | None
    assignee: str
    opened_at: datetime
    safety_at: datetime | None
    next_check_on: date | None
    plan_at: datetime | None
    plan_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    watched_at: datetime | None
    reopened: int
    guardian_suspect: bool | None
    guardian_basis: LegalBasis | None
    guardian_event: UUID | None
    closed_at: datetime | None
    items_open: int
    items_delivered: int
    items_not: int
    next_due: date | None
    version: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        codes = {
            "age_band": AgeBand(row["age_band"]),
            "gender": Gender(row["gender"]),
            "district": District(row["district"]),
            "harm_types": frozenset(map(HarmType, row["harm_types"])),
            "item_types": frozenset(map(SupportItemType, row["item_types"])),
            "state": CaseState(row["state"]),
            "outcome": CaseOutcome(row["outcome"]) if row["outcome"] else None,
            "guardian_basis": LegalBasis(row["guardian_basis"]) if row["guardian_basis"] else None,
        }
        return cls(**{field: codes.get(field, row[field]) for field in cls.__slots__})

    def team_name(self, lang: str) -> str:
        return self.team_ko if lang == "ko" else self.team_en


async def cases(
    conn: asyncpg.Connection,
    page: Page,
    *,
    member: UUID | None = None,
    team: str | None = None,
    free: bool = False,
    state: CaseFilter = "all",
) -> tuple[list[CaseRow], str | None]:
    """One page of the cases that the reader sees, newest number first, and where the next one begins. `member` keeps this
    worker's, `team` this team's, `free` those without a worker."""
    rows = await conn.fetch(
        f"""
        {_CASE}
        where ($1::uuid is null or c.member = $1)
          and ($2::text is null or c.team = $2)
          and (not $3 or c.member is null)
          and ($4 = 'all' or (c.state = 'closed') = ($4 = 'closed'))
          and ($5::bigint is null or c.number < $5)
        order by c.number desc limit $6
        """,
        member,
        team,
        free,
        state,
        page.below,
        page.fetch,
    )
    return page.cut([CaseRow.of(row) for row in rows])


async def case(conn: asyncpg.Connection, case_id: UUID) -> CaseRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_CASE} where c.case_id = $1", case_id)
    if row is None:
        raise NotFound("case", case_id)
    return CaseRow.of(row)


async def sealed_texts(conn: asyncpg.Connection, case_id: UUID) -> UUID:
    """The event that holds the person's sealed texts. Raises NotFound."""
    event: UUID | None = await conn.fetchval("select opened_event from support_case where case_id = $1", case_id)
    if event is None:
        raise NotFound("case", case_id)
    return event
