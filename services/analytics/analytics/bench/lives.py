"""Invented lives: streams of events as the services would publish them, from a seed. Nobody in them is real.

They need not be legal in every service's eyes (statistics count what they are told), but every stream is complete, in order and
within the contracts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any
from uuid import UUID

from ansim.contracts import (
    CODE_LIST_VERSION,
    Envelope,
    Event,
    codes,
    counseling,
    encode,
    intake,
    monitoring,
    schema_uri,
    source_of,
    victim_support,
)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of one stream, before it has a position."""

    event: Event
    subject: UUID
    sequence: int
    at: datetime

    def on_the_wire(self, position: int, event_id: UUID, recorded: datetime | None = None) -> bytes:
        cls = type(self.event)
        return encode(
            Envelope(
                id=event_id,
                source=source_of(cls.service),
                type=cls.type_name(),
                subject=self.subject,
                time=self.at,
                recordedtime=recorded or self.at,
                dataschema=schema_uri(cls),
                sequence=self.sequence,
                position=position,
                correlationid=event_id,
                partitionkey=self.event.person,
                data=self.event.model_dump(mode="json"),
            )
        )


class Life:
    """One person's streams in one service, told event by event. Times rise from a start in 2019 to 2021."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._at = datetime(2019, 8, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 400))
        self._sequences: dict[UUID, int] = {}
        self.person = self.id()

    def id(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def pick(self, kind: type[StrEnum]) -> Any:
        return self._random.choice(list(kind))

    def some(self, kind: type[StrEnum], most: int = 3) -> frozenset[Any]:
        return frozenset(self._random.sample(list(kind), self._random.randint(1, most)))

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def times(self, most: int) -> range:
        return range(self._random.randint(0, most))

    def tell(self, event: type[Event], subject: UUID, **fields: object) -> Happened:
        self._at += timedelta(minutes=self._random.randint(1, 60 * 24 * 25))
        self._sequences[subject] = self._sequences.get(subject, 0) + 1
        return Happened(event(person=self.person, **fields), subject, self._sequences[subject], self._at)


def counselled(life: Life) -> Iterator[Happened]:
    """A young person in the programme: one or two enrolments, acts, assessments and sessions, in any mixture."""
    for _ in range(2 if life.chance(0.15) else 1):
        enrolment = life.id()
        frozen = {"age_band": life.pick(codes.AgeBand), "school_level": life.pick(codes.SchoolLevel)}
        yield life.tell(
            counseling.EnrolmentReferred,
            enrolment,
            source=life.pick(codes.EnrolmentSource),
            gender=life.pick(codes.Gender),
            district=life.pick(codes.District),
            **frozen,
        )
        yield life.tell(counseling.EnrolmentConsented, enrolment, by=life.pick(codes.ConsentGiver))
        if life.chance(0.1):
            yield life.tell(counseling.EnrolmentDeclined, enrolment, reason=life.pick(codes.DeclineReason))
            continue
        yield life.tell(counseling.EnrolmentAccepted, enrolment, **frozen)
        for _ in life.times(3):
            yield life.tell(
                counseling.EnrolmentActRecorded,
                enrolment,
                act=life.id(),
                act_type=life.pick(codes.ActType),
                channel=life.pick(codes.ActChannel),
            )
        for _ in life.times(2):
            yield life.tell(
                counseling.EnrolmentMotivesAssessed,
                enrolment,
                assessment=life.id(),
                motives=life.some(codes.Motive),
                code_list_version=CODE_LIST_VERSION,
            )
        yield from _sessions(life, enrolment)
        if life.chance(0.5):
            yield life.tell(counseling.EnrolmentCompleted, enrolment)


def _sessions(life: Life, enrolment: UUID) -> Iterator[Happened]:
    for _ in life.times(14):
        session = life.id()
        starts_at = datetime(2020, 6, 1, tzinfo=UTC)
        yield life.tell(counseling.SessionScheduled, session, enrolment=enrolment, starts_at=starts_at)
        if life.chance(0.1):
            yield life.tell(counseling.SessionRescheduled, session, enrolment=enrolment, starts_at=starts_at)
        if life.chance(0.8):
            yield life.tell(counseling.SessionHeld, session, enrolment=enrolment, minutes=50)
        elif life.chance(0.6):
            yield life.tell(counseling.SessionNoShow, session, enrolment=enrolment)
        else:
            yield life.tell(counseling.SessionCancelled, session, enrolment=enrolment, by=life.pick(codes.CancelledBy))


def supported(life: Life) -> Iterator[Happened]:
    """A person whom victim support helps, with items of every outcome."""
    case, harm_types, age_band = life.id(), life.some(codes.HarmType), life.pick(codes.AgeBand)
    yield life.tell(
        victim_support.CaseOpened,
        case,
        age_band=age_band,
        gender=life.pick(codes.Gender),
        district=life.pick(codes.District),
        harm_types=harm_types,
    )
    for _ in life.times(9):
        item, kind = life.id(), life.pick(codes.SupportItemType)
        due_on = datetime(2020, 6, 1, tzinfo=UTC).date()
        yield life.tell(victim_support.ItemScheduled, item, case=case, item_type=kind, due_on=due_on)
        if life.chance(0.8):
            yield life.tell(
                victim_support.ItemDelivered,
                item,
                case=case,
                item_type=kind,
                harm_types=harm_types,
                age_band=age_band if life.chance(0.8) else codes.AgeBand.UNKNOWN,
                outcome=life.pick(codes.ItemOutcome),
            )
        elif life.chance(0.5):
            reason = life.pick(codes.NotDeliveredReason)
            yield life.tell(victim_support.ItemNotDelivered, item, case=case, item_type=kind, reason=reason)
    if life.chance(0.4):
        yield life.tell(victim_support.CaseClosed, case, outcome=life.pick(codes.CaseOutcome))


def reported(life: Life) -> Iterator[Happened]:
    """A report and the referrals it leads to, answered or not."""
    report, harm_types, severity = life.id(), life.some(codes.HarmType), life.pick(codes.Severity)
    yield life.tell(
        intake.ReportSubmitted,
        report,
        reporter_role=life.pick(codes.ReporterRole),
        harm_types=harm_types,
        about_minor=life.pick(codes.YesNoUnknown),
        district=life.pick(codes.District),
        language=life.pick(codes.Language),
    )
    yield life.tell(intake.ReportAcknowledged, report)
    age_band = life.pick(codes.AgeBand)
    triage = {"severity": severity, "harm_types": harm_types, "age_band": age_band}
    yield life.tell(intake.ReportTriaged, report, minor=life.pick(codes.YesNoUnknown), **triage)
    for _ in life.times(2):
        referral, target = life.id(), life.pick(codes.ReferralTarget)
        yield life.tell(
            intake.ReferralRequested,
            referral,
            report=report,
            target=target,
            school_level=life.pick(codes.SchoolLevel),
            gender=life.pick(codes.Gender),
            district=life.pick(codes.District),
            legal_basis=life.pick(codes.LegalBasis),
            consent=life.pick(codes.ConsentState),
            **triage,
        )
        for _ in life.times(3):
            answer = life.pick(codes.ReferralAnswer)
            yield life.tell(intake.ReferralAnswered, referral, target=target, answer=answer, heard=life.id())
        yield from _goes_on(life, referral, target)
    if life.chance(0.5):
        yield life.tell(intake.ReportClosed, report, outcome=life.pick(codes.ReportOutcome))
        if life.chance(0.2):
            yield life.tell(intake.ReportReopened, report, reason=life.pick(codes.ReopenReason))


def _goes_on(life: Life, referral: UUID, target: codes.ReferralTarget) -> Iterator[Happened]:
    """A hand-off after its answers: work, an outside body's word, or its end by the sender."""
    if life.chance(0.2):
        progress = life.pick(codes.ReferralProgress)
        yield life.tell(intake.ReferralProgressNoted, referral, target=target, progress=progress, heard=life.id())
    if life.chance(0.1):
        heard = {"answer": life.pick(codes.OutsideAnswer), "heard_by": life.pick(codes.HeardBy)}
        yield life.tell(intake.ReferralAnswerNoted, referral, target=target, **heard)
    if life.chance(0.1):
        yield life.tell(intake.ReferralRevoked, referral, target=target, reason=life.pick(codes.RevokeReason))
    if life.chance(0.1):
        yield life.tell(intake.ReferralLapsed, referral, target=target)


def monitored(life: Life) -> Iterator[Happened]:
    """A volunteer, or a sighting; in monitoring each is the person of its own stream."""
    if life.chance(0.5):
        yield life.tell(monitoring.VolunteerApplied, life.person, district=life.pick(codes.District))
        for event in (monitoring.VolunteerVetted, monitoring.VolunteerTrained, monitoring.VolunteerActivated):
            if life.chance(0.15):
                return
            yield life.tell(event, life.person)
        return
    yield life.tell(
        monitoring.SightingLogged,
        life.person,
        volunteer=life.id(),
        platform=life.pick(codes.Platform),
        channel=life.pick(codes.ActChannel),
        categories=life.some(codes.SightingCategory),
        depicted_age=life.pick(codes.DepictedAge),
        depicted_gender=life.pick(codes.DepictedGender),
    )
    if life.chance(0.8):
        yield life.tell(monitoring.SightingConfirmed, life.person)
        for number in range(1, life.times(3).stop + 1):
            result = life.pick(codes.CheckResult)
            yield life.tell(monitoring.SightingChecked, life.person, number=number, result=result)
        if life.chance(0.5):
            yield life.tell(monitoring.SightingActioned, life.person, action=life.pick(codes.PlatformAction))


KINDS = (counselled, supported, reported, monitored)


def lives(seed: int, persons: int, together: int = 1_000) -> Iterator[Happened]:
    """The lives of so many persons, at most `together` of them running at a time, their events mixed as they come."""
    random = Random(seed)  # noqa: S311 - invented data, nothing to secure
    running: list[Iterator[Happened]] = []
    started = 0
    while running or started < persons:
        while len(running) < together and started < persons:
            running.append(random.choice(KINDS)(Life(random)))
            started += 1
        at = random.randrange(len(running))
        if (happened := next(running[at], None)) is not None:
            yield happened
        else:
            running[at] = running[-1]
            running.pop()
