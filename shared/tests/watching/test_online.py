"""Time online is a range: what looks prove, and what is possible besides."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.codes import CheckResult
from ansim.watching import Check, Online, lifeline

FOUND = datetime(2026, 11, 1, tzinfo=UTC)
UP, GONE, WALL = CheckResult.STILL_UP, CheckResult.GONE, CheckResult.LOGIN_WALL


def at(days: float) -> datetime:
    return FOUND + timedelta(days=days)


def looks(*seen: tuple[float, CheckResult]) -> list[Check]:
    return [Check(number, result, at(days)) for number, (days, result) in enumerate(seen, start=1)]


def online(seen: list[Check], now: datetime) -> Online:
    return lifeline(FOUND, seen, now).online


def days(length: timedelta) -> float:
    return length / timedelta(days=1)


def test_removal_lies_between_two_looks() -> None:
    found = online(looks((2, UP), (5, GONE)), at(30))
    assert (days(found.proven), days(found.possible), found.open) == (2, 5, False)


def test_while_nobody_saw_it_gone_it_may_still_be_up() -> None:
    found = online(looks((2, UP), (4, WALL)), at(10))
    assert (days(found.proven), days(found.possible), found.open) == (2, 10, True)


def test_what_came_back_is_proven_from_the_look_that_saw_it_and_possible_since_it_was_gone() -> None:
    found = online(looks((1, GONE), (10, UP), (12, UP), (13, GONE)), at(40))
    assert (days(found.proven), days(found.possible), found.open) == (2, 13, False)


def test_a_lifeline_tells_which_stretches_were_seen() -> None:
    life = lifeline(FOUND, looks((1, WALL), (2, UP), (3, GONE), (4, GONE), (6, UP)), at(7))
    told = [((one.since - FOUND).days, (one.until - FOUND).days, one.seen) for one in life.stretches]
    assert told == [(0, 2, True), (2, 3, False), (4, 6, False), (6, 7, False)]
    assert life.open


def test_what_is_followed_as_the_next_generation_counts_no_further_here() -> None:
    found = lifeline(FOUND, looks((2, GONE), (9, UP)), at(30), followed_at=at(9)).online
    assert (days(found.proven), days(found.possible), found.open) == (0, 9, False)


@given(st.lists(st.tuples(st.floats(0.01, 50), st.sampled_from(sorted(CheckResult))), max_size=12))
def test_the_proven_time_never_exceeds_the_possible_and_neither_the_time_that_passed(
    seen: list[tuple[float, CheckResult]],
) -> None:
    found = online(looks(*sorted(seen)), at(60))
    assert timedelta(0) <= found.proven <= found.possible <= timedelta(days=60)
