"""What intake's screens and API read: rows of the read tables, as values. No personal data is in any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.clock import Clock
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    ConsentState,
    DeadlineRule,
    District,
    EnrolmentSource,
    Gender,
    HarmType,
    HeardBy,
    Language,
    LegalBasis,
    MessageAuthor,
    OverrideReason,
    ReferralTarget,
    RejectionReason,
    ReporterRole,
    ReportOutcome,
    ReportRelation,
    RevokeReason,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.errors import NotFound
from ansim.web.api import Page

from .domain.deadlines import Start, Task
from .domain.mailbox import MailboxStart, MailboxState, MailboxTask
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
    heard_by: HeardBy | None
    revoke_reason: RevokeReason | None
    sent_again: int
    last_sent_at: datetime
    escalated_at: datetime | None
    published: bool
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
            heard_by=row["heard_by"] and HeardBy(row["heard_by"]),
            revoke_reason=row["revoke_reason"] and RevokeReason(row["revoke_reason"]),
            sent_again=row["sent_again"],
            last_sent_at=row["last_sent_at"] or row["sent_at"],
            escalated_at=row["escalated_at"],
            published=row["published"],
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
    free: int
    letters: int


def _clock(row: asyncpg.Record) -> Clock | None:
    if row["due_at"] is None or row["clock_rule"] is None:
        return None
    waiting_for = row["waiting_for"]
    return Clock(
        Task(row["task"]),
        DeadlineRule(row["clock_rule"]),
        Start(row["clock_started_by"]),
        row["clock_event"],
        row["clock_started_at"],
        row["due_at"],
        ReferralTarget(waiting_for) if waiting_for else None,
    )


_HAND_OFF: Final = """
select referral.*, report.number as report_number, report.person,
       not exists (select 1 from journal where aggregatetype = 'referral' and aggregateid = referral.id
                                           and position is null) as published,
       referral.state in ('rejected', 'lapsed') and report.task = 'decide_again' and report.clock_started_at = referral.answered_at
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
               (select count(*) from referral where state = 'sent') as unconfirmed,
               (select count(*) from report where state <> 'closed' and claimed_by is null) as free,
               (select count(*) from mailbox where due_at is not null) as letters
        """,
        now,
    )
    assert row is not None
    return Counts(at=now, **row)


class Show(StrEnum):
    """Which part of the queue is looked at; in the address, so that a list can be kept and sent to a colleague."""

    ALL = "all"
    MINE = "mine"
    FREE = "free"
    OURS = "ours"
    LATE = "late"
    EMERGENCY = "emergency"


_QUEUE: Final = """
select * from report
 where state <> 'closed'
   and case $2
         when 'mine' then claimed_by = $3
         when 'free' then claimed_by is null
         when 'ours' then waiting_for is null
         when 'late' then due_at < $4
         when 'emergency' then severity = 'emergency' or severity is null and may_be_emergency
         else true
       end
 order by due_at, number limit $1
"""


async def queue(
    conn: asyncpg.Connection, show: Show = Show.ALL, me: str = "", now: datetime | None = None
) -> list[ReportRow]:
    """Open reports, nearest deadline first. `me` is the subject of whoever asks, for their own."""
    rows = await conn.fetch(_QUEUE, LONGEST_QUEUE, show, me, now or datetime.now(UTC))
    return [ReportRow.of(row) for row in rows]


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
    ]


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
            or referral.state in ('rejected', 'lapsed') and report.task = 'decide_again'
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


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox and the number of its report."""

    report: UUID
    number: int
    person: UUID
    version: int
    state: MailboxState
    proof: UUID
    language: Language
    opened_at: datetime
    confirmed_at: datetime | None
    visited_at: datetime | None
    visits: int
    active_at: datetime
    waiting: int
    clock: Clock | None

    @property
    def name(self) -> str:
        return f"R-{self.number}"

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        clock = None
        if row["due_at"] is not None:
            started = (MailboxStart(row["clock_started_by"]), row["clock_event"], row["clock_started_at"])
            clock = Clock(MailboxTask(row["task"]), DeadlineRule(row["clock_rule"]), *started, row["due_at"])
        return cls(
            report=row["report"],
            number=row["number"],
            person=row["person"],
            version=row["version"],
            state=MailboxState(row["state"]),
            proof=row["proof"],
            language=Language(row["language"]),
            opened_at=row["opened_at"],
            confirmed_at=row["confirmed_at"],
            visited_at=row["visited_at"],
            visits=row["visits"],
            active_at=row["active_at"],
            waiting=row["waiting"],
            clock=clock,
        )


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; its text is sealed with the event."""

    author: MessageAuthor
    event: UUID
    written_at: datetime


_MAILBOX: Final = "select mailbox.*, report.number from mailbox join report on report.id = mailbox.report"


async def mailbox(conn: asyncpg.Connection, report_id: UUID) -> MailboxRow:
    """The mailbox of a report. Raises NotFound, also for a report older than mailboxes."""
    found = await find_mailbox(conn, report_id)
    if found is None:
        raise NotFound("mailbox", report_id)
    return found


async def find_mailbox(conn: asyncpg.Connection, report_id: UUID) -> MailboxRow | None:
    """The same, None where there is none."""
    row = await conn.fetchrow(f"{_MAILBOX} where mailbox.report = $1", report_id)
    return None if row is None else MailboxRow.of(row)


async def messages_of(conn: asyncpg.Connection, report_id: UUID) -> list[MessageRow]:
    """In the order of writing."""
    rows = await conn.fetch(
        "select author, event, written_at from mailbox_message where report = $1 order by number", report_id
    )
    return [MessageRow(MessageAuthor(row["author"]), row["event"], row["written_at"]) for row in rows]


async def waiting_mailboxes(conn: asyncpg.Connection) -> list[MailboxRow]:
    """Mailboxes whose reporter waits for us, longest first."""
    rows = await conn.fetch(
        f"{_MAILBOX} where mailbox.due_at is not null order by mailbox.due_at limit $1", LONGEST_QUEUE
    )
    return [MailboxRow.of(row) for row in rows]
