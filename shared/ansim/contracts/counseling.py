"""Events of counseling: enrolments of young people in the perpetrator programme, and their sessions."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes
from ansim.contracts.base import Event

SERVICE = "counseling"


class ReferralEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "referral"

    referral: UUID


class ReferralReceived(ReferralEvent):
    name: ClassVar[str] = "received"

    source: codes.EnrolmentSource
    age_band: codes.AgeBand
    school_level: codes.SchoolLevel
    gender: codes.Gender
    district: codes.District


class ReferralAccepted(ReferralEvent):
    name: ClassVar[str] = "accepted"

    enrolment: UUID


class ReferralRejected(ReferralEvent):
    name: ClassVar[str] = "rejected"

    reason: codes.RejectionReason
    answered_by: codes.AnsweredBy


class ReferralTakenBack(ReferralEvent):
    """Its sender took it back or gave it up before we answered: it is offered no longer."""

    name: ClassVar[str] = "taken_back"

    because: codes.SenderEnding


class ReferralInProgress(ReferralEvent):
    """The youth is in the programme."""

    name: ClassVar[str] = "in_progress"


class ReferralCompleted(ReferralEvent):
    """The notice to the referrer that the programme was completed: the fact and its date, no content (DOMAIN §4)."""

    name: ClassVar[str] = "completed"


class ReferralFailed(ReferralEvent):
    """The programme ended before its completion. No content either."""

    name: ClassVar[str] = "failed"


class ReferralDeclinedAfterAcceptance(ReferralEvent):
    """The referral was accepted and the enrolment was not. A no of the youth and one of ours stay two facts."""

    name: ClassVar[str] = "declined_after_acceptance"

    reason: codes.RejectionReason
    answered_by: codes.AnsweredBy


class EnrolmentEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "enrolment"


class EnrolmentReferred(EnrolmentEvent):
    name: ClassVar[str] = "referred"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"name", "guardian", "school"})

    referral: UUID | None = None
    source: codes.EnrolmentSource
    age_band: codes.AgeBand
    school_level: codes.SchoolLevel
    gender: codes.Gender
    district: codes.District


class EnrolmentConsented(EnrolmentEvent):
    name: ClassVar[str] = "consented"

    by: codes.ConsentGiver


class EnrolmentAccepted(EnrolmentEvent):
    """Age band and school level are frozen at this moment and never recomputed (DOMAIN §2.2)."""

    name: ClassVar[str] = "accepted"

    age_band: codes.AgeBand
    school_level: codes.SchoolLevel


class EnrolmentDeclined(EnrolmentEvent):
    name: ClassVar[str] = "declined"

    reason: codes.DeclineReason


class EnrolmentActRecorded(EnrolmentEvent):
    name: ClassVar[str] = "act_recorded"

    act: UUID
    act_type: codes.ActType
    channel: codes.ActChannel


class EnrolmentMotivesAssessed(EnrolmentEvent):
    """A set of motives a person; the latest assessment counts. `code_list_version` is that of the motive list."""

    name: ClassVar[str] = "motives_assessed"

    assessment: UUID
    motives: frozenset[codes.Motive] = Field(min_length=1)
    code_list_version: int = Field(ge=1)


class EnrolmentCompleted(EnrolmentEvent):
    name: ClassVar[str] = "completed"


class EnrolmentDiscontinued(EnrolmentEvent):
    name: ClassVar[str] = "discontinued"

    reason: codes.DiscontinuedReason


class SessionEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "session"

    enrolment: UUID


class SessionScheduled(SessionEvent):
    name: ClassVar[str] = "scheduled"

    starts_at: datetime


class SessionHeld(SessionEvent):
    name: ClassVar[str] = "held"

    minutes: int = Field(ge=1, le=600)


class SessionNoShow(SessionEvent):
    name: ClassVar[str] = "no_show"


class SessionCancelled(SessionEvent):
    name: ClassVar[str] = "cancelled"

    by: codes.CancelledBy


class SessionRescheduled(SessionEvent):
    name: ClassVar[str] = "rescheduled"

    starts_at: datetime
