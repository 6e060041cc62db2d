"""Reports, the queue of the open ones, and which belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.clock import Clock
from ansim.contracts.codes import (
    AgeBand,
    District,
    HarmType,
    Language,
    ReferralTarget,
    ReporterRole,
    ReportOutcome,
    ReportRelation,
    Severity,
    YesNoUnknown,
)
from ansim.errors import Message, NotFound
from ansim.web.api import Page
from ansim.web.filters import Chosen, Filter

from ..domain.report import ReportState
from .clocks import clock_of

LONGEST_QUEUE: Final = 200
"""More open reports than this are counted but not listed; nobody works down a longer list."""

FIRST_LOOK: Final = 50
"""So many of them are listed until somebody asks for more: each row is somebody's data, and on the access record."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    id: UUID
    number: int
    person: UUID
    version: int
    state: ReportState
    submitted_event: UUID
    reporter_role: ReporterRole
    about_minor: YesNoUnknown
    district: District
    language: Language
    harm_types: tuple[HarmType, ...]
    may_be_emergency: bool
    severity: Severity | None
    age_band: AgeBand | None
    minor: YesNoUnknown | None
    outcome: ReportOutcome | None
    submitted_at: datetime
    acknowledged_at: datetime | None
    triaged_at: datetime | None
    closed_at: datetime | None
    claimed_by: str | None
    claimed_by_name: str | None
    signposted: tuple[ReferralTarget, ...]
    reopened: int
    missed: int
    clock: Clock | None

    @property
    def name(self) -> str:
        return f"R-{self.number}"

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        return cls(
            id=row["id"],
            number=row["number"],
            person=row["person"],
            version=row["version"],
            state=ReportState(row["state"]),
            submitted_event=row["submitted_event"],
            reporter_role=ReporterRole(row["reporter_role"]),
            about_minor=YesNoUnknown(row["about_minor"]),
            district=District(row["district"]),
            language=Language(row["language"]),
            harm_types=tuple(HarmType(code) for code in row["harm_types"]),
            may_be_emergency=row["may_be_emergency"],
            severity=row["severity"] and Severity(row["severity"]),
            age_band=row["age_band"] and AgeBand(row["age_band"]),
            minor=row["minor"] and YesNoUnknown(row["minor"]),
            outcome=row["outcome"] and ReportOutcome(row["outcome"]),
            submitted_at=row["submitted_at"],
            acknowledged_at=row["acknowledged_at"],
            triaged_at=row["triaged_at"],
            closed_at=row["closed_at"],
            claimed_by=row["claimed_by"],
            claimed_by_name=row["claimed_by_name"],
            signposted=tuple(ReferralTarget(code) for code in row["signposted"]),
            reopened=row["reopened"],
            missed=row["missed"],
            clock=clock_of(row),
        )


class Show(StrEnum):
    """Which part of the queue is looked at; in the address, so that a list can be kept and sent to a colleague."""

    ALL = "all"
    MINE = "mine"
    FREE = "free"
    OURS = "ours"
    NEAR = "near"
    LATE = "late"
    EMERGENCY = "emergency"


NEAR_BY: Final = timedelta(days=1)
"""A deadline within this time is near."""

_SHOWN: Final = {
    Show.ALL: "true",
    Show.MINE: "claimed_by = $2",
    Show.FREE: "claimed_by is null",
    Show.OURS: "waiting_for is null",
    Show.NEAR: "due_at between $2 and $3",
    Show.LATE: "due_at < $2",
    Show.EMERGENCY: "(severity = 'emergency' or severity is null and may_be_emergency)",
}
"""Each condition is one that an index of the open reports answers, however many closed ones there are."""


def queue_sql(show: Show) -> str:
    return f"select * from report where state <> 'closed' and {_SHOWN[show]} order by due_at, number limit $1"  # noqa: S608 - one of the constants above


async def queue(
    conn: asyncpg.Connection,
    show: Show = Show.ALL,
    me: str = "",
    now: datetime | None = None,
    limit: int = LONGEST_QUEUE,
) -> list[ReportRow]:
    """Open reports, nearest deadline first, `limit` at most. `me` is the subject of whoever asks, for their own."""
    at = now or datetime.now(UTC)
    asked = {Show.MINE: (me,), Show.NEAR: (at, at + NEAR_BY), Show.LATE: (at,)}.get(show, ())
    return [ReportRow.of(row) for row in await conn.fetch(queue_sql(show), limit, *asked)]


REPORT_FILTERS: Final = (
    Filter("state", Message("State"), {"all": Message("all"), "open": Message("open"), "closed": Message("Closed")}),
    Filter(
        "severity",
        Message("Urgency"),
        {
            "any": Message("any"),
            "emergency": Message("emergency"),
            "high": Message("high"),
            "medium": Message("medium"),
            "low": Message("low"),
            "unjudged": Message("not judged"),
        },
    ),
)

REPORT_FILTER: Final = """
case $1 when 'open' then state <> 'closed' when 'closed' then state = 'closed' else true end
and case $2 when 'any' then true when 'unjudged' then severity is null else severity = $2 end
"""
"""What the choices of `REPORT_FILTERS` mean, in their order."""

_REPORTS: Final = f"""
select * from report where {REPORT_FILTER} and ($3::bigint is null or number < $3) order by number desc limit $4
"""  # noqa: S608 - our own constants

ALL_REPORTS: Final = Chosen.of(REPORT_FILTERS, {})


async def reports(
    conn: asyncpg.Connection, page: Page, chosen: Chosen = ALL_REPORTS
) -> tuple[list[ReportRow], str | None]:
    """One page of the reports chosen by `REPORT_FILTERS`, newest first, and where the next one begins."""
    rows = await conn.fetch(_REPORTS, *chosen.values, page.below, page.fetch)
    return page.cut([ReportRow.of(row) for row in rows])


async def report(conn: asyncpg.Connection, report_id: UUID) -> ReportRow:
    """One report. Raises NotFound."""
    row = await conn.fetchrow("select * from report where id = $1", report_id)
    if row is None:
        raise NotFound("report", report_id)
    return ReportRow.of(row)


async def reports_numbered(conn: asyncpg.Connection, number: int) -> list[ReportRow]:
    """The report of this number, if there is one for whoever asks."""
    return [ReportRow.of(row) for row in await conn.fetch("select * from report where number = $1", number)]


async def reports_of_ids(conn: asyncpg.Connection, ids: Sequence[UUID]) -> list[ReportRow]:
    """Those of these reports that whoever asks may see."""
    return [ReportRow.of(row) for row in await conn.fetch("select * from report where id = any($1)", list(ids))]


async def report_of_receipt(conn: asyncpg.Connection, digest: bytes) -> UUID | None:
    """The report that a receipt number belongs to, by the number's digest."""
    found: UUID | None = await conn.fetchval("select report from receipt where digest = $1", digest)
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """Another report that this one belongs to, or that belongs to it (`inward`)."""

    report: UUID
    number: int
    relation: ReportRelation
    inward: bool
    state: ReportState

    @property
    def name(self) -> str:
        return f"R-{self.number}"


async def links_of(conn: asyncpg.Connection, report_id: UUID) -> list[Link]:
    """Both directions, in the order of linking."""
    rows = await conn.fetch(
        """
        select other as report, false as inward, relation, report_link.number as at
          from report_link where report_link.report = $1
        union all
        select report, true, relation, report_link.number from report_link where other = $1
        """,
        report_id,
    )
    known = {
        row["id"]: row
        for row in await conn.fetch(
            "select id, number, state from report where id = any($1)", [row["report"] for row in rows]
        )
    }
    return [
        Link(
            row["report"],
            known[row["report"]]["number"],
            ReportRelation(row["relation"]),
            row["inward"],
            ReportState(known[row["report"]]["state"]),
        )
        for row in sorted(rows, key=lambda row: row["at"])
        if row["report"] in known  # the other report may be one that the reader is recused from
    ]
