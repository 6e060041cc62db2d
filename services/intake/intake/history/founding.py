"""The 163 people supported in 2020 and the youths whose matter came in here first: reported, triaged, handed on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from ansim.contracts.codes import (
    ActType,
    AgeBand,
    EnrolmentSource,
    HarmType,
    ReferralTarget,
    ReporterRole,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.history import Step, VictimCase, World, YouthCase, victims, youths

from ..domain.referral import Consent
from ..domain.report import MINOR_BANDS, may_be_emergency
from .steps import BY_DUTY, LIFE_IN_DANGER, WITH_CONSENT, WITH_GUARDIAN_CONSENT, Story, minor_of

CLOSED_AFTER: Final = timedelta(days=21)

_VICTIM_TEXTS: Final = (
    "(가상) 아는 사람이 제 사진을 다른 곳에 올렸다고 친구가 알려 주었습니다. 지우고 싶습니다.",
    "(가상) 헤어진 사람이 퍼뜨리겠다고 합니다. 무엇을 남겨 두어야 하는지 알고 싶습니다.",
    "(가상) 온라인에서 알게 된 사람이 사진을 요구했고, 거절하자 메시지가 계속 옵니다.",
    "(가상) 제 얼굴을 합성한 것이 돌아다닌다고 들었습니다. 누가 했는지는 모릅니다.",
    "(가상) 신고하러 혼자 가기가 어렵습니다. 같이 가 줄 분이 있는지 묻습니다.",
)
_YOUTH_TEXT: Final = "(가상) 학생이 한 일로 학교에서 알게 되었습니다. 교육과 상담을 부탁드립니다."
_CONTACT: Final = "평일 저녁, 문자만 받습니다 (가상)"

_HARM_OF_ACT: Final = {
    ActType.MEDIA_DISTRIBUTION: HarmType.DISTRIBUTION,
    ActType.CAMERA_FILMING: HarmType.ILLEGAL_FILMING,
    ActType.POSSESSION: HarmType.OTHER,
    ActType.FALSE_VIDEO: HarmType.FALSE_VIDEO,
    ActType.THREAT_TO_DISTRIBUTE: HarmType.THREAT_TO_DISTRIBUTE,
    ActType.GROOMING: HarmType.GROOMING,
    ActType.HARASSMENT: HarmType.CYBER_HARASSMENT,
    ActType.OTHER: HarmType.OTHER,
}

_ROLE_OF_SOURCE: Final = {
    EnrolmentSource.SCHOOL_COMMITTEE_ORDER: ReporterRole.TEACHER,
    EnrolmentSource.TEACHER_REQUEST: ReporterRole.TEACHER,
    EnrolmentSource.PARENT_REQUEST: ReporterRole.GUARDIAN,
    EnrolmentSource.SELF: ReporterRole.ANONYMOUS,
    EnrolmentSource.COURT: ReporterRole.AGENCY,
    EnrolmentSource.POLICE: ReporterRole.AGENCY,
}
_ORDERS: Final = frozenset({EnrolmentSource.SCHOOL_COMMITTEE_ORDER, EnrolmentSource.COURT, EnrolmentSource.POLICE})


def founding_steps(world: World) -> Iterator[Step]:
    for victim in victims(world):
        yield from _victim_steps(world, victim)
    for youth in youths(world):
        if youth.referral is not None:
            yield from _youth_steps(world, youth)


def closing_steps(world: World) -> Iterator[Step]:
    """What follows on the receivers' answers. Youths first: their programme accepted them a year earlier."""
    for youth in youths(world):
        if youth.referral is not None and youth.accepted:
            story = Story(f"youth/{youth.index}", world.uuid("report", "youth", youth.index))
            yield story.closed_when_accepted(youth.referred_at + CLOSED_AFTER, youth.referral)
    for victim in victims(world):
        story = Story(f"victim/{victim.index}", victim.report)
        yield story.closed_when_accepted(victim.reported_at + CLOSED_AFTER, victim.referral)


def _victim_steps(world: World, victim: VictimCase) -> Iterator[Step]:
    rng = world.rng("intake", "victim", victim.index)
    story = Story(f"victim/{victim.index}", victim.report)
    minor = minor_of(victim.age_band)
    urgent = may_be_emergency(victim.harm_types, minor)
    yield story.submitted(
        victim.reported_at,
        reporter_role=_reporter(rng, victim.age_band),
        harm_types=victim.harm_types,
        about_minor=minor,
        district=victim.district,
        narrative=rng.choice(_VICTIM_TEXTS),
        contact=_CONTACT if rng.random() < 0.6 else "",
    )
    acknowledged = victim.reported_at + timedelta(minutes=rng.uniform(6, 55) if urgent else rng.uniform(20, 1200))
    yield story.acknowledged(acknowledged)
    triaged = acknowledged + timedelta(minutes=rng.uniform(10, 90) if urgent else rng.uniform(60, 1400))
    severity = (
        Severity.EMERGENCY if urgent else rng.choices((Severity.HIGH, Severity.MEDIUM, Severity.LOW), (4, 5, 1))[0]
    )
    yield story.triaged(triaged, severity, victim.harm_types, victim.age_band)
    yield story.referred(
        triaged + timedelta(minutes=rng.uniform(15, 170)),
        victim.referral,
        ReferralTarget.VICTIM_SUPPORT,
        _consent(rng, victim.age_band, urgent=urgent),
        gender=victim.gender,
        school_level=_school(rng, victim.age_band),
    )


def _youth_steps(world: World, youth: YouthCase) -> Iterator[Step]:
    assert youth.referral is not None
    rng = world.rng("intake", "youth", youth.index)
    story = Story(f"youth/{youth.index}", world.uuid("report", "youth", youth.index))
    harm_types = frozenset(_HARM_OF_ACT[act] for act, _ in youth.acts) or frozenset({HarmType.OTHER})
    submitted = youth.referred_at - timedelta(hours=rng.uniform(30, 60))
    acknowledged = submitted + timedelta(minutes=rng.uniform(10, 50))
    yield story.submitted(
        submitted,
        reporter_role=_ROLE_OF_SOURCE[youth.source],
        harm_types=harm_types,
        about_minor=YesNoUnknown.YES,
        district=youth.district,
        narrative=_YOUTH_TEXT,
    )
    yield story.acknowledged(acknowledged)
    yield story.triaged(_later(rng, acknowledged), Severity.MEDIUM, harm_types, youth.age_band)
    yield story.referred(
        youth.referred_at,
        youth.referral,
        ReferralTarget.COUNSELING,
        BY_DUTY if youth.source in _ORDERS else WITH_GUARDIAN_CONSENT,
        gender=youth.gender,
        school_level=youth.school_level,
        source=youth.source,
    )


def _later(rng: Random, at: datetime) -> datetime:
    return at + timedelta(hours=rng.uniform(1, 24))


def _reporter(rng: Random, age_band: AgeBand) -> ReporterRole:
    if age_band in MINOR_BANDS:
        return rng.choices((ReporterRole.VICTIM, ReporterRole.GUARDIAN, ReporterRole.TEACHER), (4, 5, 2))[0]
    return rng.choices((ReporterRole.VICTIM, ReporterRole.WITNESS, ReporterRole.ANONYMOUS), (8, 1, 1))[0]


def _consent(rng: Random, age_band: AgeBand, *, urgent: bool) -> Consent:
    if urgent and rng.random() < 0.05:
        return LIFE_IN_DANGER
    return WITH_GUARDIAN_CONSENT if age_band is AgeBand.UNDER_14 else WITH_CONSENT


def _school(rng: Random, age_band: AgeBand) -> SchoolLevel:
    if age_band is AgeBand.UNDER_14:
        return rng.choice((SchoolLevel.ELEMENTARY, SchoolLevel.MIDDLE))
    if age_band is AgeBand.AGE_14_16:
        return SchoolLevel.MIDDLE
    return SchoolLevel.HIGH if age_band is AgeBand.AGE_17_18 else SchoolLevel.UNKNOWN
