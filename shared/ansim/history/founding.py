"""The people of the founding history, all invented, drawn so that the published figures of 2021 come out (DOMAIN §2).

Nothing here counts anything: services turn these plans into commands, and the figures follow from the events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from ansim.contracts.codes import (
    ActChannel,
    ActType,
    AgeBand,
    DeclineReason,
    District,
    EnrolmentSource,
    Gender,
    HarmType,
    Motive,
    SchoolLevel,
)
from ansim.history.world import World

VICTIMS: Final = 163
MINORS: Final = 31
UNKNOWN_AGE: Final = 6
ITEMS: Final = 1_923
GROOMED: Final = 35
GROOMING_ITEMS: Final = 423

YOUTHS: Final = 118
ACCEPTED: Final = 97
COUNSELLED: Final = 91
MIDDLE_SCHOOL: Final = 57
WITH_TEN_SESSIONS: Final = 64
SESSIONS_HELD: Final = 1_323
NO_SHOWS: Final = 141
CANCELLED: Final = 88
THROUGH_INTAKE: Final = 12

RESPONSES: Final = {
    Motive.NOT_SERIOUS: 38,
    Motive.FUN: 34,
    Motive.CURIOSITY: 34,
    Motive.IMPULSIVE: 27,
    Motive.IMITATION: 18,
    Motive.THOUGHT_CONSENSUAL: 7,
    Motive.OTHER: 12,
    Motive.DECLINED: 1,
    Motive.COERCION: 4,
    Motive.MONEY: 3,
    Motive.REVENGE: 2,
}
"""180 responses: 21, 19, 19, 15, 10 and 4 % for the six published motives, 22 for the rest."""
UNAWARE: Final = 87

ACTS: Final = {
    ActType.MEDIA_DISTRIBUTION: 57,
    ActType.CAMERA_FILMING: 25,
    ActType.POSSESSION: 15,
    ActType.FALSE_VIDEO: 8,
    ActType.THREAT_TO_DISTRIBUTE: 9,
    ActType.GROOMING: 5,
    ActType.HARASSMENT: 11,
    ActType.OTHER: 3,
}
"""133 acts: the smallest plausible number at which 43, 19, 11 and 6 % are all attainable together."""

_DISTRICTS: Final = tuple(d for d in District if d not in (District.OUTSIDE_SEOUL, District.UNKNOWN))


@dataclass(frozen=True, slots=True)
class VictimCase:
    """A person supported in 2020. `items` is how many support items are delivered to them within that year."""

    index: int
    report: UUID
    referral: UUID
    case: UUID
    age_band: AgeBand
    gender: Gender
    district: District
    harm_types: frozenset[HarmType]
    items: int
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class YouthCase:
    """A young person referred to the programme. `referral` is set when intake sent them; sessions are counts."""

    index: int
    referral: UUID | None
    enrolment: UUID
    person: UUID
    source: EnrolmentSource
    age_band: AgeBand
    school_level: SchoolLevel
    gender: Gender
    district: District
    accepted: bool
    declined: DeclineReason | None
    acts: tuple[tuple[ActType, ActChannel], ...]
    motives: frozenset[Motive]
    held: int
    no_shows: int
    cancelled: int
    referred_at: datetime


def spread(total: int, people: int, rng: Random, *, least: int = 1, most: int) -> list[int]:
    """`people` whole numbers between `least` and `most` that add up to `total`. Raises ValueError if none can."""
    if not least * people <= total <= most * people:
        raise ValueError(f"{total} cannot be shared among {people} with {least} to {most} each")
    shares = [least] * people
    open_ones = list(range(people))
    for _ in range(total - least * people):
        chosen = rng.choice(open_ones)
        shares[chosen] += 1
        if shares[chosen] == most:
            open_ones.remove(chosen)
    return shares


def victims(world: World) -> tuple[VictimCase, ...]:
    """The 163 people supported in 2020: 31 under 19, 6 of unknown age, 35 harmed by grooming."""
    rng = world.rng("victims")
    bands = _victim_ages(rng)
    groomed = set(rng.sample(range(VICTIMS), GROOMED))
    items = [0] * VICTIMS
    grooming_shares = spread(GROOMING_ITEMS, GROOMED, rng, most=22)
    for index, share in zip(sorted(groomed), grooming_shares, strict=True):
        items[index] = share
    others = [index for index in range(VICTIMS) if index not in groomed]
    for index, share in zip(others, spread(ITEMS - GROOMING_ITEMS, len(others), rng, most=22), strict=True):
        items[index] = share
    return tuple(
        VictimCase(
            index=index,
            report=world.uuid("report", "victim", index),
            referral=world.uuid("referral", "victim", index),
            case=world.uuid("case", index),
            age_band=bands[index],
            gender=rng.choices((Gender.FEMALE, Gender.MALE, Gender.UNKNOWN), (78, 19, 3))[0],
            district=rng.choice(_DISTRICTS),
            harm_types=_harm_types(rng, groomed=index in groomed),
            items=items[index],
            reported_at=datetime(2020, 1, 2, tzinfo=UTC) + timedelta(days=rng.uniform(0, 250)),
        )
        for index in range(VICTIMS)
    )


def _victim_ages(rng: Random) -> list[AgeBand]:
    minors = rng.choices((AgeBand.UNDER_14, AgeBand.AGE_14_16, AgeBand.AGE_17_18), (3, 6, 5), k=MINORS)
    adults = rng.choices((AgeBand.AGE_19_24, AgeBand.AGE_25_PLUS), (5, 6), k=VICTIMS - MINORS - UNKNOWN_AGE)
    bands = [*minors, *adults, *[AgeBand.UNKNOWN] * UNKNOWN_AGE]
    rng.shuffle(bands)
    return bands


def _harm_types(rng: Random, *, groomed: bool) -> frozenset[HarmType]:
    others = [h for h in HarmType if h not in (HarmType.GROOMING, HarmType.OTHER)]
    chosen = set(rng.sample(others, rng.choice((1, 1, 2, 3))))
    return frozenset(chosen | {HarmType.GROOMING} if groomed else chosen)


def youths(world: World) -> tuple[YouthCase, ...]:
    """The 118 young people referred until spring 2021, 97 accepted, the first 91 of them with at least one session."""
    rng = world.rng("youths")
    held = _held_sessions(rng)
    no_shows = spread(NO_SHOWS, COUNSELLED, rng, least=0, most=6)
    cancelled = spread(CANCELLED, COUNSELLED, rng, least=0, most=4)
    motives = _motives(rng)
    acts = _acts(rng)
    ages = _youth_ages(rng)
    through_intake = set(rng.sample(range(COUNSELLED), THROUGH_INTAKE))
    return tuple(
        YouthCase(
            index=index,
            referral=world.uuid("referral", "youth", index) if index in through_intake else None,
            enrolment=world.uuid("enrolment", index),
            person=world.uuid("youth", index),
            source=rng.choices(tuple(EnrolmentSource), (52, 24, 14, 3, 3, 4))[0],
            age_band=ages[index][0],
            school_level=ages[index][1],
            gender=rng.choices((Gender.MALE, Gender.FEMALE), (88, 12))[0],
            district=rng.choice(_DISTRICTS),
            accepted=index < ACCEPTED,
            declined=None if index < ACCEPTED else rng.choice(tuple(DeclineReason)),
            acts=acts[index] if index < COUNSELLED else (),
            motives=motives[index] if index < COUNSELLED else frozenset(),
            held=held[index] if index < COUNSELLED else 0,
            no_shows=no_shows[index] if index < COUNSELLED else 0,
            cancelled=cancelled[index] if index < COUNSELLED else 0,
            referred_at=_referred_at(rng, held[index] if index < COUNSELLED else 0),
        )
        for index in range(YOUTHS)
    )


def _referred_at(rng: Random, held: int) -> datetime:
    """Early enough that the weekly sessions still to come end before 20 May 2021."""
    latest = 595 - (held * 7 + 10 * 7 + 28)
    return datetime(2019, 9, 23, 1, tzinfo=UTC) + timedelta(days=rng.uniform(0, max(latest, 1)))


def _held_sessions(rng: Random) -> list[int]:
    fewer = [rng.randint(1, 9) for _ in range(COUNSELLED - WITH_TEN_SESSIONS)]
    more = spread(SESSIONS_HELD - sum(fewer), WITH_TEN_SESSIONS, rng, least=10, most=24)
    counts = [*more, *fewer]
    rng.shuffle(counts)
    return counts


def _youth_ages(rng: Random) -> list[tuple[AgeBand, SchoolLevel]]:
    others = (
        (AgeBand.UNDER_14, SchoolLevel.ELEMENTARY),
        (AgeBand.UNDER_14, SchoolLevel.MIDDLE),
        (AgeBand.AGE_17_18, SchoolLevel.HIGH),
        (AgeBand.AGE_17_18, SchoolLevel.OUT_OF_SCHOOL),
    )
    middle = (AgeBand.AGE_14_16, SchoolLevel.MIDDLE)
    counselled = [middle] * MIDDLE_SCHOOL + rng.choices(others, (3, 6, 22, 3), k=COUNSELLED - MIDDLE_SCHOOL)
    rng.shuffle(counselled)
    return counselled + rng.choices((middle, *others), (16, 1, 2, 8, 1), k=YOUTHS - COUNSELLED)


def _motives(rng: Random) -> list[frozenset[Motive]]:
    """Sets of motives for the counselled: every response of `RESPONSES` used, 87 people with at least one of the
    group `lack_of_awareness`, 4 with none."""
    aware = [Motive.DECLINED, Motive.OTHER, Motive.COERCION, Motive.MONEY]
    left = {motive: count - (motive in aware) for motive, count in RESPONSES.items()}
    group = [m for m in list(RESPONSES)[:6] for _ in range(left[m])]
    sets: list[set[Motive]] = [set() for _ in range(UNAWARE)]
    rng.shuffle(group)
    for person, motive in zip(range(UNAWARE), group[:UNAWARE], strict=True):
        sets[person].add(motive)
    rest = group[UNAWARE:] + [m for m in list(RESPONSES)[6:] for _ in range(left[m])]
    for motive in rest:
        smallest = min(len(s) for s in sets if motive not in s)
        rng.choice([s for s in sets if motive not in s and len(s) <= smallest + 1]).add(motive)
    people = [frozenset(s) for s in sets] + [frozenset({m}) for m in aware]
    rng.shuffle(people)
    return people


def _acts(rng: Random) -> list[tuple[tuple[ActType, ActChannel], ...]]:
    """At least one act for each of the counselled; the rest fall where they fall."""
    kinds: Sequence[ActType] = [kind for kind, count in ACTS.items() for _ in range(count)]
    shuffled = rng.sample(kinds, len(kinds))
    channels = rng.choices(tuple(ActChannel), (34, 12, 30, 9, 8, 5, 2), k=len(shuffled))
    pairs = list(zip(shuffled, channels, strict=True))
    acts = [[pair] for pair in pairs[:COUNSELLED]]
    for pair in pairs[COUNSELLED:]:
        rng.choice(acts).append(pair)
    return [tuple(mine) for mine in acts]
