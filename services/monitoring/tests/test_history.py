"""The founding history of monitoring: exact numbers, the same every time, and true to the rules when played."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ansim.history import HistoryPlayer, Step, World
from ansim.testing.stores import open_store
from monitoring.domain.volunteer import VolunteerState
from monitoring.history import ACTIVATED, APPLIED, POSTS, RECENT, RECRUITED, TRAINED, history
from monitoring.history.people import CLOSED
from monitoring.projections import projector
from monitoring.queries import sightings as sighting_queries
from monitoring.queries import volunteers as volunteer_queries
from monitoring.queries.sightings import Show

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def plan() -> list[Step]:
    return list(history(World(), NOW))


def test_the_same_seed_tells_the_same_history() -> None:
    assert [(step.key, step.at) for step in plan()] == [(step.key, step.at) for step in plan()]


def test_steps_are_named_once_and_stand_in_the_order_of_their_times() -> None:
    steps = plan()
    assert len({step.key for step in steps}) == len(steps)
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_exactly_a_thousand_are_vetted_in_time() -> None:
    names = Counter((step.key.split("/")[0], step.key.split("/")[2]) for step in plan())
    assert names["volunteer", "applied"] == APPLIED == 1_060
    assert names["volunteer", "vetted"] == RECRUITED == 1_000
    assert names["volunteer", "trained"] == TRAINED == 812
    assert names["volunteer", "activated"] == ACTIVATED == 604
    assert all(step.at <= CLOSED for step in plan() if step.key.startswith("volunteer/"))


def test_every_post_of_the_past_is_decided_and_every_reported_one_checked_three_to_six_times() -> None:
    steps = [step.key.split("/") for step in plan() if step.key.startswith("sighting/")]
    names = Counter(parts[2] for parts in steps)
    checks = Counter(parts[1] for parts in steps if parts[2] == "check")
    assert names["logged"] == POSTS == names["confirmed"] + names["rejected"]
    assert names["confirmed"] == names["reported"] == len(checks)
    assert set(checks.values()) <= {3, 4, 5, 6}
    assert all(step.at < datetime(2021, 6, 1, tzinfo=UTC) for step in plan() if step.key.startswith("sighting/"))


def test_the_last_days_have_something_to_do() -> None:
    steps = [step for step in plan() if step.key.startswith("recent")]
    assert len([step for step in steps if step.key.endswith("/logged")]) == RECENT
    assert all(NOW - timedelta(days=6) < step.at < NOW for step in steps)


@pytest.mark.timeout(300)  # six thousand commands, on a machine that may be busy
async def test_played_through_the_commands_it_gives_these_numbers(service_database) -> None:  # type: ignore[no-untyped-def]
    async with open_store(service_database("monitoring").url, "monitoring", projector) as store:
        player = HistoryPlayer("monitoring", store, World(), lambda progress: None)
        steps = plan()
        assert await player.play(steps[:700]) == 700
        assert await player.play(steps) == len(steps) - 700
        assert await player.play(steps) == 0
        async with store.read() as conn:
            roster = await volunteer_queries.roster(conn)
            counts = await sighting_queries.counts(conn)
    assert (roster.applied, roster.recruited, roster.trained, roster.started) == (1_060, 1_000, 812, 604)
    assert roster.now[VolunteerState.RESTING] == 42
    assert roster.now[VolunteerState.LEFT] == 72
    assert counts[Show.ALL] == POSTS + RECENT
    assert counts[Show.LOGGED] == 4
    assert counts[Show.CONFIRMED] == 3
