"""An enrolment in the programme: referred, consented, accepted, then completed or discontinued (DOMAIN §4).

Consent: always the youth's own; under 14 the guardian's in addition (Personal Information Protection Act, DOMAIN §6).
No total score, no cut-off, no automatic decision: motives are a set of codes and nothing is computed from them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    CODE_LIST_VERSION,
    ActChannel,
    ActType,
    AgeBand,
    ConsentGiver,
    DeclineReason,
    DiscontinuedReason,
    District,
    EnrolmentSource,
    Gender,
    Motive,
    SchoolLevel,
)
from ansim.contracts.counseling import (
    EnrolmentAccepted,
    EnrolmentActRecorded,
    EnrolmentCompleted,
    EnrolmentConsented,
    EnrolmentDeclined,
    EnrolmentDiscontinued,
    EnrolmentMotivesAssessed,
    EnrolmentReferred,
)
from ansim.errors import DomainError, Message

SESSIONS_TO_COMPLETE: Final = 10
"""The programme promises ten or more held sessions (press release; DOMAIN §4)."""


class EnrolmentStatus(StrEnum):
    REFERRED = "referred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    COMPLETED = "completed"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True, slots=True)
class Enrolment:
    person: UUID
    age_band: AgeBand
    school_level: SchoolLevel
    status: EnrolmentStatus = EnrolmentStatus.REFERRED
    consents: frozenset[ConsentGiver] = frozenset()
    acts: frozenset[UUID] = frozenset()
    assessments: frozenset[UUID] = frozenset()
    referral: UUID | None = None


def evolve(state: Enrolment | None, event: Event) -> Enrolment:
    if state is None:
        if isinstance(event, EnrolmentReferred):
            return Enrolment(
                person=event.person,
                age_band=event.age_band,
                school_level=event.school_level,
                referral=event.referral,
            )
        raise ValueError(f"{event.type_name()} cannot open an enrolment")
    match event:
        case EnrolmentConsented():
            return replace(state, consents=state.consents | {event.by})
        case EnrolmentAccepted():
            return replace(
                state, status=EnrolmentStatus.ACCEPTED, age_band=event.age_band, school_level=event.school_level
            )
        case EnrolmentDeclined():
            return replace(state, status=EnrolmentStatus.DECLINED)
        case EnrolmentActRecorded():
            return replace(state, acts=state.acts | {event.act})
        case EnrolmentMotivesAssessed():
            return replace(state, assessments=state.assessments | {event.assessment})
        case EnrolmentCompleted():
            return replace(state, status=EnrolmentStatus.COMPLETED)
        case EnrolmentDiscontinued():
            return replace(state, status=EnrolmentStatus.DISCONTINUED)
    raise ValueError(f"{event.type_name()} is no event of an enrolment in progress")


def refer(
    *,
    person: UUID,
    referral: UUID | None,
    source: EnrolmentSource,
    age_band: AgeBand,
    school_level: SchoolLevel,
    gender: Gender,
    district: District,
) -> list[Event]:
    """Open an enrolment. The youth is known; nothing is agreed yet."""
    return [
        EnrolmentReferred(
            person=person,
            referral=referral,
            source=source,
            age_band=age_band,
            school_level=school_level,
            gender=gender,
            district=district,
        )
    ]


def consent(state: Enrolment, by: ConsentGiver) -> list[Event]:
    """Record a consent given, once by each giver, before the enrolment is accepted."""
    _only_referred(state)
    if by in state.consents:
        raise DomainError("consent_once", "by", Message("This consent is recorded already."))
    return [EnrolmentConsented(person=state.person, by=by)]


def consents_needed(age_band: AgeBand) -> frozenset[ConsentGiver]:
    """Whose consent acceptance needs at this age."""
    youth = frozenset({ConsentGiver.YOUTH})
    return youth | {ConsentGiver.GUARDIAN} if age_band is AgeBand.UNDER_14 else youth


def accept(state: Enrolment, age_band: AgeBand, school_level: SchoolLevel) -> list[Event]:
    """Accept, and freeze age band and school level as they are now: figures never recompute them."""
    _only_referred(state)
    missing = consents_needed(age_band) - state.consents
    if ConsentGiver.YOUTH in missing:
        raise DomainError("consent_of_youth", None, Message("The young person's consent is not recorded yet."))
    if ConsentGiver.GUARDIAN in missing:
        raise DomainError(
            "consent_of_guardian",
            "age_band",
            Message("Under 14 the guardian's consent is needed in addition, and it is not recorded yet."),
        )
    return [EnrolmentAccepted(person=state.person, age_band=age_band, school_level=school_level)]


def decline(state: Enrolment, reason: DeclineReason) -> list[Event]:
    _only_referred(state)
    return [EnrolmentDeclined(person=state.person, reason=reason)]


def record_act(state: Enrolment, act: UUID, act_type: ActType, channel: ActChannel) -> list[Event]:
    _only_active(state)
    if act in state.acts:
        raise DomainError("act_recorded_once", None, Message("This act is recorded already."))
    return [EnrolmentActRecorded(person=state.person, act=act, act_type=act_type, channel=channel)]


def assess_motives(state: Enrolment, assessment: UUID, motives: frozenset[Motive]) -> list[Event]:
    """Record what the youth named, as a set. A later assessment replaces this one in the figures, not in the record."""
    _only_active(state)
    if assessment in state.assessments:
        raise DomainError("assessed_once", None, Message("This assessment is recorded already."))
    if not motives:
        raise DomainError("a_motive_or_declined", "motives", Message("Choose at least one, or “Declined to answer”."))
    if Motive.DECLINED in motives and len(motives) > 1:
        raise DomainError(
            "declined_stands_alone", "motives", Message("“Declined to answer” cannot stand beside other answers.")
        )
    return [
        EnrolmentMotivesAssessed(
            person=state.person, assessment=assessment, motives=motives, code_list_version=CODE_LIST_VERSION
        )
    ]


def complete(state: Enrolment, held: int) -> list[Event]:
    """Complete after enough held sessions. No-shows and cancelled sessions never count."""
    _only_active(state)
    if held < SESSIONS_TO_COMPLETE:
        raise DomainError(
            "ten_held_sessions",
            None,
            Message(
                "Completion needs {needed} held sessions. Held so far: {held}.", needed=SESSIONS_TO_COMPLETE, held=held
            ),
        )
    return [EnrolmentCompleted(person=state.person)]


def discontinue(state: Enrolment, reason: DiscontinuedReason) -> list[Event]:
    """End before completion. Planned sessions are cancelled by the command in the same transaction."""
    _only_active(state)
    return [EnrolmentDiscontinued(person=state.person, reason=reason)]


def _only_referred(state: Enrolment) -> None:
    if state.status is not EnrolmentStatus.REFERRED:
        raise DomainError("enrolment_undecided", None, Message("This enrolment has been decided already."))


def _only_active(state: Enrolment) -> None:
    if state.status is EnrolmentStatus.REFERRED:
        raise DomainError("enrolment_active", None, Message("This enrolment is not accepted yet."))
    if state.status is not EnrolmentStatus.ACCEPTED:
        raise DomainError("enrolment_active", None, Message("This enrolment has ended."))
