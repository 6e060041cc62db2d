"""What the JSON API gives out: codes, numbers and times. Never a pseudonym, never a sealed text, except `PersonAnswer`."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

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


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class ReferralAnswer(Answer):
    referral: UUID
    number: int
    severity: Severity
    harm_types: frozenset[HarmType]
    age_band: AgeBand
    gender: Gender
    district: District
    state: ReferralState
    reason: RejectionReason | None
    answered_by: AnsweredBy | None
    case_id: UUID | None
    received_at: datetime
    answered_at: datetime | None
    version: int


class CaseAnswer(Answer):
    case_id: UUID
    number: int
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


class ItemAnswer(Answer):
    item_id: UUID
    number: int
    case_id: UUID
    item_type: SupportItemType
    due_on: date
    state: ItemState
    outcome: ItemOutcome | None
    reason: NotDeliveredReason | None
    worker_name: str
    scheduled_at: datetime
    settled_at: datetime | None
    version: int


class EventAnswer(Answer):
    """One line of a record: what happened, when, on which version."""

    type: str
    aggregate: str
    aggregate_id: UUID
    version: int
    occurred_at: datetime
    actor: str


class PersonAnswer(Answer):
    """The sealed texts. Whoever asks for them is on the access record before they get them."""

    name: str | None = None
    contact: str | None = None
    note: str | None = None


class Done(Answer):
    """What a command changed, and its version now."""

    id: UUID
    version: int
