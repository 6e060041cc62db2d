"""A few enrolments around the present day, so that the counsellor's day has something in it. All invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from ansim.contracts.codes import (
    ActChannel,
    ActType,
    AgeBand,
    ConsentGiver,
    District,
    EnrolmentSource,
    Gender,
    Motive,
    SchoolLevel,
)
from ansim.history import Step, World
from ansim.journal import Unit
from counseling.commands import (
    AcceptEnrolment,
    AssessMotives,
    Enrol,
    RecordAct,
    RecordConsent,
    accept_enrolment,
    assess_motives,
    enrol,
    record_act,
    record_consent,
)
from counseling.domain.session import SEOUL
from counseling.history.people import texts
from counseling.sessions import (
    HoldSession,
    MissSession,
    ScheduleSession,
    hold_session,
    miss_session,
    schedule_session,
)


@dataclass(frozen=True, slots=True)
class Now:
    """An enrolment of today. `past` tells the weekly sessions so far (True: held, False: nobody came), `next_in` the
    days until the next one at `hour`; None for an enrolment that is not accepted yet."""

    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    district: District
    consents: tuple[ConsentGiver, ...]
    past: tuple[bool, ...] = ()
    next_in: int | None = None
    hour: time = time(10)
    motives: frozenset[Motive] = frozenset()
    act: tuple[ActType, ActChannel] | None = None


NOON: Final = time(12)
_YOUTH: Final = (ConsentGiver.YOUTH,)
_BOTH: Final = (ConsentGiver.YOUTH, ConsentGiver.GUARDIAN)

ENROLMENTS: Final = (
    Now(
        EnrolmentSource.SCHOOL_COMMITTEE_ORDER, AgeBand.AGE_14_16, SchoolLevel.MIDDLE, District.MAPO, _YOUTH,
        (True, True, False, True, True, True), 0, time(9, 30),
        frozenset({Motive.NOT_SERIOUS, Motive.CURIOSITY}), (ActType.MEDIA_DISTRIBUTION, ActChannel.MESSENGER),
    ),
    Now(
        EnrolmentSource.TEACHER_REQUEST, AgeBand.AGE_17_18, SchoolLevel.HIGH, District.NOWON, _YOUTH,
        (True,) * 5 + (False,) + (True,) * 4, 0, time(14, 30),
        frozenset({Motive.FUN, Motive.IMITATION}), (ActType.FALSE_VIDEO, ActChannel.SOCIAL_NETWORK),
    ),
    Now(
        EnrolmentSource.COURT, AgeBand.AGE_17_18, SchoolLevel.OUT_OF_SCHOOL, District.GWANAK, _YOUTH,
        (True, True), 0, time(16), frozenset({Motive.IMPULSIVE}), (ActType.CAMERA_FILMING, ActChannel.OFFLINE),
    ),
    Now(
        EnrolmentSource.SCHOOL_COMMITTEE_ORDER, AgeBand.UNDER_14, SchoolLevel.MIDDLE, District.EUNPYEONG, _BOTH,
        (True, False, True), 0, time(17, 30),
        frozenset({Motive.CURIOSITY, Motive.THOUGHT_CONSENSUAL}), (ActType.HARASSMENT, ActChannel.GAME),
    ),
    Now(
        EnrolmentSource.SCHOOL_COMMITTEE_ORDER, AgeBand.AGE_14_16, SchoolLevel.MIDDLE, District.SONGPA, _YOUTH,
        (True,) * 12, 2, time(11), frozenset({Motive.NOT_SERIOUS}), (ActType.POSSESSION, ActChannel.WEBSITE),
    ),
    Now(
        EnrolmentSource.POLICE, AgeBand.AGE_17_18, SchoolLevel.HIGH, District.GANGSEO, _YOUTH, (), 1, time(15),
    ),
    Now(
        EnrolmentSource.PARENT_REQUEST, AgeBand.UNDER_14, SchoolLevel.ELEMENTARY, District.GURO, _YOUTH,
    ),
    Now(EnrolmentSource.SELF, AgeBand.AGE_14_16, SchoolLevel.MIDDLE, District.JUNGNANG, ()),
)  # fmt: skip


def steps_today(world: World, now: datetime) -> Iterator[Step]:
    """Enrolments whose sessions lie today and this week. All times up to `now` are in the past of it."""
    for index, plan in enumerate(ENROLMENTS):
        yield from _steps(world, index, plan, now.astimezone(SEOUL))


def _steps(world: World, index: int, plan: Now, now: datetime) -> Iterator[Step]:
    rng = world.rng("counseling", "today", index)
    enrolment = world.uuid("enrolment", "today", index)
    days = 2 * index - 9 if plan.next_in is None else 7 * len(plan.past) + 9 + index
    opened = now - timedelta(days=days, hours=1)
    registration = Enrol.model_validate(
        {
            "id": enrolment,
            "person": world.uuid("youth", "today", index),
            "source": plan.source,
            "age_band": plan.age_band,
            "school_level": plan.school_level,
            "gender": rng.choice((Gender.MALE, Gender.MALE, Gender.FEMALE)),
            "district": plan.district,
            **texts(rng, plan.school_level),
        }
    )

    async def agree(unit: Unit) -> None:
        for by in plan.consents:
            await record_consent(unit, RecordConsent(enrolment=enrolment, by=by))

    yield Step(f"today enrol {index}", opened, lambda unit: enrol(unit, registration))
    yield Step(f"today consent {index}", opened + timedelta(days=1), agree)
    if plan.next_in is None:
        return
    yield Step(f"today accept {index}", opened + timedelta(days=2), lambda unit: _begin(unit, world, index, plan))
    yield from _sessions(world, index, plan, now)


async def _begin(unit: Unit, world: World, index: int, plan: Now) -> None:
    enrolment = world.uuid("enrolment", "today", index)
    await accept_enrolment(
        unit, AcceptEnrolment(enrolment=enrolment, age_band=plan.age_band, school_level=plan.school_level)
    )
    if plan.act is not None:
        act_type, channel = plan.act
        act = RecordAct(enrolment=enrolment, act=world.uuid("act", "today", index), act_type=act_type, channel=channel)
        await record_act(unit, act)
    if plan.motives:
        assessment = world.uuid("assessment", "today", index)
        await assess_motives(unit, AssessMotives(enrolment=enrolment, assessment=assessment, motives=plan.motives))


def _sessions(world: World, index: int, plan: Now, now: datetime) -> Iterator[Step]:
    """Weekly sessions up to now, each planned two days before, and the next one. This morning's is held when past."""
    following = datetime.combine(now.date() + timedelta(days=plan.next_in or 0), plan.hour, SEOUL)
    for number, came in enumerate((*plan.past, None)):
        starts_at = following - (len(plan.past) - number) * timedelta(days=7)
        yield _planning(world, index, number, starts_at, now)
        if came is not None:
            yield _meeting(world, index, number, starts_at, came=came)
        elif starts_at + timedelta(hours=1) < now and starts_at.time() < NOON:
            yield _meeting(world, index, number, starts_at, came=True)


def _planning(world: World, index: int, number: int, starts_at: datetime, now: datetime) -> Step:
    planned = ScheduleSession(
        id=world.uuid("session", "today", index, number),
        enrolment=world.uuid("enrolment", "today", index),
        starts_at=starts_at,
    )
    at = min(starts_at - timedelta(days=2), now - timedelta(hours=1))
    return Step(f"today plan {index} {number}", at, lambda unit: schedule_session(unit, planned))


def _meeting(world: World, index: int, number: int, starts_at: datetime, *, came: bool) -> Step:
    session = world.uuid("session", "today", index, number)

    async def meet(unit: Unit) -> None:
        if came:
            await hold_session(unit, HoldSession(session=session, minutes=50))
        else:
            await miss_session(unit, MissSession(session=session))

    return Step(f"today meet {index} {number}", starts_at + timedelta(hours=1), meet)
