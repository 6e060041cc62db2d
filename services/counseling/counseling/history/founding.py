"""The youths of 2019 to 2021: referred, consented, accepted, met every week, and brought to an end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    LACK_OF_AWARENESS,
    AgeBand,
    CancelledBy,
    ConsentGiver,
    DeclineReason,
    DiscontinuedReason,
    Motive,
)
from ansim.history import Step, World, YouthCase
from ansim.journal import Unit
from counseling.commands import (
    AcceptEnrolment,
    AcceptReferral,
    AssessMotives,
    DeclineEnrolment,
    DiscontinueEnrolment,
    Enrol,
    RecordAct,
    RecordConsent,
    accept_enrolment,
    accept_referral,
    assess_motives,
    decline_enrolment,
    enrol,
    record_act,
    record_consent,
)
from counseling.domain.enrolment import SESSIONS_TO_COMPLETE
from counseling.domain.session import SEOUL
from counseling.history.people import texts
from counseling.sessions import (
    CancelSession,
    CompleteEnrolment,
    HoldSession,
    MissSession,
    RescheduleSession,
    ScheduleSession,
    cancel_session,
    complete_enrolment,
    discontinue_enrolment,
    hold_session,
    miss_session,
    reschedule_session,
    schedule_session,
)

WEEK: Final = timedelta(days=7)
MOVED_SHARE: Final = 0.07
"""How many of the held sessions were moved to another day before."""
ASSESSED_TWICE_SHARE: Final = 0.45


@dataclass(frozen=True, slots=True)
class Meeting:
    """One planned session and what became of it: held, no_show or cancelled."""

    id: UUID
    starts_at: datetime
    outcome: str
    moved_to: datetime | None
    minutes: int
    by: CancelledBy

    @property
    def closed_at(self) -> datetime:
        if self.outcome == "cancelled":
            return self.starts_at - timedelta(hours=20)
        return (self.moved_to or self.starts_at) + timedelta(hours=1)


def office_hour(day: datetime, rng: Random) -> datetime:
    """A moment in office hours in Seoul, on that day or the Monday after a weekend."""
    here = day.astimezone(SEOUL)
    here += timedelta(days=max(0, 7 - here.weekday()) if here.weekday() > 4 else 0)
    return here.replace(hour=rng.randint(9, 16), minute=rng.choice((0, 10, 20, 30, 40, 50)), second=0, microsecond=0)


def steps_of(world: World, case: YouthCase) -> Iterator[Step]:
    """Everything that happened to one youth, in time order."""
    rng = world.rng("counseling", case.index)
    opened = office_hour(case.referred_at + timedelta(days=2), rng)
    yield _opening(case, rng, opened)
    consented = office_hour(opened + timedelta(days=2), rng)
    if case.declined is not DeclineReason.CONSENT_REFUSED:
        yield Step(f"consent {case.index}", consented, lambda unit: _consent(unit, case))
    decided = office_hour(consented + timedelta(days=3), rng)
    if case.declined is not None:
        refusal = DeclineEnrolment(enrolment=case.enrolment, reason=case.declined)
        yield Step(f"decline {case.index}", decided, lambda unit: decline_enrolment(unit, refusal))
        return
    meetings = _meetings(world, case, rng, decided)
    yield Step(f"accept {case.index}", decided, lambda unit: _accept(unit, case, meetings))
    yield from _programme(world, case, rng, decided, meetings)


def _opening(case: YouthCase, rng: Random, at: datetime) -> Step:
    """A referral of intake is accepted once it has arrived; every other way here is registered directly."""
    told = texts(rng, case.school_level)
    if case.referral is not None:
        referral = case.referral
        answer = AcceptReferral.model_validate({"referral": referral, "enrolment": case.enrolment, **told})

        async def arrived(conn: asyncpg.Connection) -> bool:
            return bool(await conn.fetchval("select exists (select from referral where referral = $1)", referral))

        return Step(f"take on {case.index}", at, lambda unit: accept_referral(unit, answer), ready=arrived)
    registration = Enrol.model_validate(
        {
            "id": case.enrolment,
            "person": case.person,
            "source": case.source,
            "age_band": case.age_band,
            "school_level": case.school_level,
            "gender": case.gender,
            "district": case.district,
            **told,
        }
    )
    return Step(f"enrol {case.index}", at, lambda unit: enrol(unit, registration))


async def _consent(unit: Unit, case: YouthCase) -> None:
    await record_consent(unit, RecordConsent(enrolment=case.enrolment, by=ConsentGiver.YOUTH))
    if case.age_band is AgeBand.UNDER_14:
        await record_consent(unit, RecordConsent(enrolment=case.enrolment, by=ConsentGiver.GUARDIAN))


async def _accept(unit: Unit, case: YouthCase, meetings: list[Meeting]) -> None:
    await accept_enrolment(
        unit, AcceptEnrolment(enrolment=case.enrolment, age_band=case.age_band, school_level=case.school_level)
    )
    if meetings:
        await _plan(unit, case, meetings[0])


def _meetings(world: World, case: YouthCase, rng: Random, decided: datetime) -> list[Meeting]:
    """Weekly sessions after the decision, ending with a held one."""
    outcomes = ["held"] * (case.held - 1) + ["no_show"] * case.no_shows + ["cancelled"] * case.cancelled
    rng.shuffle(outcomes)
    first = office_hour(decided + WEEK, rng)
    meetings = []
    for number, outcome in enumerate([*outcomes, "held"] if case.held else []):
        starts_at = first + number * WEEK
        moves = outcome == "held" and rng.random() < MOVED_SHARE
        meetings.append(
            Meeting(
                id=world.uuid("session", case.index, number),
                starts_at=starts_at,
                outcome=outcome,
                moved_to=_other_day(starts_at, rng) if moves else None,
                minutes=rng.choice((50, 50, 50, 60, 40)),
                by=rng.choice(tuple(CancelledBy)),
            )
        )
    return meetings


def _other_day(day: datetime, rng: Random) -> datetime:
    """One or two days later, never on a weekend, always before the next week's session."""
    other = day + timedelta(days=rng.choice((1, 2)))
    return other + timedelta(days=max(0, 7 - other.weekday()) if other.weekday() > 4 else 0)


def _programme(
    world: World, case: YouthCase, rng: Random, decided: datetime, meetings: list[Meeting]
) -> Iterator[Step]:
    if not meetings:
        leaving = DiscontinueEnrolment(enrolment=case.enrolment, reason=rng.choice(tuple(DiscontinuedReason)))
        yield Step(f"leave {case.index}", decided + 4 * WEEK, lambda unit: discontinue_enrolment(unit, leaving))
        return
    twice = rng.random() < ASSESSED_TWICE_SHARE
    first = _earlier(case, rng) if twice else case.motives
    baseline = meetings[0].starts_at - timedelta(days=1)
    yield Step(f"baseline {case.index}", baseline, lambda unit: _baseline(unit, world, case, first))
    for number, meeting in enumerate(meetings):
        yield from _steps_of_meeting(case, number, meeting, meetings[number + 1 : number + 2])
    end = meetings[-1].closed_at
    if twice:
        closing = AssessMotives(
            enrolment=case.enrolment, assessment=world.uuid("assessment", case.index, 2), motives=case.motives
        )
        yield Step(f"assess {case.index}", end + timedelta(hours=1), lambda unit: assess_motives(unit, closing))
    yield _ending(case, rng, end + timedelta(days=2))


def _earlier(case: YouthCase, rng: Random) -> frozenset[Motive]:
    """What the youth had named first: the latest set with something changed."""
    if Motive.DECLINED in case.motives:
        return case.motives
    more = rng.choice(sorted(LACK_OF_AWARENESS - case.motives))
    less = rng.choice(sorted(case.motives))
    return (case.motives | {more}) - ({less} if len(case.motives) > 1 else frozenset())


async def _baseline(unit: Unit, world: World, case: YouthCase, motives: frozenset[Motive]) -> None:
    for number, (act_type, channel) in enumerate(case.acts):
        await record_act(
            unit,
            RecordAct(
                enrolment=case.enrolment,
                act=world.uuid("act", case.index, number),
                act_type=act_type,
                channel=channel,
            ),
        )
    await assess_motives(
        unit,
        AssessMotives(enrolment=case.enrolment, assessment=world.uuid("assessment", case.index, 1), motives=motives),
    )


async def _plan(unit: Unit, case: YouthCase, meeting: Meeting) -> None:
    await schedule_session(unit, ScheduleSession(id=meeting.id, enrolment=case.enrolment, starts_at=meeting.starts_at))


def _steps_of_meeting(case: YouthCase, number: int, meeting: Meeting, following: list[Meeting]) -> Iterator[Step]:
    """What became of a session; the next one is planned when it closes."""
    if meeting.moved_to is not None:
        move = RescheduleSession(session=meeting.id, starts_at=meeting.moved_to)
        before = meeting.starts_at - timedelta(hours=22)
        yield Step(f"move {case.index} {number}", before, lambda unit: reschedule_session(unit, move))

    async def close(unit: Unit) -> None:
        if meeting.outcome == "held":
            await hold_session(unit, HoldSession(session=meeting.id, minutes=meeting.minutes))
        elif meeting.outcome == "no_show":
            await miss_session(unit, MissSession(session=meeting.id))
        else:
            await cancel_session(unit, CancelSession(session=meeting.id, by=meeting.by))
        for planned in following:
            await _plan(unit, case, planned)

    yield Step(f"meet {case.index} {number}", meeting.closed_at, close)


def _ending(case: YouthCase, rng: Random, at: datetime) -> Step:
    if case.held >= SESSIONS_TO_COMPLETE:
        done = CompleteEnrolment(enrolment=case.enrolment)
        return Step(f"complete {case.index}", at, lambda unit: complete_enrolment(unit, done))
    leaving = DiscontinueEnrolment(enrolment=case.enrolment, reason=rng.choice(tuple(DiscontinuedReason)))
    return Step(f"leave {case.index}", at, lambda unit: discontinue_enrolment(unit, leaving))
