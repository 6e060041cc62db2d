"""From cells to a figure: a value with its numerator, denominator, unknowns, and the published value beside it."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from analytics.domain.tally import Tally

Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""(group-by name, codes of which one must stand there), all of them; () is met by every cell."""

Cells = Mapping[tuple[str, ...], int]
"""Counts of one tally by the codes of its group-by."""


class Measure(Struct, frozen=True):
    """How a definition reads the cells of its tally. A share without unknowns in its denominator says so there."""

    numerator: Condition = ()
    denominator: Condition | None = None
    unknown: Condition | None = None
    share: bool = False


class Figure(Struct, frozen=True):
    """`denominator` is None for a plain count without one, `unknown` where nothing can be unknown."""

    numerator: int
    denominator: int | None
    unknown: int | None
    share: bool

    @property
    def value(self) -> float | int | None:
        """A count, or a percentage with one decimal, half rounded up; None for a share of nothing."""
        if not self.share:
            return self.numerator
        return rounded_percent(self.numerator, self.denominator or 0, 1)

    def agrees_with(self, published: int) -> bool:
        """True when rounding this figure as the published one was rounded gives the published one."""
        if not self.share:
            return self.numerator == published
        return rounded_percent(self.numerator, self.denominator or 0, 0) == published


def rounded_percent(numerator: int, denominator: int, decimals: int) -> float | None:
    """Exact until the last step: no rounding twice, no binary fractions in between."""
    if denominator == 0:
        return None
    scale: int = 10**decimals
    doubled = Fraction(numerator * 100 * scale, denominator) * 2
    halves: int = doubled.numerator // doubled.denominator
    return (halves + 1) // 2 / scale


def matching(tally: Tally, cells: Cells, condition: Condition) -> int:
    """The sum of the cells whose codes meet the condition."""
    wanted = [(tally.group_by.index(name), frozenset(codes)) for name, codes in condition]
    return sum(count for codes, count in cells.items() if all(codes[at] in allowed for at, allowed in wanted))


def figure(tally: Tally, measure: Measure, cells: Cells) -> Figure:
    return Figure(
        numerator=matching(tally, cells, measure.numerator),
        denominator=None if measure.denominator is None else matching(tally, cells, measure.denominator),
        unknown=None if measure.unknown is None else matching(tally, cells, measure.unknown),
        share=measure.share,
    )


def parts(tally: Tally, cells: Cells, name: str, condition: Condition = ()) -> dict[str, int]:
    """The counts by one code, largest first, of the cells that meet the condition."""
    at = tally.group_by.index(name)
    wanted = [(tally.group_by.index(other), frozenset(codes)) for other, codes in condition]
    found: dict[str, int] = {}
    for codes, count in _only(cells, wanted):
        found[codes[at]] = found.get(codes[at], 0) + count
    return dict(sorted(found.items(), key=lambda part: (-part[1], part[0])))


def _only(cells: Cells, wanted: list[tuple[int, frozenset[str]]]) -> Iterable[tuple[tuple[str, ...], int]]:
    return ((codes, n) for codes, n in cells.items() if n and all(codes[at] in allowed for at, allowed in wanted))
