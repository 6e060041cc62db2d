"""What a series of checks says about a post: removal lies between two checks, and is told as an interval.

A check that could not see the post (blocked here, behind a login, moved, failed) proves neither that it is up nor that
it is gone, so it neither starts nor ends an interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ansim.contracts.codes import CheckResult


@dataclass(frozen=True, slots=True)
class Check:
    number: int
    result: CheckResult
    at: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """It happened after `after` and not later than `before`. Check number 0 is the second reader's look."""

    after: datetime
    after_check: int
    before: datetime
    before_check: int

    @property
    def length(self) -> timedelta:
        return self.before - self.after


PROVES: Final = frozenset({CheckResult.STILL_UP, CheckResult.GONE})
"""Results that prove whether the post is up. The others are stated as they are and prove nothing."""


def removal(confirmed_at: datetime, checks: Sequence[Check]) -> Interval | None:
    """Between which two observations the post went away, seen from the latest proving check.

    None while the latest proving check saw it up, or when none proved anything. After a reappearance only the latest
    removal is told; the earlier ones stay visible in the list of checks.
    """
    after, after_check = confirmed_at, 0
    found: Interval | None = None
    for check in sorted(checks, key=lambda each: each.number):
        if check.result is CheckResult.STILL_UP:
            after, after_check, found = check.at, check.number, None
        elif check.result is CheckResult.GONE and found is None:
            found = Interval(after, after_check, check.at, check.number)
    return found
