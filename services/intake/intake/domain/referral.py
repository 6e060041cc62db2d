"""A hand-off (연계) seen by its sender: sent → received → accepted | rejected, then in_progress ⇄ on_hold → completed |
failed | declined_after_acceptance; moved only by what the receiver says (DOMAIN §4).

The sender may take it back before the decision (revoked) or send it again; without an answer by its last date it lapses
and a supervisor takes it up (escalated). A body outside the suite has no events: what staff heard from it is noted as that.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.clock import Clock
from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    CaseOutcome,
    ConsentState,
    DeadlineRule,
    EnrolmentSource,
    Gender,
    HandOverPart,
    HeardBy,
    HoldFor,
    LegalBasis,
    OutsideAnswer,
    OverrideReason,
    ReferralAnswer,
    ReferralProgress,
    ReferralTarget,
    RejectionReason,
    RevokeReason,
    SchoolLevel,
)
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralAnswerNoted,
    ReferralDataConfirmed,
    ReferralDataHandedOver,
    ReferralDeadlineMissed,
    ReferralEscalated,
    ReferralEvent,
    ReferralLapsed,
    ReferralProgressNoted,
    ReferralRequested,
    ReferralRevoked,
    ReferralSentAgain,
)
from ansim.errors import DomainError, Message

from .report import Report, ReportState

ANSWERING_SERVICES: Final = {
    ReferralTarget.VICTIM_SUPPORT: "victim-support",
    ReferralTarget.COUNSELING: "counseling",
}
"""Receivers that answer with events of their own. Every other hand-off is recorded and stays unconfirmed."""

CONSENT_BASES: Final = frozenset({LegalBasis.CONSENT, LegalBasis.GUARDIAN_CONSENT})


class ReferralState(StrEnum):
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    FAILED = "failed"
    DECLINED_AFTER_ACCEPTANCE = "declined_after_acceptance"
    REVOKED = "revoked"
    LAPSED = "lapsed"


OPEN: Final = frozenset({ReferralState.SENT, ReferralState.RECEIVED})
"""Nobody has decided yet."""

UNDER_WAY: Final = frozenset({ReferralState.ACCEPTED, ReferralState.IN_PROGRESS, ReferralState.ON_HOLD})
"""The receiver has taken it on and works on it."""

TAKEN_ON: Final = UNDER_WAY | {ReferralState.COMPLETED, ReferralState.FAILED}
"""The receiver has taken it on, and has kept it to the end if it ended."""

CAME_BACK: Final = frozenset(
    {
        ReferralState.REJECTED,
        ReferralState.LAPSED,
        ReferralState.REVOKED,
        ReferralState.DECLINED_AFTER_ACCEPTANCE,
    }
)
"""Nobody has it: the same receiver may be asked again."""


@dataclass(frozen=True, slots=True)
class Referral:
    """`request` is what was asked, as it was sent."""

    person: UUID
    report: UUID
    target: ReferralTarget
    request: ReferralRequested
    state: ReferralState = ReferralState.SENT
    escalated: bool = False
    shares: frozenset[HandOverPart] = frozenset()
    dataref: UUID | None = None
    handed_over: bool = False
    confirmed: bool = False
    missed: frozenset[tuple[DeadlineRule, UUID]] = frozenset()

    @property
    def outside(self) -> bool:
        """The receiver answers by telephone or letter, not by events."""
        return self.target not in ANSWERING_SERVICES


@dataclass(frozen=True, slots=True)
class Consent:
    """On what ground the person's matter may be handed on: consent, or a named reason to go without."""

    state: ConsentState
    legal_basis: LegalBasis
    override_reason: OverrideReason | None = None


def evolve(referral: Referral | None, event: Event) -> Referral:
    """The hand-off after `event`. Raises ValueError for a stream that no decision could write."""
    if isinstance(event, ReferralRequested):
        shares = event.shares or frozenset()
        return Referral(event.person, event.report, event.target, event, shares=shares, dataref=event.dataref)
    if referral is None:
        raise ValueError(f"no hand-off can begin with {event.type_name()}")
    match event:
        case ReferralAnswered(answer=word) | ReferralAnswerNoted(answer=word) | ReferralProgressNoted(progress=word):
            return replace(referral, state=ReferralState(word.value))
        case ReferralRevoked() | ReferralLapsed():
            return replace(referral, state=ReferralState(event.name))
        case ReferralEscalated():
            return replace(referral, escalated=True)
        case ReferralDeadlineMissed():
            return replace(referral, missed=referral.missed | {(event.rule, event.started_by)})
        case ReferralDataHandedOver():
            return replace(referral, handed_over=True)
        case ReferralDataConfirmed():
            return replace(referral, confirmed=True)
        case ReferralSentAgain():
            return referral
        case _:
            raise ValueError(f"no hand-off can follow from {event.type_name()} here")


def request(
    report: Report,
    report_id: UUID,
    *,
    target: ReferralTarget,
    open_targets: Set[ReferralTarget],
    consent: Consent,
    gender: Gender,
    school_level: SchoolLevel,
    source: EnrolmentSource | None,
    shares: Set[HandOverPart] = frozenset(),
    dataref: UUID | None = None,
) -> list[ReferralEvent]:
    """Send a triaged report on. `open_targets`: where it lies already, not refused. Codes are frozen into the event.

    `shares`: what of the sealed data the receiver may fetch at `dataref` once it has accepted.
    """
    if report.state is ReportState.CLOSED:
        raise DomainError("report_closed", None, Message("This report is closed."))
    if report.state is not ReportState.TRIAGED or report.severity is None:
        raise DomainError("not_triaged", None, Message("Triage the report before handing it on."))
    if target in open_targets:
        raise DomainError("already_handed_on", "target", Message("This receiver already has the report."))
    _check_consent(report, consent)
    _check_source(target, source)
    _check_shares(target, shares)
    return [
        ReferralRequested(
            person=report.person,
            report=report_id,
            target=target,
            severity=report.severity,
            harm_types=frozenset(report.harm_types),
            age_band=report.age_band,
            school_level=school_level,
            gender=gender,
            district=report.district,
            source=source,
            legal_basis=consent.legal_basis,
            consent=consent.state,
            override_reason=consent.override_reason,
            shares=frozenset(shares) if shares else None,
            dataref=dataref if shares else None,
        )
    ]


def answer(
    referral: Referral,
    *,
    answer: ReferralAnswer,
    heard: UUID,
    reason: RejectionReason | None = None,
    answered_by: AnsweredBy | None = None,
) -> list[ReferralEvent]:
    """Note what the receiver said. A word already known, or an arrival told after the decision, adds nothing.

    Raises DomainError when the receiver takes a final word back: nobody has agreed what that would mean.
    """
    known = referral.state
    if known in (ReferralState.REVOKED, ReferralState.LAPSED):
        return _answer_too_late(referral, answer, heard)
    final = known not in OPEN
    told_again = answer is ReferralAnswer.ACCEPTED and known in TAKEN_ON
    if known == ReferralState(answer) or told_again or (final and answer is ReferralAnswer.RECEIVED):
        return []
    if final:
        raise DomainError("answer_is_final", None, Message("The receiver has already decided."))
    return [
        ReferralAnswered(
            person=referral.person,
            target=referral.target,
            answer=answer,
            reason=reason,
            answered_by=answered_by,
            heard=heard,
        )
    ]


def _answer_too_late(referral: Referral, answer: ReferralAnswer, heard: UUID) -> list[ReferralEvent]:
    """The receiver took it on before it heard that we took it back or gave it up: then it has it, and we say so."""
    if answer is not ReferralAnswer.ACCEPTED:
        return []
    return [ReferralAnswered(person=referral.person, target=referral.target, answer=answer, heard=heard)]


def note_progress(
    referral: Referral,
    *,
    progress: ReferralProgress,
    heard: UUID,
    waiting_for: HoldFor | None = None,
    outcome: CaseOutcome | None = None,
    reason: RejectionReason | None = None,
    answered_by: AnsweredBy | None = None,
) -> list[ReferralEvent]:
    """Note what the receiver says of its work. An end already known adds nothing.

    Raises DomainError for work that was never accepted here, and for another word after the end.
    """
    if referral.state == ReferralState(progress.value) and referral.state not in UNDER_WAY:
        return []
    if referral.state not in UNDER_WAY:
        raise DomainError("not_under_way", None, Message("The receiver has not accepted this, or has ended it."))
    return [
        ReferralProgressNoted(
            person=referral.person,
            target=referral.target,
            progress=progress,
            heard=heard,
            waiting_for=waiting_for,
            outcome=outcome,
            reason=reason,
            answered_by=answered_by,
        )
    ]


def note_answer(referral: Referral, *, answer: OutsideAnswer, heard_by: HeardBy) -> list[ReferralEvent]:
    """What staff heard from a body outside the suite. A service of the suite speaks for itself, with its own events."""
    if not referral.outside:
        raise DomainError(
            "answers_itself", "answer", Message("This receiver answers by itself. Nothing is noted for it.")
        )
    allowed = OUTSIDE_STEPS.get(referral.state, frozenset())
    if answer not in allowed:
        raise DomainError("answer_does_not_follow", "answer", Message("This answer does not follow on the last one."))
    return [ReferralAnswerNoted(person=referral.person, target=referral.target, answer=answer, heard_by=heard_by)]


OUTSIDE_STEPS: Final = {
    ReferralState.SENT: frozenset({OutsideAnswer.RECEIVED, OutsideAnswer.ACCEPTED, OutsideAnswer.REJECTED}),
    ReferralState.RECEIVED: frozenset({OutsideAnswer.ACCEPTED, OutsideAnswer.REJECTED}),
    ReferralState.ACCEPTED: frozenset({OutsideAnswer.COMPLETED, OutsideAnswer.REJECTED}),
    ReferralState.LAPSED: frozenset({OutsideAnswer.ACCEPTED, OutsideAnswer.REJECTED}),
}
"""What an outside body can say next; nothing in every other state. A refusal after the acceptance is a fact of its own and is kept."""


def revoke(referral: Referral, reason: RevokeReason) -> list[ReferralEvent]:
    """Take it back. Only before the receiver decided: what somebody has accepted is ended with them, not around them."""
    if referral.state not in OPEN:
        raise DomainError("decided_already", None, Message("The receiver has already decided. Talk to them."))
    return [ReferralRevoked(person=referral.person, target=referral.target, reason=reason)]


def send_again(referral: Referral) -> list[ReferralEvent]:
    """Send the same hand-off once more, whole, while no arrival is confirmed. The receiver takes it in once however often,
    also when it lost or could not read what was sent first."""
    if referral.state is not ReferralState.SENT:
        raise DomainError("arrived_already", None, Message("The receiver has it. Sending again would not help."))
    return [ReferralSentAgain(person=referral.person, target=referral.target, request=referral.request)]


def lapse(referral: Referral) -> list[ReferralEvent]:
    """No answer came in time. It holds no longer, and a supervisor takes it up."""
    if referral.state not in OPEN:
        return []
    return [
        ReferralLapsed(person=referral.person, target=referral.target),
        ReferralEscalated(person=referral.person, target=referral.target),
    ]


def note_missed(referral: Referral, ran_out: Sequence[Clock]) -> list[ReferralEvent]:
    """A fact for each clock that ran out and was not told yet."""
    return [
        ReferralDeadlineMissed(
            person=referral.person,
            rule=clock.rule,
            started_by=clock.started_event,
            started_at=clock.started_at,
            due_at=clock.due_at,
        )
        for clock in ran_out
        if clock.key not in referral.missed
    ]


def _check_consent(report: Report, consent: Consent) -> None:
    by_consent = consent.legal_basis in CONSENT_BASES
    if consent.state is ConsentState.GIVEN:
        if consent.override_reason is not None:
            raise DomainError(
                "override_without_need", "override_reason", Message("With consent given, no override reason is needed.")
            )
        if not by_consent:
            raise DomainError(
                "basis_is_not_consent", "legal_basis", Message("With consent given, the basis is consent.")
            )
        if report.age_band is AgeBand.UNDER_14 and consent.legal_basis is LegalBasis.CONSENT:
            raise DomainError(
                "guardian_consent_needed",
                "legal_basis",
                Message("Under 14, the guardian consents. If the guardian may be a suspect, choose another basis."),
            )
        return
    if consent.override_reason is None:
        raise DomainError(
            "override_reason_needed", "override_reason", Message("Without consent, a reason must be recorded.")
        )
    if by_consent:
        raise DomainError(
            "basis_is_consent", "legal_basis", Message("Without consent, choose the duty or interest that allows it.")
        )


def _check_source(target: ReferralTarget, source: EnrolmentSource | None) -> None:
    if target is ReferralTarget.COUNSELING and source is None:
        raise DomainError("source_needed", "source", Message("Counselling needs to know where the matter comes from."))
    if target is not ReferralTarget.COUNSELING and source is not None:
        raise DomainError("source_not_asked", "source", Message("Only counselling asks for this. Leave it empty."))


def _check_shares(target: ReferralTarget, shares: Set[HandOverPart]) -> None:
    if shares and target is not ReferralTarget.VICTIM_SUPPORT:
        raise DomainError(
            "shares_not_asked", "shares", Message("Only victim support can fetch what was written. Leave this empty.")
        )
