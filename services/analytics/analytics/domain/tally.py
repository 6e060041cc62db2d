"""What is counted, apart from how it is shown: rows of a kind, in a window, filtered, grouped by codes.

Several figures may read the same tally. A tally is identified by the hash of its content, so that stored counts can
never be taken for counts of something else.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from analytics.domain.folding import Row, Rows, Window
from analytics.domain.rows import ROWS, SERVICE_OF_ROWS
from analytics.domain.state import State, Stream

UNKNOWN: Final = "unknown"

CellKey = tuple[int, tuple[str, ...]]
"""(number of the tally, codes in the order of its group-by)."""


class Member(Struct, frozen=True):
    """A yes-or-no code made of a multiple one: does `attribute` hold any code of a named, versioned group?"""

    attribute: str
    any_of: tuple[str, ...]
    version: int = 1


class Tally(Struct, frozen=True):
    """`filter`: attribute -> codes of which one must hold. `group_by`: attributes or names of `members`."""

    rows: str
    group_by: tuple[str, ...]
    window: Window = Window()
    filter: tuple[tuple[str, tuple[str, ...]], ...] = ()
    members: tuple[tuple[str, Member], ...] = ()

    @property
    def hash(self) -> str:
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]

    @property
    def service(self) -> str:
        return SERVICE_OF_ROWS[self.rows]


class _Counter:
    """A tally made ready to run: what to look at in a row, without names to look up again."""

    __slots__ = ("_dimensions", "_filter", "_number")

    def __init__(self, number: int, tally: Tally) -> None:
        members = dict(tally.members)
        self._number = number
        self._filter = tuple((attribute, frozenset(codes)) for attribute, codes in tally.filter)
        self._dimensions = tuple(
            (members[name].attribute, frozenset(members[name].any_of)) if name in members else (name, None)
            for name in tally.group_by
        )

    def count(self, rows: Sequence[Row], into: dict[CellKey, int]) -> None:
        for row in rows:
            if all(_meets(row[attribute], codes) for attribute, codes in self._filter):
                for codes in self._codes(row):
                    key = (self._number, codes)
                    into[key] = into.get(key, 0) + 1

    def _codes(self, row: Row) -> Iterable[tuple[str, ...]]:
        """The cells a row falls into: one, or one for each code where a multiple attribute is grouped by."""
        found: list[tuple[str, ...]] = [()]
        for attribute, group in self._dimensions:
            value = row[attribute]
            held: tuple[str, ...]
            if group is not None:
                held = ((UNKNOWN if not value else "yes" if _meets(value, group) else "no"),)
            else:
                held = (value,) if isinstance(value, str) else value
            found = [(*before, code) for before in found for code in held]
        return found


def _meets(value: str | tuple[str, ...], codes: frozenset[str]) -> bool:
    return value in codes if isinstance(value, str) else not codes.isdisjoint(value)


class Plan:
    """All tallies, arranged by service, window and kind of row, so that an entity is looked at once."""

    def __init__(self, tallies: Mapping[int, Tally]) -> None:
        self.tallies = dict(tallies)
        arranged: dict[str, dict[Window, dict[str, list[_Counter]]]] = {}
        for number, tally in sorted(tallies.items()):
            windows = arranged.setdefault(tally.service, {})
            windows.setdefault(tally.window, {}).setdefault(tally.rows, []).append(_Counter(number, tally))
        self._arranged = {
            service: [(window, list(kinds.items())) for window, kinds in windows.items()]
            for service, windows in arranged.items()
        }

    def contribution(self, service: str, streams: Mapping[str, Stream]) -> dict[CellKey, int]:
        """What one entity adds to the cells. Pure: the same streams always give the same counts."""
        counts: dict[CellKey, int] = {}
        windows = self._arranged.get(service)
        if not windows:
            return counts
        states: dict[str, State] = {key: s.state for key, s in streams.items() if s.state is not None}
        rows_of = ROWS[service]
        for window, kinds in windows:
            rows: Rows = rows_of(states, window)
            for kind, counters in kinds:
                if found := rows[kind]:
                    for counter in counters:
                        counter.count(found, counts)
        return counts
