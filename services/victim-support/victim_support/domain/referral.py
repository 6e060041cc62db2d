"""A referral as its receiver sees it (DOMAIN §4): received → accepted | rejected(reason, by client or by provider).

The stream's id is the sender's referral id; `person` is a pseudonym of our own that nothing joins to the sender's.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    District,
    Gender,
    HandOverGap,
    HandOverPart,
    HarmType,
    RejectionReason,
    Severity,
)
from ansim.contracts.victim_support import (
    ReferralAccepted,
    ReferralDataMissing,
    ReferralDataReceived,
    ReferralReceived,
    ReferralRejected,
)
from ansim.errors import DomainError, Message


class ReferralState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Referral:
    referral: UUID
    person: UUID
    severity: Severity
    harm_types: frozenset[HarmType]
    age_band: AgeBand
    gender: Gender
    district: District
    state: ReferralState = ReferralState.RECEIVED
    case: UUID | None = None
    data_settled: bool = False
    """What was told to the sender has arrived, or is known not to."""


ONLY_THE_CLIENT: Final = frozenset({RejectionReason.CLIENT_DECLINED})
ONLY_THE_PROVIDER: Final = frozenset(
    {RejectionReason.NOT_OUR_TASK, RejectionReason.NO_CAPACITY, RejectionReason.CANNOT_REACH}
)
"""Who can give which reason. `already_supported` may come from either side."""


def evolve(state: Referral | None, event: Event) -> Referral:
    match state, event:
        case None, ReferralReceived():
            return Referral(
                referral=event.referral,
                person=event.person,
                severity=event.severity,
                harm_types=event.harm_types,
                age_band=event.age_band,
                gender=event.gender,
                district=event.district,
            )
        case Referral(), ReferralAccepted():
            return replace(state, state=ReferralState.ACCEPTED, case=event.case)
        case Referral(), ReferralRejected():
            return replace(state, state=ReferralState.REJECTED)
        case Referral(), ReferralDataReceived() | ReferralDataMissing():
            return replace(state, data_settled=True)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def accept(state: Referral, case: UUID) -> list[Event]:
    """Take the person in: `case` is the case opened for them in the same transaction."""
    _unanswered(state)
    return [ReferralAccepted(person=state.person, referral=state.referral, case=case)]


def reject(state: Referral, reason: RejectionReason, answered_by: AnsweredBy) -> list[Event]:
    """Say no. A no of the client and a no of the provider are different facts and are never merged (DOMAIN §4)."""
    _unanswered(state)
    if answered_by is AnsweredBy.PROVIDER and reason in ONLY_THE_CLIENT:
        raise DomainError(
            "referral.reason_is_the_clients",
            "answered_by",
            Message("Only the person can decline. Choose who said no, or another reason."),
        )
    if answered_by is AnsweredBy.CLIENT and reason in ONLY_THE_PROVIDER:
        raise DomainError(
            "referral.reason_is_the_providers",
            "answered_by",
            Message("This reason is ours, not the person's. Choose who said no, or another reason."),
        )
    return [ReferralRejected(person=state.person, referral=state.referral, reason=reason, answered_by=answered_by)]


def receive_data(state: Referral, parts: Set[HandOverPart]) -> list[Event]:
    """What the person told the sender is here. Nothing happens when that is settled already: it is kept once."""
    if state.data_settled or state.case is None:
        return []
    return [ReferralDataReceived(person=state.person, referral=state.referral, case=state.case, parts=frozenset(parts))]


def miss_data(state: Referral, *, erased: bool) -> list[Event]:
    """The sender has nothing for us any more, or does not give it."""
    if state.data_settled or state.case is None:
        return []
    gap = HandOverGap.ERASED if erased else HandOverGap.REFUSED
    return [ReferralDataMissing(person=state.person, referral=state.referral, case=state.case, reason=gap)]


def _unanswered(state: Referral) -> None:
    if state.state is not ReferralState.RECEIVED:
        raise DomainError(
            "referral.already_answered", message=Message("This referral has been answered. An answer is given once.")
        )
