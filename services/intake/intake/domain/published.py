"""What the public is told of how others were answered: enough reports or nothing, and nothing that counts few people.

Unit: report. Only reports that had the whole of `SETTLING` to be answered are counted, so that today's cannot make a day
look slow or quick; one without an answer counts as longer than any answer, and is never left out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FEWEST: Final = 10
PERIOD: Final = timedelta(days=90)
SETTLING: Final = timedelta(hours=24)
NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Window:
    """Reports that arrived from `since` on and before `until`."""

    since: datetime
    until: datetime

    @classmethod
    def at(cls, now: datetime) -> "Window":
        until = now - SETTLING
        return cls(until - PERIOD, until)


@dataclass(frozen=True, slots=True)
class Waited:
    """Of `reports`, half had it within `median` and nine in ten within `ninth`. None: so many have not had it yet."""

    reports: int
    median: timedelta | None
    ninth: timedelta | None


@dataclass(frozen=True, slots=True)
class Returned:
    """Of `mailboxes` with a number in somebody's hands, this share was opened at least once."""

    mailboxes: int
    share: float


def waited(reports: int, median_seconds: float | None, ninth_seconds: float | None) -> Waited | None:
    """None when there are too few reports to say anything. `inf`: not answered by now."""
    if reports < FEWEST or median_seconds is None or ninth_seconds is None:
        return None
    return Waited(reports, _length(median_seconds), _length(ninth_seconds))


def returned(mailboxes: int, opened: int) -> Returned | None:
    """None when there are too few mailboxes, or when the share would count fewer than `FEWEST` who did or did not."""
    few = 0 < opened < FEWEST or 0 < mailboxes - opened < FEWEST
    return None if mailboxes < FEWEST or few else Returned(mailboxes, opened / mailboxes)


def _length(seconds: float) -> timedelta | None:
    return None if seconds == NEVER else timedelta(seconds=seconds)
