"""Referrals: those that wait, all of them, one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    District,
    Gender,
    HarmType,
    HoldFor,
    RejectionReason,
    SenderEnding,
    Severity,
)
from ansim.errors import Message, NotFound
from ansim.web.api import Page
from ansim.web.filters import Chosen, Filter
from victim_support.domain.case import CaseState
from victim_support.domain.referral import ReferralState

_REFERRAL: Final = """
select r.*, c.number as case_number, c.state as case_state from referral r left join support_case c on c.case_id = r.case_id
"""


@dataclass(frozen=True, slots=True)
class ReferralRow:
    referral: UUID
    number: int
    person: UUID
    severity: Severity
    harm_types: frozenset[HarmType]
    age_band: AgeBand
    gender: Gender
    district: District
    state: ReferralState
    reason: RejectionReason | None
    answered_by: AnsweredBy | None
    hold_for: HoldFor | None
    sender_ending: SenderEnding | None
    case_id: UUID | None
    case_number: int | None
    case_closed: bool
    received_at: datetime
    answered_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        return cls(
            referral=row["referral"],
            number=row["number"],
            person=row["person"],
            severity=Severity(row["severity"]),
            harm_types=frozenset(map(HarmType, row["harm_types"])),
            age_band=AgeBand(row["age_band"]),
            gender=Gender(row["gender"]),
            district=District(row["district"]),
            state=ReferralState(row["state"]),
            reason=RejectionReason(row["reason"]) if row["reason"] else None,
            answered_by=AnsweredBy(row["answered_by"]) if row["answered_by"] else None,
            hold_for=HoldFor(row["hold_for"]) if row["hold_for"] else None,
            sender_ending=SenderEnding(row["sender_ending"]) if row["sender_ending"] else None,
            case_id=row["case_id"],
            case_number=row["case_number"],
            case_closed=row["case_state"] == CaseState.CLOSED,
            received_at=row["received_at"],
            answered_at=row["answered_at"],
            version=row["version"],
        )


async def waiting_referrals(conn: asyncpg.Connection) -> list[ReferralRow]:
    """Referrals without our answer, most severe first, then longest waiting."""
    rows = await conn.fetch(f"{_REFERRAL} where r.state = 'received' order by r.urgency, r.received_at limit 200")
    return [ReferralRow.of(row) for row in rows]


REFERRAL_FILTERS: Final = (
    Filter(
        "state",
        Message("State"),
        {
            "all": Message("all"),
            "received": Message("answer due from us"),
            "accepted": Message("accepted"),
            "ended": Message("ended"),
            "rejected": Message("refused"),
            "taken_back": Message("taken back"),
        },
    ),
    Filter(
        "severity",
        Message("Severity"),
        {
            "any": Message("any"),
            "emergency": Message("emergency"),
            "high": Message("high"),
            "medium": Message("medium"),
            "low": Message("low"),
        },
    ),
)

REFERRAL_FILTER: Final = """
case $1 when 'all' then true
        when 'accepted' then r.state in ('accepted', 'in_progress', 'on_hold')
        when 'ended' then r.state in ('completed', 'declined_after_acceptance')
        else r.state = $1 end
and ($2 = 'any' or r.severity = $2)
"""
"""What the choices of `REFERRAL_FILTERS` mean, in their order."""

ALL_REFERRALS: Final = Chosen.of(REFERRAL_FILTERS, {})


async def referrals(
    conn: asyncpg.Connection, page: Page, chosen: Chosen = ALL_REFERRALS
) -> tuple[list[ReferralRow], str | None]:
    """One page of the referrals chosen by `REFERRAL_FILTERS`, newest number first, and where the next one begins."""
    rows = await conn.fetch(
        f"{_REFERRAL} where {REFERRAL_FILTER} and ($3::bigint is null or r.number < $3) order by r.number desc limit $4",
        *chosen.values,
        page.below,
        page.fetch,
    )
    return page.cut([ReferralRow.of(row) for row in rows])


async def referral(conn: asyncpg.Connection, referral_id: UUID) -> ReferralRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_REFERRAL} where r.referral = $1", referral_id)
    if row is None:
        raise NotFound("referral", referral_id)
    return ReferralRow.of(row)
