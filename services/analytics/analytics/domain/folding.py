"""The shape of a fold, shared by the services' files: event in, new state out, nothing else touched."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct

from analytics.domain.state import State

T = TypeVar("T")

Fold = Callable[[State | None, Any, int, int], State | None]
"""(state before, payload, Seoul day, microseconds) -> state after. The payload has the fields of the contract's event."""

Row = Mapping[str, str | tuple[str, ...]]
"""One countable thing: attribute -> code, or codes where several hold at once."""

Rows = Mapping[str, list[Row]]
"""Kind of row -> its rows."""


class Window(Struct, frozen=True):
    """Days from `start` to `end`, both included; None is open."""

    start: int | None = None
    end: int | None = None

    def holds(self, day: int) -> bool:
        return day >= 0 and (self.start is None or day >= self.start) and (self.end is None or day <= self.end)

    def reached(self, day: int) -> bool:
        """True for a day not after the end: for facts that go on to hold, such as an acceptance."""
        return day >= 0 and (self.end is None or day <= self.end)


def as_a(kind: type[T], state: object) -> T:
    """The state if it is of this kind, else a fresh one."""
    return state if isinstance(state, kind) else kind()


def codes(chosen: frozenset[Any]) -> tuple[str, ...]:
    """A set of codes in a fixed order, so that equal states are equal bytes."""
    return tuple(sorted(code.value if isinstance(code, StrEnum) else code for code in chosen))


def yes(value: bool) -> str:
    return "yes" if value else "no"
