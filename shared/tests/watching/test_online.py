"""Time online is a range: what looks prove, and what is possible besides."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.codes import CheckResult
from ansim.watching import Check, online

FOUND = datetime(2026, 11, 1, tzinfo=UTC)
UP, GONE, WALL = CheckResult.STILL_UP, CheckResult.GONE, CheckResult.LOGIN_WALL


def at(days: float) -> datetime:
    return FOUND + timedelta(days=days)


def looks(*seen: tuple[float, CheckResult]) -> list[Check]:
    return [Check(number, result, at(days)) for number, (days, result) in enumerate(seen, start=1)]


def days(length: timedelta) -> float:
    return length / timedelta(days=1)


def test_removal_lies_between_two_looks() -> None:
    found = online(FOUND, looks((2, UP), (5, GONE)), at(30))
    assert (days(found.proven), days(found.possible), found.open) == (2, 5, False)


def test_while_nobody_saw_it_gone_it_may_still_be_up() -> None:
    found = online(FOUND, looks((2, UP), (4, WALL)), at(10))
    assert (days(found.proven), days(found.possible), found.open) == (2, 10, True)


def test_what_came_back_counts_from_the_look_that_saw_it() -> None:
    found = online(FOUND, looks((1, GONE), (10, UP), (12, UP), (13, GONE)), at(40))
    assert (days(found.proven), days(found.possible)) == (2, 4)


@given(st.lists(st.tuples(st.floats(0.01, 50), st.sampled_from(sorted(CheckResult))), max_size=12))
def test_the_proven_time_never_exceeds_the_possible_and_neither_the_time_that_passed(
    seen: list[tuple[float, CheckResult]],
) -> None:
    found = online(FOUND, looks(*sorted(seen)), at(60))
    assert timedelta(0) <= found.proven <= found.possible <= timedelta(days=60)
