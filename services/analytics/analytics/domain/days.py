"""Days as the centre counts them: calendar days in Seoul, as a number since 1970-01-01.

Korea has kept UTC+9 without daylight saving since 1988, so a day follows from the moment by arithmetic alone.
"""

from datetime import UTC, date, datetime
from functools import cache
from typing import Final

_DAY_MICROS: Final = 86_400_000_000
_SEOUL_MICROS: Final = 9 * 3_600_000_000
_EPOCH: Final = date(1970, 1, 1).toordinal()


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970 of an aware moment; exact for every date this century."""
    return round(moment.timestamp() * 1_000_000)


def day_of(micros: int) -> int:
    """The Seoul day that holds this moment."""
    return (micros + _SEOUL_MICROS) // _DAY_MICROS


def day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def date_of(day: int) -> date:
    return date.fromordinal(day + _EPOCH)


@cache
def year_of(day: int) -> str:
    """The calendar year that holds the day, as a code."""
    return str(date_of(day).year)


def today(now: datetime) -> int:
    return day_of(micros_of(now.astimezone(UTC)))
