"""What counseling can be asked to do: load → decide → append. Referrals and enrolments; sessions have their own file.

Every command runs inside one unit of work; when it raises, nothing of it is kept. `seen` is the version the person
looked at: another one now raises VersionConflict. None means that nobody looked (reactions, history).
"""

from uuid import UUID

from ansim.contracts.codes import (
    ActChannel,
    ActType,
    AgeBand,
    AnsweredBy,
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
from ansim.contracts.counseling import ReferralReceived
from ansim.errors import DomainError, Message
from ansim.journal import Fact, Stream, Unit
from ansim.web.commands import Command, Line
from counseling.domain import enrolment as rules
from counseling.domain import referral as answers
from counseling.domain.enrolment import Enrolment
from counseling.domain.referral import Referral
from counseling.progress import tell_begun, tell_declined


class ReceiveReferral(Command):
    """Another service sent us a youth. `id` is the sender's referral id."""

    id: UUID
    person: UUID | None = None
    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    gender: Gender
    district: District


class AcceptReferral(Command):
    referral: UUID
    seen: int | None = None
    enrolment: UUID | None = None
    name: Line | None = None
    guardian: Line | None = None
    school: Line | None = None


class RejectReferral(Command):
    referral: UUID
    seen: int | None = None
    reason: RejectionReason
    answered_by: AnsweredBy


class Enrol(Command):
    """Register an enrolment that did not come through a referral: an order, a request, a court, the police.

    `person` reuses the pseudonym of an earlier enrolment, so that figures count this youth once. Without new texts the
    earlier ones are sealed again for the new record, so that nobody is asked twice.
    """

    id: UUID | None = None
    person: UUID | None = None
    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    gender: Gender
    district: District
    name: Line | None = None
    guardian: Line | None = None
    school: Line | None = None


class RecordConsent(Command):
    enrolment: UUID
    seen: int | None = None
    by: ConsentGiver


class AcceptEnrolment(Command):
    enrolment: UUID
    seen: int | None = None
    age_band: AgeBand
    school_level: SchoolLevel


class DeclineEnrolment(Command):
    enrolment: UUID
    seen: int | None = None
    reason: DeclineReason


class RecordAct(Command):
    enrolment: UUID
    seen: int | None = None
    act: UUID | None = None
    act_type: ActType
    channel: ActChannel


class AssessMotives(Command):
    enrolment: UUID
    seen: int | None = None
    assessment: UUID | None = None
    motives: frozenset[Motive]


class DiscontinueEnrolment(Command):
    enrolment: UUID
    seen: int | None = None
    reason: DiscontinuedReason


class OpenPerson(Command):
    """Open the sealed texts of an enrolment: nothing to choose, but it leaves a trace."""


async def receive_referral(unit: Unit, command: ReceiveReferral) -> UUID:
    """Record that a referral arrived, once; hearing of it again changes nothing. The youth gets a pseudonym of ours."""
    stream = await unit.stream("referral", command.id, answers.evolve)
    if stream.state is None:
        await stream.append(
            ReferralReceived(
                person=command.person or unit.ids(),
                referral=command.id,
                source=command.source,
                age_band=command.age_band,
                school_level=command.school_level,
                gender=command.gender,
                district=command.district,
            )
        )
    return command.id


async def accept_referral(unit: Unit, command: AcceptReferral) -> UUID:
    """Accept and open the enrolment in the same transaction. Returns the enrolment's id."""
    stream, referral = await _referral(unit, command.referral, command.seen)
    enrolment = command.enrolment or unit.ids()
    await stream.append(*answers.accept(referral, enrolment))
    (opened,) = rules.refer(
        person=referral.person,
        referral=referral.id,
        source=referral.source,
        age_band=referral.age_band,
        school_level=referral.school_level,
        gender=referral.gender,
        district=referral.district,
    )
    new = await unit.stream("enrolment", enrolment, rules.evolve)
    if new.state is not None:
        raise DomainError("enrolment_opened_once", None, Message("This enrolment is registered already."))
    await new.append(Fact(opened, _texts(command)))
    return enrolment


async def reject_referral(unit: Unit, command: RejectReferral) -> None:
    stream, referral = await _referral(unit, command.referral, command.seen)
    await stream.append(*answers.reject(referral, command.reason, command.answered_by))


async def enrol(unit: Unit, command: Enrol) -> UUID:
    """Open an enrolment. Returns its id. Raises DomainError when there is no name, new or on record."""
    texts = _texts(command)
    if command.person is not None and not texts:
        texts = await _texts_on_record(unit, command.person)
    if "name" not in texts:
        raise DomainError("name_needed", "name", Message("Fill in this field."))
    (opened,) = rules.refer(
        person=command.person or unit.ids(),
        referral=None,
        source=command.source,
        age_band=command.age_band,
        school_level=command.school_level,
        gender=command.gender,
        district=command.district,
    )
    stream = await unit.stream("enrolment", command.id or unit.ids(), rules.evolve)
    if stream.state is not None:
        raise DomainError("enrolment_opened_once", None, Message("This enrolment is registered already."))
    await stream.append(Fact(opened, texts))
    return stream.id


async def record_consent(unit: Unit, command: RecordConsent) -> None:
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    await stream.append(*rules.consent(state, command.by))


async def accept_enrolment(unit: Unit, command: AcceptEnrolment) -> None:
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    await stream.append(*rules.accept(state, command.age_band, command.school_level))
    await tell_begun(unit, state.referral)


async def decline_enrolment(unit: Unit, command: DeclineEnrolment) -> None:
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    await stream.append(*rules.decline(state, command.reason))
    await tell_declined(unit, state.referral, command.reason)


async def record_act(unit: Unit, command: RecordAct) -> UUID:
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    act = command.act or unit.ids()
    await stream.append(*rules.record_act(state, act, command.act_type, command.channel))
    return act


async def assess_motives(unit: Unit, command: AssessMotives) -> UUID:
    stream, state = await load_enrolment(unit, command.enrolment, command.seen)
    assessment = command.assessment or unit.ids()
    await stream.append(*rules.assess_motives(state, assessment, command.motives))
    return assessment


async def load_enrolment(unit: Unit, enrolment: UUID, seen: int | None = None) -> tuple[Stream[Enrolment], Enrolment]:
    """The enrolment, locked until the transaction ends: its sessions are decided one after the other.

    Raises NotFound, and VersionConflict when the person saw another version.
    """
    await unit.conn.execute("select from enrolment where enrolment = $1 for update", enrolment)
    return await unit.existing("enrolment", enrolment, rules.evolve, seen)


async def _referral(unit: Unit, referral: UUID, seen: int | None) -> tuple[Stream[Referral], Referral]:
    return await unit.existing("referral", referral, answers.evolve, seen)


def _texts(command: Enrol | AcceptReferral) -> dict[str, str]:
    texts = {"name": command.name, "guardian": command.guardian, "school": command.school}
    return {field: text for field, text in texts.items() if text}


async def _texts_on_record(unit: Unit, person: UUID) -> dict[str, str]:
    """What the latest enrolment of this person holds. Opening it writes the access record."""
    event_id = await unit.conn.fetchval(
        """select sealed_event from enrolment where person = $1 and sealed_event is not null
           order by number desc limit 1""",
        person,
    )
    return {} if event_id is None else await unit.open_sealed_of(event_id)
