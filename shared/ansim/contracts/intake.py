"""Events of intake: a report's way from the public page to a desk, and the referrals it sends."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes
from ansim.contracts.base import Event


class ReportEvent(Event):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "report"


class ReportSubmitted(ReportEvent):
    name: ClassVar[str] = "submitted"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"narrative", "contact"})

    reporter_role: codes.ReporterRole
    harm_types: frozenset[codes.HarmType] = Field(min_length=1)
    about_minor: codes.YesNoUnknown
    district: codes.District
    language: codes.Language


class ReportAcknowledged(ReportEvent):
    name: ClassVar[str] = "acknowledged"


class ReportTriaged(ReportEvent):
    name: ClassVar[str] = "triaged"

    severity: codes.Severity
    harm_types: frozenset[codes.HarmType] = Field(min_length=1)
    age_band: codes.AgeBand
    minor: codes.YesNoUnknown


class ReportClosed(ReportEvent):
    name: ClassVar[str] = "closed"

    outcome: codes.ReportOutcome


class ReferralEvent(Event):
    service: ClassVar[str] = "intake"
    aggregate: ClassVar[str] = "referral"


class ReferralRequested(ReferralEvent):
    """A hand-off was sent. It is done only when the receiver says so with an event of its own."""

    name: ClassVar[str] = "requested"

    report: UUID
    target: codes.ReferralTarget
    severity: codes.Severity
    harm_types: frozenset[codes.HarmType]
    age_band: codes.AgeBand
    school_level: codes.SchoolLevel
    gender: codes.Gender
    district: codes.District
    source: codes.EnrolmentSource | None = None
    legal_basis: codes.LegalBasis
    consent: codes.ConsentState
    override_reason: codes.OverrideReason | None = None


class ReferralAnswered(ReferralEvent):
    """What the receiver said, noted by the sender; `heard` is the receiver's event."""

    name: ClassVar[str] = "answered"

    target: codes.ReferralTarget
    answer: codes.ReferralAnswer
    reason: codes.RejectionReason | None = None
    answered_by: codes.AnsweredBy | None = None
    heard: UUID
