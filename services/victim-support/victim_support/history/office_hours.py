"""Working days and office hours in Seoul, drawn from the history's randomness."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from ansim.web.said import SEOUL

LAST_DELIVERY: Final = date(2020, 12, 29)


def days_between(planned: datetime, count: int, rng: Random) -> Sequence[date]:
    """`count` working days after the plan, one to two weeks apart on average, none after `LAST_DELIVERY`."""
    first = planned.astimezone(SEOUL).date() + timedelta(days=1)
    length = min((LAST_DELIVERY - first).days, count * rng.randint(7, 13))
    return sorted(working_day(first + timedelta(days=rng.randint(0, length))) for _ in range(count))


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())


def at(day: date, rng: Random) -> datetime:
    """A moment in office hours of that day in Seoul."""
    return datetime.combine(day, time(9, 30), SEOUL).astimezone(UTC) + timedelta(minutes=rng.randint(0, 480))


def office_hour(moment: datetime, rng: Random) -> datetime:
    """Office hours of the next working day on or after that moment's day."""
    return at(working_day(moment.astimezone(SEOUL).date()), rng)
