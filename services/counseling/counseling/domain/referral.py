"""A referral that another service sent us: received, then accepted or rejected (DOMAIN §4, Referral).

The stream carries the sender's referral id. What we record here is the sender's only proof that it arrived.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import AgeBand, AnsweredBy, District, EnrolmentSource, Gender, RejectionReason, SchoolLevel
from ansim.contracts.counseling import ReferralAccepted, ReferralReceived, ReferralRejected
from ansim.errors import DomainError, Message


class ReferralStatus(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Referral:
    id: UUID
    person: UUID
    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    gender: Gender
    district: District
    status: ReferralStatus = ReferralStatus.RECEIVED


def evolve(state: Referral | None, event: Event) -> Referral:
    match state, event:
        case None, ReferralReceived():
            return Referral(
                id=event.referral,
                person=event.person,
                source=event.source,
                age_band=event.age_band,
                school_level=event.school_level,
                gender=event.gender,
                district=event.district,
            )
        case Referral(), ReferralAccepted():
            return replace(state, status=ReferralStatus.ACCEPTED)
        case Referral(), ReferralRejected():
            return replace(state, status=ReferralStatus.REJECTED)
    raise ValueError(f"{event.type_name()} does not follow {state and state.status} on a referral")


def accept(state: Referral, enrolment: UUID) -> list[Event]:
    """Take the youth on. The enrolment itself is opened in the same transaction."""
    _still_open(state)
    return [ReferralAccepted(person=state.person, referral=state.id, enrolment=enrolment)]


def reject(state: Referral, reason: RejectionReason, answered_by: AnsweredBy) -> list[Event]:
    """Say no, with a reason, and say who said no: the youth (client) or we (provider)."""
    _still_open(state)
    if (reason is RejectionReason.CLIENT_DECLINED) != (answered_by is AnsweredBy.CLIENT):
        raise DomainError(
            "rejection_reason_fits_who_answered",
            "answered_by",
            Message("“The person declined” is the person's own answer; every other reason is ours."),
        )
    return [ReferralRejected(person=state.person, referral=state.id, reason=reason, answered_by=answered_by)]


def _still_open(state: Referral) -> None:
    if state.status is not ReferralStatus.RECEIVED:
        raise DomainError("referral_answered_once", None, Message("This referral has been answered already."))
