"""How long something was online, as far as looks can prove it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ansim.contracts.codes import CheckResult
from ansim.watching.removal import PROVES, Check


@dataclass(frozen=True, slots=True)
class Online:
    """At least `proven`, at most `possible`. `open` while nobody has seen that it is gone: then `possible` still grows."""

    proven: timedelta
    possible: timedelta
    open: bool

    def __add__(self, other: "Online") -> "Online":
        return Online(self.proven + other.proven, self.possible + other.possible, self.open or other.open)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time between two looks, or from the last one to now. `seen`: both saw it up; else it went or came in between, or
    may still be up. `gone`: the look at its end saw it gone."""

    since: datetime
    until: datetime
    seen: bool
    gone: bool = False

    @property
    def length(self) -> timedelta:
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Lifeline:
    """All stretches in which it was up or may have been, in order of time. `open` while nobody has seen that it is gone."""

    stretches: tuple[Stretch, ...]
    open: bool

    @property
    def online(self) -> Online:
        proven = sum((one.length for one in self.stretches if one.seen), timedelta(0))
        return Online(proven, sum((one.length for one in self.stretches), timedelta(0)), self.open)


def lifeline(
    found_at: datetime, checks: Sequence[Check], now: datetime, *, followed_at: datetime | None = None
) -> Lifeline:
    """From the finding to the first look that saw it gone, seen from the last look that still saw it. `followed_at`: from
    then on it is counted elsewhere, as the next generation, so its line ends there.

    Looks that prove nothing (blocked here, a login wall, an error) neither prove that it was up nor that it was gone. A
    look that sees it up again after it was gone proves the time from that look on; what lay between is possible only.
    """
    last, up = found_at, True
    stretches: list[Stretch] = []
    for check in sorted(checks, key=lambda each: each.number):
        if check.result not in PROVES:
            continue
        sees = check.result is CheckResult.STILL_UP
        if up or sees:
            stretches.append(Stretch(last, check.at, up and sees, gone=not sees))
        last, up = check.at, sees
    end = followed_at or now
    if up and end > last:
        stretches.append(Stretch(last, end, seen=False))
    return Lifeline(tuple(stretches), open=up and followed_at is None)
