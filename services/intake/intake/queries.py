"""What intake's screens and API read: rows of the read tables, as values. No personal data is in any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    ConsentState,
    District,
    EnrolmentSource,
    Gender,
    HarmType,
    Language,
    LegalBasis,
    OverrideReason,
    ReferralTarget,
    RejectionReason,
    ReporterRole,
    ReportOutcome,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.errors import NotFound
from ansim.web.api import Page

from .domain.deadlines import Clock, Start, Task
from .domain.referral import ReferralState
from .domain.report import ReportState

LONGEST_QUEUE: Final = 200
"""More open reports than this are counted but not listed; nobody works down a longer list."""


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
            clock=_clock(row),
        )


@dataclass(frozen=True, slots=True)
class HandOffRow:
    """A hand-off and the number of its report."""

    id: UUID
    number: int
    report: UUID
    report_number: int
    person: UUID
    version: int
    target: ReferralTarget
    state: ReferralState
    consent: ConsentState
    legal_basis: LegalBasis
    override_reason: OverrideReason | None
    source: EnrolmentSource | None
    gender: Gender
    school_level: SchoolLevel
    reason: RejectionReason | None
    answered_by: AnsweredBy | None
    sent_at: datetime
    received_at: datetime | None
    answered_at: datetime | None
    needs_decision: bool
    clock: Clock | None

    @property
    def report_name(self) -> str:
        return f"R-{self.report_number}"

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        return cls(
            id=row["id"],
            number=row["number"],
            report=row["report"],
            report_number=row["report_number"],
            person=row["person"],
            version=row["version"],
            target=ReferralTarget(row["target"]),
            state=ReferralState(row["state"]),
            consent=ConsentState(row["consent"]),
            legal_basis=LegalBasis(row["legal_basis"]),
            override_reason=row["override_reason"] and OverrideReason(row["override_reason"]),
            source=row["source"] and EnrolmentSource(row["source"]),
            gender=Gender(row["gender"]),
            school_level=SchoolLevel(row["school_level"]),
            reason=row["reason"] and RejectionReason(row["reason"]),
            answered_by=row["answered_by"] and AnsweredBy(row["answered_by"]),
            sent_at=row["sent_at"],
            received_at=row["received_at"],
            answered_at=row["answered_at"],
            needs_decision=row["needs_decision"],
            clock=_clock(row),
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers above the queue, all of the same moment `at`."""

    at: datetime
    open_reports: int
    late: int
    ours: int
    unfinished: int
    unconfirmed: int


def _clock(row: asyncpg.Record) -> Clock | None:
    if row["due_at"] is None:
        return None
    waiting_for = row["waiting_for"]
    return Clock(
        Task(row["task"]),
        Start(row["clock_started_by"]),
        row["clock_started_at"],
        row["due_at"],
        ReferralTarget(waiting_for) if waiting_for else None,
    )


_HAND_OFF: Final = """
select referral.*, report.number as report_number, report.person,
       referral.state = 'rejected' and report.task = 'decide_again' and report.clock_started_at = referral.answered_at
           as needs_decision
  from referral join report on report.id = referral.report
"""


async def counts(conn: asyncpg.Connection, now: datetime) -> Counts:
    """Late counts reports past their deadline whoever has the turn; a refused hand-off is finished, its report is not."""
    row = await conn.fetchrow(
        """
        select (select count(*) from report where state <> 'closed') as open_reports,
               (select count(*) from report where state <> 'closed' and due_at < $1) as late,
               (select count(*) from report where state <> 'closed' and waiting_for is null) as ours,
               (select count(*) from referral where state in ('sent', 'received')) as unfinished,
               (select count(*) from referral where state = 'sent') as unconfirmed
        """,
        now,
    )
    assert row is not None
    return Counts(at=now, **row)


async def queue(conn: asyncpg.Connection) -> list[ReportRow]:
    """Open reports, nearest deadline first."""
    rows = await conn.fetch(
        "select * from report where state <> 'closed' order by due_at, number limit $1", LONGEST_QUEUE
    )
    return [ReportRow.of(row) for row in rows]


async def reports(conn: asyncpg.Connection, page: Page) -> tuple[list[ReportRow], str | None]:
    """One page of all reports, newest first, and where the next one begins."""
    rows = await conn.fetch(
        "select * from report where $1::bigint is null or number < $1 order by number desc limit $2",
        page.below,
        page.fetch,
    )
    return page.cut([ReportRow.of(row) for row in rows])


async def report(conn: asyncpg.Connection, report_id: UUID) -> ReportRow:
    """One report. Raises NotFound."""
    row = await conn.fetchrow("select * from report where id = $1", report_id)
    if row is None:
        raise NotFound("report", report_id)
    return ReportRow.of(row)


async def report_of_receipt(conn: asyncpg.Connection, digest: bytes) -> UUID | None:
    """The report that a receipt number belongs to, by the number's digest."""
    found: UUID | None = await conn.fetchval("select report from receipt where digest = $1", digest)
    return found


async def hand_offs_of(conn: asyncpg.Connection, report_id: UUID) -> list[HandOffRow]:
    """The hand-offs of one report in the order of sending."""
    rows = await conn.fetch(f"{_HAND_OFF} where referral.report = $1 order by referral.number", report_id)
    return [HandOffRow.of(row) for row in rows]


async def hand_off(conn: asyncpg.Connection, referral_id: UUID) -> HandOffRow:
    """One hand-off. Raises NotFound."""
    row = await conn.fetchrow(f"{_HAND_OFF} where referral.id = $1", referral_id)
    if row is None:
        raise NotFound("referral", referral_id)
    return HandOffRow.of(row)


async def waiting_hand_offs(conn: asyncpg.Connection) -> list[HandOffRow]:
    """Hand-offs that still need something: no answer yet, or refused and not yet decided again."""
    rows = await conn.fetch(
        f"""
        {_HAND_OFF}
         where referral.state in ('sent', 'received')
            or referral.state = 'rejected' and report.task = 'decide_again'
               and report.clock_started_at = referral.answered_at
         order by referral.due_at nulls first, referral.number limit $1
        """,
        LONGEST_QUEUE,
    )
    return [HandOffRow.of(row) for row in rows]


async def hand_offs(
    conn: asyncpg.Connection, states: Sequence[ReferralState], page: Page
) -> tuple[list[HandOffRow], str | None]:
    """One page of the hand-offs in any of `states` (none: all), newest first, and where the next one begins."""
    rows = await conn.fetch(
        f"""
        {_HAND_OFF}
         where ($1::text[] = '{{}}' or referral.state = any($1)) and ($2::bigint is null or referral.number < $2)
         order by referral.number desc limit $3
        """,
        [state.value for state in states],
        page.below,
        page.fetch,
    )
    return page.cut([HandOffRow.of(row) for row in rows])


async def hand_off_counts(conn: asyncpg.Connection) -> dict[ReferralState, int]:
    """How many hand-offs are in each state; every state is there."""
    rows = await conn.fetch("select state, count(*) as n from referral group by state")
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state.value, 0) for state in ReferralState}
