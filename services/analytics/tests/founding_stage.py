"""The figures of the release as the smallest set of invented events that gives them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from analytics.bench.lives import Happened, Life
from ansim.contracts import codes, counseling, monitoring, victim_support

NAMED = {"not_serious": 38, "fun": 34, "curiosity": 34, "impulsive": 27, "imitation": 18, "thought_consensual": 7}
OTHERS = ["other"] * 10 + ["money"] * 6 + ["coercion"] * 6
ACTS = {"media_distribution": 57, "camera_filming": 25, "possession": 15, "false_video": 8, "harassment": 28}
SESSIONS = [19] * 36 + [18] * 28 + [5] * 27
ITEMS = [13] * 3 + [12] * 32 + [12] * 92 + [11] * 36


class Quick(Life):
    """A life whose events are a minute apart, from a day of one's choice."""

    def __init__(self, random: Random, start: datetime) -> None:
        super().__init__(random)
        self._at = start

    def tell(self, event, subject: UUID, **fields: object) -> Happened:
        self._random, drawing = Random(0), self._random
        happened = super().tell(event, subject, **fields)
        self._random = drawing
        self._at = happened.at.replace(month=6, day=1 + happened.sequence % 28)
        return Happened(happened.event, happened.subject, happened.sequence, self._at)


def founding() -> list[Happened]:
    random = Random(2021)
    return [*_youths(random), *_victims(random), *_volunteers(random)]


def _motives() -> list[set[str]]:
    """The sets of 91 persons: 87 hold a named motive, four only another one."""
    dealt: list[set[str]] = [set() for _ in range(91)]
    at = 0
    for motive, count in NAMED.items():
        for _ in range(count):
            dealt[at % 87].add(motive)
            at += 1
    for place, motive in zip([87, 88, 89, 90, *range(18)], OTHERS, strict=True):
        dealt[place].add(motive)
    return dealt


def _youths(random: Random) -> Iterator[Happened]:
    motives = _motives()
    acts = [act for act, count in ACTS.items() for _ in range(count)]
    absent = ["no_show"] * 141 + ["cancelled"] * 88
    for n in range(118):
        life, start = Quick(random, datetime(2020, 6, 1, tzinfo=UTC)), datetime(2020, 6, 1, tzinfo=UTC)
        enrolment = life.id()
        young = n < 57
        frozen = {"age_band": codes.AgeBand.AGE_14_16 if young else codes.AgeBand.AGE_17_18}
        frozen["school_level"] = codes.SchoolLevel.MIDDLE if young else codes.SchoolLevel.HIGH
        yield life.tell(
            counseling.EnrolmentReferred, enrolment, source="teacher_request", gender="male", district="mapo", **frozen
        )
        if n >= 97:
            continue
        yield life.tell(counseling.EnrolmentAccepted, enrolment, **frozen)
        if n >= 91:
            continue
        for act in acts[n::91]:
            yield life.tell(
                counseling.EnrolmentActRecorded, enrolment, act=life.id(), act_type=act, channel="messenger"
            )
        yield life.tell(
            counseling.EnrolmentMotivesAssessed,
            enrolment,
            assessment=life.id(),
            motives=motives[n],
            code_list_version=1,
        )
        for outcome in ["held"] * SESSIONS[n] + absent[n::91]:
            session = life.id()
            yield life.tell(counseling.SessionScheduled, session, enrolment=enrolment, starts_at=start)
            if outcome == "held":
                yield life.tell(counseling.SessionHeld, session, enrolment=enrolment, minutes=50)
            elif outcome == "no_show":
                yield life.tell(counseling.SessionNoShow, session, enrolment=enrolment)
            else:
                yield life.tell(counseling.SessionCancelled, session, enrolment=enrolment, by="youth")


def _victims(random: Random) -> Iterator[Happened]:
    for n in range(163):
        life = Quick(random, datetime(2020, 6, 1, tzinfo=UTC))
        case = life.id()
        band = codes.AgeBand.AGE_14_16 if n % 5 == 0 and n // 5 < 31 else codes.AgeBand.AGE_19_24
        band = codes.AgeBand.UNKNOWN if n in (1, 2, 3, 4, 6, 7) else band
        harm_types = {codes.HarmType.GROOMING, codes.HarmType.DISTRIBUTION} if n < 35 else {codes.HarmType.DISTRIBUTION}
        common = {"case": case, "item_type": random.choice(list(codes.SupportItemType))}
        yield life.tell(
            victim_support.CaseOpened, case, age_band=band, gender="female", district="mapo", harm_types=harm_types
        )
        for _ in range(ITEMS[n]):
            item = life.id()
            yield life.tell(
                victim_support.ItemScheduled, item, due_on=datetime(2020, 6, 1, tzinfo=UTC).date(), **common
            )
            yield life.tell(
                victim_support.ItemDelivered,
                item,
                harm_types=harm_types,
                age_band=band,
                outcome="completed",
                **common,
            )


def _volunteers(random: Random) -> Iterator[Happened]:
    for n in range(1020):
        life = Quick(random, datetime(2021, 3, 1, tzinfo=UTC))
        life._at = datetime(2020, 3, 1, tzinfo=UTC)
        yield life.tell(monitoring.VolunteerApplied, life.person, district="mapo")
        if n < 1000:
            yield life.tell(monitoring.VolunteerVetted, life.person)
        if n < 812:
            yield life.tell(monitoring.VolunteerTrained, life.person)
        if n < 800:
            yield life.tell(monitoring.VolunteerActivated, life.person)
        if n >= 604 and n < 735:
            yield life.tell(monitoring.VolunteerRested, life.person)
