"""A hand-off (연계) seen by its sender: sent → received → accepted | rejected, moved only by what the receiver says."""

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    ConsentState,
    EnrolmentSource,
    Gender,
    LegalBasis,
    OverrideReason,
    ReferralAnswer,
    ReferralTarget,
    RejectionReason,
    SchoolLevel,
)
from ansim.contracts.intake import ReferralAnswered, ReferralEvent, ReferralRequested
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


@dataclass(frozen=True, slots=True)
class Referral:
    person: UUID
    report: UUID
    target: ReferralTarget
    state: ReferralState = ReferralState.SENT


@dataclass(frozen=True, slots=True)
class Consent:
    """On what ground the person's matter may be handed on: consent, or a named reason to go without."""

    state: ConsentState
    legal_basis: LegalBasis
    override_reason: OverrideReason | None = None


def evolve(referral: Referral | None, event: Event) -> Referral:
    """The hand-off after `event`. Raises ValueError for a stream that no decision could write."""
    if isinstance(event, ReferralRequested):
        return Referral(event.person, event.report, event.target)
    if referral is None or not isinstance(event, ReferralAnswered):
        raise ValueError(f"no hand-off can follow from {event.type_name()} here")
    return replace(referral, state=ReferralState(event.answer))


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
) -> list[ReferralEvent]:
    """Send a triaged report on. `open_targets`: where it lies already, not refused. Codes are frozen into the event."""
    if report.state is ReportState.CLOSED:
        raise DomainError("report_closed", None, Message("This report is closed."))
    if report.state is not ReportState.TRIAGED or report.severity is None:
        raise DomainError("not_triaged", None, Message("Triage the report before handing it on."))
    if target in open_targets:
        raise DomainError("already_handed_on", "target", Message("This receiver already has the report."))
    _check_consent(report, consent)
    _check_source(target, source)
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
    final = known in (ReferralState.ACCEPTED, ReferralState.REJECTED)
    if known == ReferralState(answer) or (final and answer is ReferralAnswer.RECEIVED):
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
