"""The founding history of counseling, played for real on PostgreSQL: the counts that the published figures follow from."""

from collections import Counter

import pytest

from ansim.contracts.codes import LACK_OF_AWARENESS
from ansim.history import HistoryPlayer, Step, World, youths
from ansim.runtime import Kit
from ansim.testing.kits import KitFor
from counseling.commands import ReceiveReferral, receive_referral
from counseling.history import history
from counseling.service import SERVICE

WORLD = World()


def arrivals() -> list[Step]:
    """What the reaction does when intake's referrals arrive, at the time they were sent."""
    steps = []
    for case in youths(WORLD):
        if case.referral is not None:
            command = ReceiveReferral(
                id=case.referral,
                source=case.source,
                age_band=case.age_band,
                school_level=case.school_level,
                gender=case.gender,
                district=case.district,
            )
            steps.append(
                Step(
                    f"arrival {case.index}",
                    case.referred_at,
                    lambda unit, command=command: receive_referral(unit, command),  # type: ignore[misc]
                )
            )
    return steps


@pytest.fixture
async def played(kit_for: KitFor) -> Kit:
    kit = await kit_for(SERVICE)
    player = HistoryPlayer("counseling", kit.store, WORLD, lambda progress: None)
    await player.play(arrivals())
    await player.play(history(WORLD))
    return kit


@pytest.mark.timeout(120)
async def test_the_played_history_holds_the_counts_behind_the_published_figures(played: Kit) -> None:
    async with played.store.read() as conn:
        held = await conn.fetch(
            """select s.enrolment, e.person, e.age_band, e.school_level, count(*) as n from session s
               join enrolment e using (enrolment) where s.status = 'held' and s.closed_at < '2021-06-01'
               group by 1, 2, 3, 4"""
        )
        latest = await conn.fetch(
            """select distinct on (a.enrolment) a.enrolment, a.motives from assessment a
               where a.assessed_at < '2021-06-01' order by a.enrolment, a.version desc"""
        )
        acts = Counter(
            row["act_type"] for row in await conn.fetch("select act_type from act where recorded_at < '2021-06-01'")
        )
        ends = Counter(
            row["status"] for row in await conn.fetch("select status from enrolment where referred_at < '2021-06-01'")
        )
        others = Counter(
            row["status"]
            for row in await conn.fetch(
                "select status from session where closed_at < '2021-06-01' and status <> 'held'"
            )
        )
    assert sum(row["n"] for row in held) == 1_323
    assert len({row["person"] for row in held}) == 91
    assert sum(row["n"] >= 10 for row in held) == 64
    assert sum((row["age_band"], row["school_level"]) == ("14_16", "middle") for row in held) == 57
    responses = Counter(motive for row in latest for motive in row["motives"])
    assert sum(responses.values()) == 180
    assert [responses[m] for m in ("not_serious", "fun", "curiosity", "impulsive", "imitation", "thought_consensual")] == [
        38, 34, 34, 27, 18, 7,
    ]  # fmt: skip
    assert sum(bool(LACK_OF_AWARENESS & set(row["motives"])) for row in latest) == 87
    assert acts["media_distribution"] == 57
    assert sum(acts.values()) == 133
    assert ends == {"completed": 64, "discontinued": 33, "declined": 21}
    assert others == {"no_show": 141, "cancelled": 88}


@pytest.mark.timeout(120)
async def test_playing_the_history_again_adds_nothing(played: Kit) -> None:
    async with played.store.read() as conn:
        before = await conn.fetchval("select count(*) from journal where occurred_at < '2021-06-01'")
    await HistoryPlayer("counseling", played.store, WORLD, lambda progress: None).play(history(WORLD))
    async with played.store.read() as conn:
        assert await conn.fetchval("select count(*) from journal where occurred_at < '2021-06-01'") == before


@pytest.mark.timeout(120)
async def test_the_enrolments_of_today_lie_outside_the_published_period(played: Kit) -> None:
    async with played.store.read() as conn:
        planned = await conn.fetchval("select count(*) from session where status = 'scheduled'")
        first = await conn.fetchval("select min(referred_at) from enrolment where number > 118")
    assert planned >= 5
    assert first.year >= 2026
