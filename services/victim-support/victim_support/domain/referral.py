"""A referral as its receiver sees it (DOMAIN §4): received → accepted | rejected(reason, by client or by provider) | taken
back by its sender; then in_progress ⇄ on_hold(whose turn) → completed(outcome) | declined_after_acceptance.

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
    CaseOutcome,
    District,
    Gender,
    HandOverGap,
    HandOverPart,
    HarmType,
    HoldFor,
    RejectionReason,
    SenderEnding,
    Severity,
)
from ansim.contracts.victim_support import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralDataMissing,
    ReferralDataReceived,
    ReferralDeclinedAfterAcceptance,
    ReferralInProgress,
    ReferralOnHold,
    ReferralReceived,
    ReferralRejected,
    ReferralTakenBack,
)
from ansim.errors import DomainError, Message


class ReferralState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    DECLINED_AFTER_ACCEPTANCE = "declined_after_acceptance"


UNDER_WAY: Final = frozenset({ReferralState.ACCEPTED, ReferralState.IN_PROGRESS, ReferralState.ON_HOLD})
"""We said yes, and it has not ended."""


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
    hold_for: HoldFor | None = None
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
        case Referral(), ReferralOnHold():
            return replace(state, state=ReferralState.ON_HOLD, hold_for=event.waiting_for)
        case Referral(), (
            ReferralTakenBack() | ReferralInProgress() | ReferralCompleted() | ReferralDeclinedAfterAcceptance()
        ):
            return replace(state, state=ReferralState(event.name), hold_for=None)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def accept(state: Referral, case: UUID) -> list[Event]:
    """Take the person in: `case` is the case opened for them in the same transaction."""
    _unanswered(state)
    return [ReferralAccepted(person=state.person, referral=state.referral, case=case)]


def reject(state: Referral, reason: RejectionReason, answered_by: AnsweredBy) -> list[Event]:
    """Say no. A no of the client and a no of the provider are different facts and are never merged (DOMAIN §4)."""
    _unanswered(state)
    _whose_reason(reason, answered_by)
    return [ReferralRejected(person=state.person, referral=state.referral, reason=reason, answered_by=answered_by)]


def _whose_reason(reason: RejectionReason, answered_by: AnsweredBy) -> None:
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


def take_back(state: Referral, because: SenderEnding) -> list[Event]:
    """The sender took it back or gave it up. It is offered no longer; what we have answered stays answered."""
    if state.state is not ReferralState.RECEIVED:
        return []
    return [ReferralTakenBack(person=state.person, referral=state.referral, because=because)]


def begin(state: Referral) -> list[Event]:
    """A plan is agreed: the work is under way. Said once; a hold is ended by people."""
    if state.state is not ReferralState.ACCEPTED:
        return []
    return [ReferralInProgress(person=state.person, referral=state.referral)]


def hold(state: Referral, waiting_for: HoldFor) -> list[Event]:
    """Nothing can go on until somebody else acts. Says whose turn it is; may be said again when that changes."""
    _under_way(state)
    if state.hold_for is waiting_for:
        raise DomainError("referral.on_hold_already", "waiting_for", Message("It is on hold for them already."))
    return [ReferralOnHold(person=state.person, referral=state.referral, waiting_for=waiting_for)]


def resume(state: Referral) -> list[Event]:
    if state.state is not ReferralState.ON_HOLD:
        raise DomainError("referral.not_on_hold", message=Message("This referral is not on hold."))
    return [ReferralInProgress(person=state.person, referral=state.referral)]


def complete(state: Referral, outcome: CaseOutcome) -> list[Event]:
    """The case was closed. Told once: a case that opens again is ours alone."""
    if state.state not in UNDER_WAY:
        return []
    return [ReferralCompleted(person=state.person, referral=state.referral, outcome=outcome)]


def decline_after_all(state: Referral, reason: RejectionReason, answered_by: AnsweredBy) -> list[Event]:
    """We had said yes and cannot help. Only while no work was agreed: later the case is closed with its outcome."""
    _under_way(state)
    if state.state is not ReferralState.ACCEPTED:
        raise DomainError(
            "referral.work_has_begun", message=Message("Work on it has begun. Close the case with its outcome instead.")
        )
    _whose_reason(reason, answered_by)
    return [
        ReferralDeclinedAfterAcceptance(
            person=state.person, referral=state.referral, reason=reason, answered_by=answered_by
        )
    ]


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


def _under_way(state: Referral) -> None:
    if state.state not in UNDER_WAY:
        raise DomainError(
            "referral.not_under_way", message=Message("This referral is not under way. Nothing was changed.")
        )


def _unanswered(state: Referral) -> None:
    if state.state is ReferralState.TAKEN_BACK:
        raise DomainError(
            "referral.taken_back",
            message=Message("The sender took this referral back. There is nothing to answer."),
        )
    if state.state is not ReferralState.RECEIVED:
        raise DomainError(
            "referral.already_answered", message=Message("This referral has been answered. An answer is given once.")
        )
