"""Removal lies between two checks; a check that saw nothing proves nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.codes import CheckResult
from ansim.watching import PROVES, Check, Interval, removal

START = datetime(2021, 4, 1, tzinfo=UTC)
UP, GONE, WALL = CheckResult.STILL_UP, CheckResult.GONE, CheckResult.LOGIN_WALL


def checks(*results: CheckResult) -> list[Check]:
    return [Check(n, result, START + timedelta(days=n)) for n, result in enumerate(results, start=1)]


def day(n: int) -> datetime:
    return START + timedelta(days=n)


def test_it_went_away_between_the_last_check_that_saw_it_and_the_first_that_did_not() -> None:
    assert removal(START, checks(UP, UP, GONE, GONE)) == Interval(day(2), 2, day(3), 3)


def test_gone_at_the_first_check_means_since_the_second_reader_saw_it() -> None:
    assert removal(START, checks(GONE)) == Interval(START, 0, day(1), 1)


def test_a_login_wall_between_widens_the_interval_and_proves_nothing() -> None:
    assert removal(START, checks(UP, WALL, GONE)) == Interval(day(1), 1, day(3), 3)
    assert removal(START, checks(UP, WALL)) is None


def test_blocked_here_is_never_told_as_removed() -> None:
    assert removal(START, checks(UP, CheckResult.ACCESS_BLOCKED_HERE)) is None


def test_up_again_after_gone_is_not_removed() -> None:
    assert removal(START, checks(GONE, UP)) is None
    assert removal(START, checks(GONE, UP, GONE)) == Interval(day(2), 2, day(3), 3)


@given(st.lists(st.sampled_from(CheckResult), max_size=12))
def test_an_interval_stands_exactly_when_the_latest_proving_check_is_gone(results: list[CheckResult]) -> None:
    found = removal(START, checks(*results))
    proving = [result for result in results if result in PROVES]
    assert (found is not None) == bool(proving and proving[-1] is GONE)
    if found:
        assert found.after < found.before
        assert found.length == timedelta(days=found.before_check - found.after_check)
        between = results[found.after_check : found.before_check - 1]
        assert not set(between) & PROVES
