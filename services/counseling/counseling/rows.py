"""Rows of the read tables as typed values, for screens, words and the API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ansim.contracts.codes import (
    ActChannel,
    ActType,
    AgeBand,
    AnsweredBy,
    CancelledBy,
    ConsentGiver,
    DeclineReason,
    DiscontinuedReason,
    District,
    EnrolmentSource,
    Gender,
    Motive,
    RejectionReason,
    SchoolLevel,
)
from counseling.domain.enrolment import SESSIONS_TO_COMPLETE, EnrolmentStatus, consents_needed
from counseling.domain.referral import ReferralStatus
from counseling.domain.session import SessionStatus


@dataclass(frozen=True, slots=True)
class ReferralRow:
    id: UUID
    number: int
    person: UUID
    version: int
    status: ReferralStatus
    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    gender: Gender
    district: District
    received_at: datetime
    answered_at: datetime | None
    enrolment: UUID | None
    enrolment_number: int | None
    reason: RejectionReason | None
    answered_by: AnsweredBy | None


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    id: UUID
    number: int
    person: UUID
    version: int
    referral: UUID | None
    status: EnrolmentStatus
    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    gender: Gender
    district: District
    sealed_event: UUID | None
    referred_at: datetime
    youth_consented_at: datetime | None
    guardian_consented_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    end_reason: DeclineReason | DiscontinuedReason | None
    held: int
    next_session: datetime | None

    @property
    def consents_missing(self) -> frozenset[ConsentGiver]:
        """Whose consent acceptance at the present age band still needs."""
        given = {ConsentGiver.YOUTH} if self.youth_consented_at else set()
        given |= {ConsentGiver.GUARDIAN} if self.guardian_consented_at else set()
        return consents_needed(self.age_band) - given

    @property
    def sessions_to_go(self) -> int:
        return max(0, SESSIONS_TO_COMPLETE - self.held)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """`nth` numbers held sessions 1, 2, 3 …; for one that is still planned it is the number it would get."""

    id: UUID
    number: int
    person: UUID
    enrolment: UUID
    enrolment_number: int
    version: int
    status: SessionStatus
    starts_at: datetime
    moved: int
    minutes: int | None
    cancelled_by: CancelledBy | None
    nth: int


@dataclass(frozen=True, slots=True)
class ActRow:
    id: UUID
    act_type: ActType
    channel: ActChannel
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    id: UUID
    motives: frozenset[Motive]
    code_list_version: int
    assessed_at: datetime


@dataclass(frozen=True, slots=True)
class Caseload:
    """The numbers of the counsellor's day: active enrolments, this month's sessions, people with ten or more."""

    active: int
    waiting: int
    held: int
    no_shows: int
    cancelled: int
    with_ten: int
