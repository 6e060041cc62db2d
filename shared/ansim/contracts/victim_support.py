"""Events of victim support: referrals it receives, cases, and the support items that statistics count."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes, exporting
from ansim.contracts.base import Event
from ansim.contracts.recusal import Readmitted, Recused

SERVICE = "victim-support"


class ReferralEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "referral"

    referral: UUID


class ReferralReceived(ReferralEvent):
    name: ClassVar[str] = "received"

    severity: codes.Severity
    harm_types: frozenset[codes.HarmType]
    age_band: codes.AgeBand
    gender: codes.Gender
    district: codes.District
    dataref: UUID | None = None
    """Where the sender keeps the sealed data for us, None when there is nothing to fetch."""


class ReferralAccepted(ReferralEvent):
    name: ClassVar[str] = "accepted"

    case: UUID


class ReferralRejected(ReferralEvent):
    name: ClassVar[str] = "rejected"

    reason: codes.RejectionReason
    answered_by: codes.AnsweredBy


class PersonRecused(Recused):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "recusal"
    name: ClassVar[str] = "recused"


class PersonReadmitted(Readmitted):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "recusal"
    name: ClassVar[str] = "readmitted"


class ReferralDataReceived(ReferralEvent):
    """What the person told intake is here, sealed under our own key, so that they are not asked twice; the sender stops
    answering. `parts` is what there was. It stands beside the case, so that nobody's work on the case is interrupted by it."""

    name: ClassVar[str] = "data_received"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"narrative", "contact"})

    case: UUID
    parts: frozenset[codes.HandOverPart]


class ReferralDataMissing(ReferralEvent):
    """There is nothing to be had: the sender said so, and we ask no more."""

    name: ClassVar[str] = "data_missing"

    case: UUID
    reason: codes.HandOverGap


class ReferralTakenBack(ReferralEvent):
    """Its sender took it back or gave it up before we answered: it is offered no longer."""

    name: ClassVar[str] = "taken_back"

    because: codes.SenderEnding


class ReferralInProgress(ReferralEvent):
    """A plan is agreed, or work goes on after a hold."""

    name: ClassVar[str] = "in_progress"


class ReferralOnHold(ReferralEvent):
    name: ClassVar[str] = "on_hold"

    waiting_for: codes.HoldFor


class ReferralCompleted(ReferralEvent):
    name: ClassVar[str] = "completed"

    outcome: codes.CaseOutcome


class ReferralDeclinedAfterAcceptance(ReferralEvent):
    """We had accepted and cannot help after all. A no of the person and one of ours stay two facts."""

    name: ClassVar[str] = "declined_after_acceptance"

    reason: codes.RejectionReason
    answered_by: codes.AnsweredBy


class CaseEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "case"


class CaseOpened(CaseEvent):
    """`team` and `worker` (a staff member by the service's own random id) take the case on; cases of before had neither."""

    name: ClassVar[str] = "opened"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"name", "contact", "note"})

    referral: UUID | None = None
    age_band: codes.AgeBand
    gender: codes.Gender
    district: codes.District
    harm_types: frozenset[codes.HarmType] = Field(min_length=1)
    team: str = Field(default="", max_length=60)
    worker: UUID | None = None


class CaseSafetyChecked(CaseEvent):
    name: ClassVar[str] = "safety_checked"

    immediate_danger: bool
    next_check_on: date | None = None


class CasePlanAgreed(CaseEvent):
    name: ClassVar[str] = "plan_agreed"

    item_types: frozenset[codes.SupportItemType] = Field(min_length=1)


class CasePlanApproved(CaseEvent):
    """Somebody other than its author has read the plan and agrees."""

    name: ClassVar[str] = "plan_approved"


class CaseGuardianConsidered(CaseEvent):
    """What the guardian's part is. A guardian who is a suspect is never asked; `basis` says on what else support rests."""

    name: ClassVar[str] = "guardian_considered"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"guardian", "guardian_contact"})

    suspect: bool
    basis: codes.LegalBasis


class CaseWatched(CaseEvent):
    """Nothing is left to give; what remains is to look again on a day."""

    name: ClassVar[str] = "watched"

    next_check_on: date


class CaseReopened(CaseEvent):
    name: ClassVar[str] = "reopened"

    reason: codes.CaseReopenReason


class CaseAssigned(CaseEvent):
    """Whose case it is from now on. `worker` is a staff member by the service's own random id, none when nobody has it yet."""

    name: ClassVar[str] = "assigned"

    team: str = Field(max_length=60)
    worker: UUID | None = None
    reason: codes.AssignmentReason


class CaseClosed(CaseEvent):
    name: ClassVar[str] = "closed"

    outcome: codes.CaseOutcome


class ConsentEvent(Event):
    """One consent for one purpose and one recipient. Nothing that needs it happens outside what it says."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "consent"

    case: UUID
    purpose: codes.ConsentPurpose
    recipient: codes.ConsentRecipient


class ConsentAsked(ConsentEvent):
    name: ClassVar[str] = "asked"

    asked_of: codes.ConsentBy


class ConsentGiven(ConsentEvent):
    """What may be handed over, what expressly not, and until which day."""

    name: ClassVar[str] = "given"

    given_by: codes.ConsentBy
    content: frozenset[codes.ConsentContent] = Field(min_length=1)
    withheld: frozenset[codes.ConsentContent]
    until: date


class ConsentDeclined(ConsentEvent):
    name: ClassVar[str] = "declined"


class ConsentOverridden(ConsentEvent):
    """No consent: another legal basis, said together with its reason."""

    name: ClassVar[str] = "overridden"

    content: frozenset[codes.ConsentContent] = Field(min_length=1)
    until: date
    basis: codes.LegalBasis
    reason: codes.OverrideReason


class ConsentNarrowed(ConsentEvent):
    name: ClassVar[str] = "narrowed"

    content: frozenset[codes.ConsentContent] = Field(min_length=1)
    withheld: frozenset[codes.ConsentContent]
    until: date


class ConsentWithdrawn(ConsentEvent):
    name: ClassVar[str] = "withdrawn"


class ConsentExpired(ConsentEvent):
    name: ClassVar[str] = "expired"


class ItemEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "item"

    case: UUID
    item_type: codes.SupportItemType


class ItemScheduled(ItemEvent):
    name: ClassVar[str] = "scheduled"

    due_on: date


class ItemDelivered(ItemEvent):
    """One delivered service (지원 건). The codes its figures group by are frozen here, so no join is ever needed."""

    name: ClassVar[str] = "delivered"

    harm_types: frozenset[codes.HarmType]
    age_band: codes.AgeBand
    outcome: codes.ItemOutcome


class ItemNotDelivered(ItemEvent):
    name: ClassVar[str] = "not_delivered"

    reason: codes.NotDeliveredReason


class ExportMade(exporting.ExportMade):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "export"
    name: ClassVar[str] = "made"
