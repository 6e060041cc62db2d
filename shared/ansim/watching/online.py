"""How long something was online, as far as looks can prove it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ansim.contracts.codes import CheckResult
from ansim.watching.removal import Check


@dataclass(frozen=True, slots=True)
class Online:
    """At least `proven`, at most `possible`. `open` while nobody has seen that it is gone: then `possible` still grows."""

    proven: timedelta
    possible: timedelta
    open: bool

    def __add__(self, other: "Online") -> "Online":
        return Online(self.proven + other.proven, self.possible + other.possible, self.open or other.open)


NEVER = Online(timedelta(0), timedelta(0), open=False)


def online(found_at: datetime, checks: Sequence[Check], now: datetime) -> Online:
    """From the finding to the first look that saw it gone, seen from the last look that still saw it.

    Looks that prove nothing (blocked here, a login wall, an error) neither prove that it was up nor that it was gone. A
    look that sees it up again after it was gone proves the time from that look on; what lay between is possible only.
    """
    proven, possible = timedelta(0), timedelta(0)
    last_up: datetime | None = found_at
    for check in sorted(checks, key=lambda each: each.number):
        if check.result is CheckResult.STILL_UP:
            if last_up is not None:
                proven += check.at - last_up
                possible += check.at - last_up
            last_up = check.at
        elif check.result is CheckResult.GONE and last_up is not None:
            possible += check.at - last_up
            last_up = None
    if last_up is None:
        return Online(proven, possible, open=False)
    return Online(proven, possible + max(timedelta(0), now - last_up), open=True)
