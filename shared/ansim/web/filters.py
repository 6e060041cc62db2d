"""Filters of a list: a few named choices in its address, so that a view can be kept and sent to a colleague.

Nothing personal can get into an address this way: a filter has fixed choices, and anything else is its first one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from ansim.errors import Message

__all__ = ["Chosen", "Filter"]


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to filter by. The first of `choices` holds when nothing is chosen."""

    name: str
    title: Message
    choices: Mapping[str, Message]

    @property
    def usual(self) -> str:
        return next(iter(self.choices))

    def read(self, given: str | None) -> str:
        return given if given is not None and given in self.choices else self.usual


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen of a list's filters."""

    filters: tuple[Filter, ...]
    values: tuple[str, ...]

    @classmethod
    def of(cls, filters: tuple[Filter, ...], given: Mapping[str, str]) -> "Chosen":
        """From the queries of an address; unknown ones are passed over."""
        return cls(filters, tuple(each.read(given.get(each.name)) for each in filters))

    @property
    def words(self) -> list[tuple[Message, Message]]:
        """Each filter and its choice, to be said."""
        return [(f.title, f.choices[value]) for f, value in self._pairs()]

    @property
    def query(self) -> str:
        """`?state=open`, or nothing when everything is as usual."""
        asked = {f.name: value for f, value in self._pairs() if value != f.usual}
        return "?" + urlencode(asked) if asked else ""

    def after(self, cursor: str) -> str:
        """The query of the page that begins at this cursor."""
        return f"{self.query}{'&' if self.query else '?'}{urlencode({'after': cursor})}"

    def instead(self, name: str, value: str) -> "Chosen":
        """The same with another choice of one filter."""
        return Chosen(self.filters, tuple(value if f.name == name else known for f, known in self._pairs()))

    def is_chosen(self, name: str, value: str) -> bool:
        return any(f.name == name and known == value for f, known in self._pairs())

    def _pairs(self) -> Iterator[tuple[Filter, str]]:
        return zip(self.filters, self.values, strict=True)
