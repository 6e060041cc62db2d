"""Numbers, times and addresses as people read them. Times are shown in Seoul's time, in the language of the page."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from ansim.contracts.labels import label as label_in
from ansim.errors import Message
from ansim.web.i18n import current, translated

__all__ = ["FILTERS", "SEOUL", "InPlace", "span"]

SEOUL: Final = timezone(timedelta(hours=9), "KST")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def num(value: float | None, digits: int | None = None) -> str:
    """1323 → 1,323; 62.637 → 62.6; none → – (not published)."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if isinstance(value, int) else 1
    return f"{value:,.{digits}f}"


def percent(value: float | None, digits: int = 1) -> str:
    """A share (0.626) as 62.6%, closed up."""
    return "–" if value is None else f"{num(value * 100, digits)}%"


def seoul(at: datetime) -> datetime:
    return at.astimezone(SEOUL)


def iso(at: datetime) -> str:
    """For `datetime` and `data-as-of`: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def clock(at: datetime) -> str:
    """14:20:07"""
    return f"{seoul(at):%H:%M:%S}"


def minute(at: datetime) -> str:
    """14:20"""
    return f"{seoul(at):%H:%M}"


def iso_minute(at: datetime) -> str:
    """2026-11-23 14:20, the same in both languages: on paper it must still be understood in a year."""
    return f"{seoul(at):%Y-%m-%d %H:%M}"


def day(at: date | datetime) -> str:
    """2026-11-23 or 23 Nov 2026."""
    if isinstance(at, datetime):
        at = seoul(at).date()
    return at.isoformat() if current().lang == "ko" else f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def when(at: datetime | date, now: datetime | None = None) -> str:
    """A time in a list: today 14:05, this year 11/22 18:00, else the whole date."""
    if not isinstance(at, datetime):
        return day(at)
    here, today = seoul(at), seoul(now or datetime.now(UTC))
    if here.date() == today.date():
        return translated("today {clock}", clock=f"{here:%H:%M}")
    if here.year != today.year:
        return day(at)
    if current().lang == "ko":
        return f"{here.month}/{here.day:02} {here:%H:%M}"
    return f"{here.day} {_MONTHS[here.month - 1]} {here:%H:%M}"


def ago(at: datetime, now: datetime | None = None) -> str:
    """1초 전, 4분 전 / 1 s ago, 4 min ago."""
    seconds = max(0, int(((now or datetime.now(UTC)) - at).total_seconds()))
    if seconds < 60:
        return translated("{n} s ago", n=seconds)
    if seconds < 3600:
        return translated("{n} min ago", n=seconds // 60)
    if seconds < 48 * 3600:
        return translated("{n} h ago", n=seconds // 3600)
    return translated("{n} days ago", n=f"{seconds // 86400:,}")


def span(length: timedelta) -> Message:
    """A length of time in the two largest units that matter: 32분, 14시간, 1일 19시간, 4일."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours = minutes // 1440, minutes % 1440 // 60
    if minutes < 60:
        return Message("{n} min", n=minutes)
    if not days:
        left = minutes % 60
        if hours < 6 and left:
            return Message("{hours} h {minutes} min", hours=hours, minutes=left)
        return Message("{n} h", n=hours)
    if days < 3 and hours:
        return Message("{days} d {hours} h", days=days, hours=hours)
    return Message("{n} d", n=f"{days:,}")


_SCHEME: Final = re.compile(r"^h(tt)(ps?)$", re.IGNORECASE)
_ANY_SCHEME: Final = re.compile(r"htt(ps?)://", re.IGNORECASE)


def defang(address: str, shorten: bool = True) -> str:
    """`https://post.invalid/a/bc41` → `hxxps://post[.]invalid/…c41`: readable, never clickable.

    Not shortened, every character is kept (case, port, fragment), so that whoever must report it reports that address.
    """
    if not shorten:
        return _ANY_SCHEME.sub(r"hxx\1://", address).replace(".", "[.]")
    parts = urlsplit(address if "://" in address else f"//{address}")
    host = (parts.hostname or parts.path).replace(".", "[.]")
    scheme = _SCHEME.sub(r"hxx\2", parts.scheme) + "://" if parts.scheme else ""
    rest = (parts.path if parts.hostname else "") + (f"?{parts.query}" if parts.query else "")
    rest = rest.replace(".", "[.]")
    if shorten and len(rest) > 12:
        rest = f"/…{rest[-3:]}"
    return f"{scheme}{host}{rest}"


def label(code: StrEnum | None) -> str:
    """The words of a code in the language of the page; nothing for none."""
    return "" if code is None else label_in(code, current().lang)


def labels(codes: Iterable[StrEnum]) -> str:
    """Several codes in the order of their list, with a comma between."""
    codes = list(codes)
    if not codes:
        return ""
    order = list(type(codes[0]))
    return ", ".join(label(code) for code in sorted(codes, key=order.index))


def begin(words: str) -> str:
    """A label where a line or a cell begins: the code lists write English small, and Korean has no capitals."""
    return words[:1].upper() + words[1:]


def options(codes: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """A code list (or part of one) as pairs for choices and selects, each beginning with a capital in English."""
    return [(code.value, begin(label(code))) for code in codes]


def chosen(value: object) -> list[str]:
    """What is chosen, as texts: none, one value, or several."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [str(value)]
    return [str(one) for one in value] if isinstance(value, Iterable) else [str(value)]


@dataclass(frozen=True, slots=True)
class InPlace:
    """A value said in the language of the page it lands on, e.g. a time or a code inside of a sentence."""

    say: Callable[[Any], str]
    value: Any

    def __str__(self) -> str:
        return self.say(self.value)


FILTERS: Final = {
    "num": num,
    "percent": percent,
    "iso": iso,
    "clock": clock,
    "minute": minute,
    "iso_minute": iso_minute,
    "time": minute,
    "date": day,
    "when": when,
    "ago": ago,
    "span": span,
    "defang": defang,
    "label": label,
    "labels": labels,
    "begin": begin,
    "options": options,
    "chosen": chosen,
}
