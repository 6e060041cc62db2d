"""Events of victim support: referrals it receives, cases, and the support items that statistics count."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes, exporting
from ansim.contracts.base import Event
from ansim.contracts.deadlines import MissedDeadline, RuleChange
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


class ItemRequested(ItemEvent):
    """Asked for, without a date yet."""

    name: ClassVar[str] = "requested"


class ItemRescheduled(ItemEvent):
    """Another day. The item stays one item."""

    name: ClassVar[str] = "rescheduled"

    due_on: date
    reason: codes.RescheduleReason


class ItemAccompanimentPlanned(ItemEvent):
    """When the police are met and who goes along; which station and what was agreed are sealed. The latest plan counts."""

    name: ClassVar[str] = "accompaniment_planned"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"station", "agreed", "next_step"})

    starts_at: datetime
    goes: UUID
    next_on: date | None = None


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


class DeletionEvent(Event):
    """One address at which the person's material was found, from finding it to seeing that it is gone."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "deletion"

    case: UUID


class DeletionLocated(DeletionEvent):
    """`generation` counts reappearances of the same material; `previous` is the request that this one continues."""

    name: ClassVar[str] = "located"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"url"})

    platform: codes.Platform
    generation: int = Field(ge=1)
    previous: UUID | None = None


class DeletionRequested(DeletionEvent):
    name: ClassVar[str] = "requested"

    channel: codes.ReportChannel


class DeletionAcknowledged(DeletionEvent):
    """The platform said that it has the request, and nothing more."""

    name: ClassVar[str] = "acknowledged"


class DeletionAnswered(DeletionEvent):
    """What the platform says it did. Removed, restricted, blocked and delisted are different facts and never merged."""

    name: ClassVar[str] = "answered"

    action: codes.PlatformAction


class DeletionRenotified(DeletionEvent):
    name: ClassVar[str] = "renotified"

    number: int = Field(ge=1)


class DeletionEscalated(DeletionEvent):
    """It was brought before the regulator."""

    name: ClassVar[str] = "escalated"


class DeletionDecided(DeletionEvent):
    name: ClassVar[str] = "decided"

    decision: codes.RegulatorDecision


class DeletionChecked(DeletionEvent):
    """One look at the address by a person. Every one is kept: removal lies between two of them."""

    name: ClassVar[str] = "checked"

    number: int = Field(ge=1)
    result: codes.CheckResult


class DeletionVerifiedGone(DeletionEvent):
    """It was seen to be gone, whatever the platform said. `check` is the number of that look."""

    name: ClassVar[str] = "verified_gone"

    check: int = Field(ge=1)


class DeletionReappeared(DeletionEvent):
    """It is back. `next` is the request of the next generation."""

    name: ClassVar[str] = "reappeared"

    next: UUID


class DeletionDeadlineMissed(DeletionEvent, MissedDeadline):
    name: ClassVar[str] = "deadline_missed"


class WatchEvent(Event):
    """A wish that somebody keeps looking at an address. Under a pseudonym and an id of its own: nothing in it leads to the
    person, the case or the request; only victim support knows what it belongs to."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "watch"


class WatchRequested(WatchEvent):
    name: ClassVar[str] = "requested"

    platform: codes.Platform
    seen_gone: bool


class WatchAnswered(WatchEvent):
    """What monitoring said to it, noted by us; `heard` is monitoring's event."""

    name: ClassVar[str] = "answered"

    answer: codes.WatchAnswer
    heard: UUID


class WatchEnded(WatchEvent):
    name: ClassVar[str] = "ended"


class ComplaintEvent(Event):
    """A written complaint (고소장), drafted with the person from their own facts. Its text is sealed."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "complaint"

    case: UUID


class ComplaintStarted(ComplaintEvent):
    name: ClassVar[str] = "started"


class ComplaintDrafted(ComplaintEvent):
    """A version. Earlier ones stay."""

    name: ClassVar[str] = "drafted"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"complainant", "accused", "facts", "evidence", "request"})

    number: int = Field(ge=1)


class ComplaintReviewed(ComplaintEvent):
    """The person read this version."""

    name: ClassVar[str] = "reviewed"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"remarks"})

    number: int = Field(ge=1)
    result: codes.ReviewResult


class ComplaintHandedOver(ComplaintEvent):
    """A copy of this version was given to somebody."""

    name: ClassVar[str] = "handed_over"

    number: int = Field(ge=1)
    receiver: codes.ComplaintReceiver


class DeadlineRuleChanged(RuleChange):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "deadline_rule"
    name: ClassVar[str] = "changed"
