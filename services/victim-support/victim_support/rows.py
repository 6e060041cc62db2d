"""Rows of the read tables as values with typed codes. None of them holds personal data.

`person` is our own pseudonym: for the access record, never for a screen or an answer.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    CaseOutcome,
    District,
    Gender,
    HarmType,
    ItemOutcome,
    NotDeliveredReason,
    RejectionReason,
    Severity,
    SupportItemType,
)
from victim_support.domain.case import CaseState
from victim_support.domain.item import ItemState
from victim_support.domain.referral import ReferralState


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
            case_id=row["case_id"],
            case_number=row["case_number"],
            case_closed=row["case_state"] == CaseState.CLOSED,
            received_at=row["received_at"],
            answered_at=row["answered_at"],
            version=row["version"],
        )


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
    opened_at: datetime
    safety_at: datetime | None
    plan_at: datetime | None
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
        }
        return cls(**{field: codes.get(field, row[field]) for field in cls.__slots__})


@dataclass(frozen=True, slots=True)
class ItemRow:
    item_id: UUID
    number: int
    person: UUID
    case_id: UUID
    case_number: int
    item_type: SupportItemType
    due_on: date
    state: ItemState
    outcome: ItemOutcome | None
    reason: NotDeliveredReason | None
    worker_name: str
    scheduled_at: datetime
    settled_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        codes = {
            "item_type": SupportItemType(row["item_type"]),
            "state": ItemState(row["state"]),
            "outcome": ItemOutcome(row["outcome"]) if row["outcome"] else None,
            "reason": NotDeliveredReason(row["reason"]) if row["reason"] else None,
        }
        return cls(**{field: codes.get(field, row[field]) for field in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers on the first screen, all of the same moment."""

    referrals_waiting: int
    referrals_urgent: int
    cases_open: int
    cases_unchecked: int
    cases_in_danger: int
    items_open: int
    items_overdue: int
