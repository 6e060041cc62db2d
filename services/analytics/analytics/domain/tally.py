"""What is counted, apart from how it is shown: rows of a kind, in a window, filtered, grouped by codes.

Several figures may read the same tally. A tally is identified by the hash of its content, so that stored counts can
never be taken for counts of something else.
"""

import hashlib
from collections.abc import Mapping, Sequence
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
    """A tally made ready to run: what to look at in a row, without names to look up again.

    This is the innermost loop of all counting; hence the plain paths for no group-by and for one.
    """

    __slots__ = ("_all", "_dimensions", "_filter", "_number", "_one")

    def __init__(self, number: int, tally: Tally) -> None:
        members = dict(tally.members)
        self._number = number
        self._filter = tuple((attribute, frozenset(codes)) for attribute, codes in tally.filter)
        self._dimensions = tuple(
            (members[name].attribute, frozenset(members[name].any_of)) if name in members else (name, None)
            for name in tally.group_by
        )
        self._all: CellKey | None = None if self._dimensions else (number, ())
        self._one = self._dimensions[0] if len(self._dimensions) == 1 else None

    def count(self, rows: Sequence[Row], into: dict[CellKey, int]) -> None:
        for row in rows:
            for attribute, allowed in self._filter:
                value = row[attribute]
                if value not in allowed if isinstance(value, str) else allowed.isdisjoint(value):
                    break
            else:
                if self._all is not None:
                    into[self._all] = into.get(self._all, 0) + 1
                elif self._one is not None:
                    for code in _held(row[self._one[0]], self._one[1]):
                        key = (self._number, (code,))
                        into[key] = into.get(key, 0) + 1
                else:
                    self._count_crossed(row, into)

    def _count_crossed(self, row: Row, into: dict[CellKey, int]) -> None:
        """The cells a row falls into where several codes are crossed."""
        found: list[tuple[str, ...]] = [()]
        for attribute, group in self._dimensions:
            found = [(*before, code) for before in found for code in _held(row[attribute], group)]
        for codes in found:
            key = (self._number, codes)
            into[key] = into.get(key, 0) + 1


_UNKNOWN, _YES, _NO = (UNKNOWN,), ("yes",), ("no",)


def _held(value: str | tuple[str, ...], group: frozenset[str] | None) -> tuple[str, ...]:
    """The codes to count under: the value's own, or whether it holds one of a group."""
    if group is None:
        return (value,) if isinstance(value, str) else value
    if not value:
        return _UNKNOWN
    meets = value in group if isinstance(value, str) else not group.isdisjoint(value)
    return _YES if meets else _NO


class Plan:
    """All tallies, arranged by service, window and kind of row, so that an entity is looked at once."""

    def __init__(self, tallies: Mapping[int, Tally]) -> None:
        self.tallies = dict(tallies)
        arranged: dict[str, dict[Window, dict[str, list[_Counter]]]] = {}
        for number, tally in sorted(tallies.items()):
            windows = arranged.setdefault(tally.service, {})
            windows.setdefault(tally.window, {}).setdefault(tally.rows, []).append(_Counter(number, tally))
        self._arranged = {
            service: [(window, frozenset(kinds), list(kinds.items())) for window, kinds in windows.items()]
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
        for window, wanted, kinds in windows:
            rows: Rows = rows_of(states, window, wanted)
            for kind, counters in kinds:
                if found := rows[kind]:
                    for counter in counters:
                        counter.count(found, counts)
        return counts
