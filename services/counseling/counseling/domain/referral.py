"""A referral that another service sent us: received, then accepted or rejected, or taken back by its sender; after that in
progress until the programme ends (DOMAIN §4, Referral).

The stream carries the sender's referral id. What we record here is all that the sender hears: that it arrived, and facts
with their dates, never content.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    DeclineReason,
    District,
    EnrolmentSource,
    Gender,
    RejectionReason,
    SchoolLevel,
    SenderEnding,
)
from ansim.contracts.counseling import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclinedAfterAcceptance,
    ReferralFailed,
    ReferralInProgress,
    ReferralReceived,
    ReferralRejected,
    ReferralTakenBack,
)
from ansim.errors import DomainError, Message


class ReferralStatus(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    DECLINED_AFTER_ACCEPTANCE = "declined_after_acceptance"


TAKEN_ON: Final = (ReferralStatus.ACCEPTED, ReferralStatus.IN_PROGRESS)
"""We said yes, and it has not ended."""

_FOR_THE_SENDER: Final = {
    DeclineReason.CONSENT_REFUSED: (RejectionReason.CLIENT_DECLINED, AnsweredBy.CLIENT),
    DeclineReason.NOT_SUITABLE: (RejectionReason.NOT_OUR_TASK, AnsweredBy.PROVIDER),
    DeclineReason.MOVED_AWAY: (RejectionReason.CANNOT_REACH, AnsweredBy.PROVIDER),
    DeclineReason.OTHER_PROGRAMME: (RejectionReason.ALREADY_SUPPORTED, AnsweredBy.PROVIDER),
}
"""Why an enrolment was declined, in the words that senders and receivers share."""


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
        case Referral(), (
            ReferralTakenBack()
            | ReferralInProgress()
            | ReferralCompleted()
            | ReferralFailed()
            | ReferralDeclinedAfterAcceptance()
        ):
            return replace(state, status=ReferralStatus(event.name))
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


def take_back(state: Referral, because: SenderEnding) -> list[Event]:
    """The sender took it back or gave it up. It is offered no longer; what we have answered stays answered."""
    if state.status is not ReferralStatus.RECEIVED:
        return []
    return [ReferralTakenBack(person=state.person, referral=state.id, because=because)]


def begin(state: Referral) -> list[Event]:
    """The youth is in the programme."""
    if state.status is not ReferralStatus.ACCEPTED:
        return []
    return [ReferralInProgress(person=state.person, referral=state.id)]


def end(state: Referral, *, completed: bool) -> list[Event]:
    """The programme ended. The sender hears the fact and its date, no content (DOMAIN §4)."""
    if state.status not in TAKEN_ON:
        return []
    kind = ReferralCompleted if completed else ReferralFailed
    return [kind(person=state.person, referral=state.id)]


def decline_after_all(state: Referral, why: DeclineReason) -> list[Event]:
    """The referral was accepted and the enrolment was not. Whose no it was is kept apart."""
    if state.status is not ReferralStatus.ACCEPTED:
        return []
    reason, answered_by = _FOR_THE_SENDER[why]
    return [
        ReferralDeclinedAfterAcceptance(person=state.person, referral=state.id, reason=reason, answered_by=answered_by)
    ]


def _still_open(state: Referral) -> None:
    if state.status is ReferralStatus.TAKEN_BACK:
        raise DomainError(
            "referral_taken_back", None, Message("The sender took this referral back. There is nothing to answer.")
        )
    if state.status is not ReferralStatus.RECEIVED:
        raise DomainError("referral_answered_once", None, Message("This referral has been answered already."))
