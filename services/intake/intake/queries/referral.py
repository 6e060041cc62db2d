"""Hand-offs, each with the number of its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.clock import Clock
from ansim.contracts.codes import (
    AnsweredBy,
    CaseOutcome,
    ConsentState,
    EnrolmentSource,
    Gender,
    HandOverPart,
    HeardBy,
    HoldFor,
    LegalBasis,
    OverrideReason,
    ReferralTarget,
    RejectionReason,
    RevokeReason,
    SchoolLevel,
)
from ansim.errors import NotFound
from ansim.web.api import Page

from ..domain.referral import CAME_BACK, OPEN, UNDER_WAY, ReferralState
from .clocks import clock_of
from .report import LONGEST_QUEUE

FIRST_HAND_OFFS: Final = 25
"""So many hand-offs that need something are listed beside the queue until somebody asks for more."""

HAND_OFF_FILTERS: Final = {
    "waiting": tuple(sorted(OPEN)),
    "accepted": tuple(sorted(UNDER_WAY)),
    "ended": (ReferralState.COMPLETED, ReferralState.FAILED),
    "refused": tuple(sorted(CAME_BACK)),
    "all": (),
}
"""Part of the list, as its address names it → the states that it holds; none: every state."""


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
    shares: tuple[HandOverPart, ...]
    data_given_at: datetime | None
    data_erased: bool
    data_confirmed_at: datetime | None

    progressed_at: datetime | None
    hold_for: HoldFor | None
    case_outcome: CaseOutcome | None
    published: bool
    held_up: bool
    """Not published for longer than publishing takes."""
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
            shares=tuple(HandOverPart(part) for part in row["shares"]),
            data_given_at=row["data_given_at"],
            data_erased=row["data_erased"],
            data_confirmed_at=row["data_confirmed_at"],
            progressed_at=row["progressed_at"],
            hold_for=row["hold_for"] and HoldFor(row["hold_for"]),
            case_outcome=row["case_outcome"] and CaseOutcome(row["case_outcome"]),
            published=row["published"],
            held_up=row["held_up"],
            needs_decision=row["needs_decision"],
            clock=clock_of(row),
        )


_HAND_OFF: Final = """
select referral.*, report.number as report_number, report.person,
       not exists (select 1 from journal where aggregatetype = 'referral' and aggregateid = referral.id
                                           and position is null) as published,
       exists (select 1 from journal where aggregatetype = 'referral' and aggregateid = referral.id and position is null
                                       and recorded_at < now() - interval '10 seconds') as held_up,
       referral.state in ('rejected', 'lapsed', 'declined_after_acceptance') and report.task = 'decide_again'
           and report.clock_started_at = referral.answered_at
           as needs_decision
  from referral join report on report.id = referral.report
"""


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


WAITING: Final = f"""
{_HAND_OFF}
 where referral.id in (
       select id from referral where state in ('sent', 'received')
       union all
       select came.id from report join referral came on came.report = report.id
        where report.task = 'decide_again' and came.answered_at = report.clock_started_at
          and came.state in ('rejected', 'lapsed', 'declined_after_acceptance'))
 order by referral.due_at nulls first, referral.number limit $1
"""  # noqa: S608 - made of constants
"""Two small sets, each found by its index, however many hand-offs were answered long ago."""


async def waiting_hand_offs(conn: asyncpg.Connection, limit: int = LONGEST_QUEUE) -> list[HandOffRow]:
    """Hand-offs that still need something, `limit` at most: no answer yet, or come back and not yet decided again."""
    return [HandOffRow.of(row) for row in await conn.fetch(WAITING, limit)]


HAND_OFFS: Final = f"""
{_HAND_OFF}
 where referral.id in (
       select newest.id
         from unnest($1::text[]) as asked(state),
              lateral (select id from referral
                        where referral.state = asked.state and number < coalesce($2, 9223372036854775807)
                        order by number desc limit $3) as newest)
 order by referral.number desc limit $3
"""  # noqa: S608 - made of constants
"""The newest of each state, and of those the newest: what stands in other states is not read."""


async def hand_offs(
    conn: asyncpg.Connection, states: Sequence[ReferralState], page: Page
) -> tuple[list[HandOffRow], str | None]:
    """One page of the hand-offs in any of `states` (none: all), newest first, and where the next one begins."""
    asked = [state.value for state in states or ReferralState]
    rows = await conn.fetch(HAND_OFFS, asked, page.below, page.fetch)
    return page.cut([HandOffRow.of(row) for row in rows])


async def hand_off_counts(conn: asyncpg.Connection) -> dict[ReferralState, int]:
    """How many hand-offs are in each state; every state is there."""
    rows = await conn.fetch("select state, count(*) as n from referral group by state")
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state.value, 0) for state in ReferralState}
