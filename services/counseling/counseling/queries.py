"""What the screens and the API read. Read tables only; nothing here opens sealed texts or writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    ActChannel,
    ActType,
    AgeBand,
    AnsweredBy,
    CancelledBy,
    DeclineReason,
    DiscontinuedReason,
    District,
    EnrolmentSource,
    Gender,
    Motive,
    RejectionReason,
    SchoolLevel,
)
from ansim.errors import NotFound
from ansim.web.api import Page
from counseling.domain.enrolment import EnrolmentStatus
from counseling.domain.referral import ReferralStatus
from counseling.domain.session import SessionStatus
from counseling.rows import ActRow, AssessmentRow, Caseload, EnrolmentRow, ReferralRow, SessionRow

_REFERRAL = """select r.*, e.number as enrolment_number from referral r
               left join enrolment e on e.enrolment = r.enrolment"""
_ENROLMENT = """select e.*,
                (select count(*) from session s where s.enrolment = e.enrolment and s.status = 'held') as held,
                (select min(starts_at) from session s
                 where s.enrolment = e.enrolment and s.status = 'scheduled') as next_session
                from enrolment e"""
_SESSION = """select s.*, e.person, e.number as enrolment_number,
              (select count(*) from session h where h.enrolment = s.enrolment and h.status = 'held'
               and (h.starts_at, h.number) < (s.starts_at, s.number)) + 1 as nth
              from session s join enrolment e on e.enrolment = s.enrolment"""


async def referral(conn: asyncpg.Connection, wanted: UUID) -> ReferralRow:
    return _referral(_found("referral", wanted, await conn.fetchrow(f"{_REFERRAL} where r.referral = $1", wanted)))


async def referrals(
    conn: asyncpg.Connection, status: ReferralStatus | None, page: Page
) -> tuple[list[ReferralRow], str | None]:
    """One page, newest first, and where the next one begins."""
    rows = await conn.fetch(
        f"""{_REFERRAL} where ($1::text is null or r.status = $1) and ($2::bigint is null or r.number < $2)
            order by r.number desc limit $3""",
        status,
        page.below,
        page.fetch,
    )
    return page.cut([_referral(row) for row in rows])


async def referrals_waiting(conn: asyncpg.Connection) -> list[ReferralRow]:
    """Received and not answered, longest waiting first."""
    rows = await conn.fetch(f"{_REFERRAL} where r.status = 'received' order by r.received_at, r.number limit 100")
    return [_referral(row) for row in rows]


async def enrolment(conn: asyncpg.Connection, wanted: UUID) -> EnrolmentRow:
    return _enrolment(_found("enrolment", wanted, await conn.fetchrow(f"{_ENROLMENT} where e.enrolment = $1", wanted)))


async def enrolments(
    conn: asyncpg.Connection, status: EnrolmentStatus | None, page: Page
) -> tuple[list[EnrolmentRow], str | None]:
    """One page, newest first, and where the next one begins."""
    rows = await conn.fetch(
        f"""{_ENROLMENT} where ($1::text is null or e.status = $1) and ($2::bigint is null or e.number < $2)
            order by e.number desc limit $3""",
        status,
        page.below,
        page.fetch,
    )
    return page.cut([_enrolment(row) for row in rows])


async def enrolments_undecided(conn: asyncpg.Connection) -> list[EnrolmentRow]:
    """Referred and neither accepted nor declined, longest waiting first."""
    rows = await conn.fetch(f"{_ENROLMENT} where e.status = 'referred' order by e.referred_at, e.number limit 100")
    return [_enrolment(row) for row in rows]


async def other_enrolments(conn: asyncpg.Connection, of: EnrolmentRow) -> list[EnrolmentRow]:
    """The same youth's other enrolments, oldest first."""
    rows = await conn.fetch(
        f"{_ENROLMENT} where e.person = $1 and e.enrolment <> $2 order by e.number", of.person, of.id
    )
    return [_enrolment(row) for row in rows]


async def session(conn: asyncpg.Connection, wanted: UUID) -> SessionRow:
    return _session(_found("session", wanted, await conn.fetchrow(f"{_SESSION} where s.session = $1", wanted)))


async def sessions_of(conn: asyncpg.Connection, enrolment: UUID) -> list[SessionRow]:
    """Newest first."""
    rows = await conn.fetch(f"{_SESSION} where s.enrolment = $1 order by s.starts_at desc, s.number desc", enrolment)
    return [_session(row) for row in rows]


async def sessions_between(conn: asyncpg.Connection, start: datetime, end: datetime) -> list[SessionRow]:
    """Everything planned or closed in the interval, in time order. `end` is outside."""
    rows = await conn.fetch(
        f"{_SESSION} where s.starts_at >= $1 and s.starts_at < $2 order by s.starts_at, s.number limit 200", start, end
    )
    return [_session(row) for row in rows]


async def sessions_not_written(conn: asyncpg.Connection, before: datetime) -> list[SessionRow]:
    """Planned for an earlier time and never closed, oldest first."""
    rows = await conn.fetch(
        f"{_SESSION} where s.status = 'scheduled' and s.starts_at < $1 order by s.starts_at, s.number limit 100",
        before,
    )
    return [_session(row) for row in rows]


async def acts(conn: asyncpg.Connection, enrolment: UUID) -> list[ActRow]:
    rows = await conn.fetch("select * from act where enrolment = $1 order by recorded_at, act", enrolment)
    return [
        ActRow(row["act"], ActType(row["act_type"]), ActChannel(row["channel"]), row["recorded_at"]) for row in rows
    ]


async def assessments(conn: asyncpg.Connection, enrolment: UUID) -> list[AssessmentRow]:
    """Oldest first; the last one counts."""
    rows = await conn.fetch("select * from assessment where enrolment = $1 order by version", enrolment)
    return [
        AssessmentRow(
            row["assessment"], frozenset(map(Motive, row["motives"])), row["code_list_version"], row["assessed_at"]
        )
        for row in rows
    ]


async def caseload(conn: asyncpg.Connection, month: datetime) -> Caseload:
    """Counts as of now; sessions by the day they were planned for, from `month` on."""
    row = await conn.fetchrow(
        """select
             (select count(*) from enrolment where status = 'accepted') as active,
             (select count(*) from enrolment where status = 'referred') as waiting,
             count(*) filter (where status = 'held') as held,
             count(*) filter (where status = 'no_show') as no_shows,
             count(*) filter (where status = 'cancelled') as cancelled,
             (select count(*) from enrolment e where e.status = 'accepted' and 10 <=
                (select count(*) from session s where s.enrolment = e.enrolment and s.status = 'held')) as with_ten
           from session where status <> 'scheduled' and starts_at >= $1""",
        month,
    )
    return Caseload(**dict(_found("caseload", "now", row)))


def _found(what: str, wanted: UUID | str, row: asyncpg.Record | None) -> asyncpg.Record:
    if row is None:
        raise NotFound(what, wanted)
    return row


def _known(record: asyncpg.Record, names: Sequence[str]) -> dict[str, Any]:
    return {name: record[name] for name in names}


def _about(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "number": row["number"],
        "person": row["person"],
        "version": row["version"],
        "source": EnrolmentSource(row["source"]),
        "age_band": AgeBand(row["age_band"]),
        "school_level": SchoolLevel(row["school_level"]),
        "gender": Gender(row["gender"]),
        "district": District(row["district"]),
    }


def _referral(row: asyncpg.Record) -> ReferralRow:
    return ReferralRow(
        id=row["referral"],
        status=ReferralStatus(row["status"]),
        reason=RejectionReason(row["reason"]) if row["reason"] else None,
        answered_by=AnsweredBy(row["answered_by"]) if row["answered_by"] else None,
        **_about(row),
        **_known(row, ("received_at", "answered_at", "enrolment", "enrolment_number")),
    )


def _enrolment(row: asyncpg.Record) -> EnrolmentRow:
    status, reason = EnrolmentStatus(row["status"]), row["end_reason"]
    reasons = DeclineReason if status is EnrolmentStatus.DECLINED else DiscontinuedReason
    return EnrolmentRow(
        id=row["enrolment"],
        status=status,
        end_reason=reasons(reason) if reason else None,
        **_about(row),
        **_known(row, ("referral", "sealed_event", "referred_at", "accepted_at", "ended_at")),
        **_known(row, ("youth_consented_at", "guardian_consented_at", "held", "next_session")),
    )


def _session(row: asyncpg.Record) -> SessionRow:
    return SessionRow(
        id=row["session"],
        status=SessionStatus(row["status"]),
        cancelled_by=CancelledBy(row["cancelled_by"]) if row["cancelled_by"] else None,
        **_known(
            row,
            ("number", "person", "enrolment", "enrolment_number", "version", "starts_at", "moved", "minutes", "nth"),
        ),
    )
