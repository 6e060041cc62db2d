"""What a service takes from a spreadsheet: its columns, how a cell is read, and what is done with a row."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError

from ansim.contracts import label
from ansim.errors import Message
from ansim.journal import Unit
from ansim.web.resident_number import holds_resident_number
from ansim.web.said import SEOUL
from ansim.web.sentences import field_of, sentence_for

NUMBER: Final = "external_number"
LONGEST_NUMBER: Final = 100
FIRST_YEAR: Final = 1990
_DAY_BEGINS: Final = time(9, 0)
"""A day without a time is the morning of that day in Seoul."""

_DATE: Final = re.compile(
    r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?(?:[T\s]+(\d{1,2}):(\d{2})(?::\d{2})?)?"
)
_SPREADSHEET_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"})

RESIDENT_NUMBER: Final = Message(
    "This holds what looks like a resident registration number. We do not take these: please delete it."
)


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    DAY = "day"
    CODE = "code"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is its English heading and the field it becomes; `korean` its Korean heading. `codes` is the list
    that a code is of: a cell holds the code itself or its word in either language."""

    name: str
    korean: str
    help: str
    help_korean: str
    kind: Kind = Kind.TEXT
    codes: type[StrEnum] | None = None
    required: bool = False
    personal: bool = False

    def read(self, cell: str, now: datetime) -> Any:
        """The value of a cell that is not empty. Raises ValueError with a Message that says what to do."""
        if cell in _SPREADSHEET_ERRORS:
            raise ValueError(
                Message("This cell holds an error of the spreadsheet. Mend the formula, or write the value.")
            )
        match self.kind:
            case Kind.TEXT:
                return cell
            case Kind.DAY:
                return read_day(cell, now)
            case Kind.CODE:
                return self._code(cell)
            case Kind.CODES:
                return self._codes(cell)

    def _code(self, cell: str) -> StrEnum:
        assert self.codes is not None
        found = _words_of(self.codes).get(_plain(cell))
        if found is None:
            known = ", ".join(str(code) for code in self.codes)
            raise ValueError(Message("Not a word of this list. Write one of: {known}.", known=known))
        return found

    def _codes(self, cell: str) -> frozenset[StrEnum]:
        assert self.codes is not None
        whole = _words_of(self.codes).get(_plain(cell))
        if whole is not None:
            return frozenset({whole})
        return frozenset(self._code(part.strip()) for part in re.split(r"[;,\n]", cell) if part.strip())


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: `number` counts from 1 with the heading; `cells` are all of them, also those not taken in;
    `problem` is what kept it from being read at all."""

    number: int
    cells: tuple[str, ...]
    problem: Message | None = None


class RowErrors(Exception):
    """What is wrong with a row: sentences by column, "" for the row as a whole."""

    def __init__(self, errors: Sequence[tuple[str, Message]]) -> None:
        super().__init__(", ".join(name or "row" for name, _ in errors))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done for a row, at its own time."""

    at: datetime
    carry_out: Callable[[Unit], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Import:
    """What a service takes in. `what` names one row in English, `roles` who may import, in whose name it is done.

    `deeds` builds a row's commands from its values and the id that its record gets, the same for the same number; it
    raises ValidationError or RowErrors, and does nothing. The first column is the external number.
    """

    what: str
    columns: tuple[Column, ...]
    deeds: Callable[[Mapping[str, Any], UUID], Sequence[Deed]]
    roles: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        known = {_plain(heading): column.name for column in self.columns for heading in (column.name, column.korean)}
        object.__setattr__(self, "headings", known)

    def places(self, headings: Sequence[str]) -> dict[str, int]:
        """Where each known column stands. Raises RowErrors for a required one that is missing or one that comes twice."""
        found: dict[str, int] = {}
        wrong: list[tuple[str, Message]] = []
        for place, heading in enumerate(headings):
            name = self.headings.get(_plain(heading))
            if name is None:
                continue
            if name in found:
                wrong.append((name, Message("This column is there twice. Keep one of them.")))
            found.setdefault(name, place)
        wrong += [
            (column.name, Message("This column is missing. Add it with the heading {name} or {korean}.",
                                  name=column.name, korean=column.korean))
            for column in self.columns
            if column.required and column.name not in found
        ]  # fmt: skip
        if wrong:
            raise RowErrors(wrong)
        return found

    def ignored(self, headings: Sequence[str]) -> list[int]:
        """The places of columns that are not taken in."""
        return [place for place, heading in enumerate(headings) if heading and _plain(heading) not in self.headings]

    def values(self, row: Row, places: Mapping[str, int], width: int, now: datetime) -> dict[str, Any]:
        """A row's values by column, without the empty ones. Raises RowErrors with everything that is wrong at once."""
        if row.problem is not None:
            raise RowErrors([("", row.problem)])
        wrong: list[tuple[str, Message]] = []
        if any(row.cells[width:]):
            wrong.append(("", Message("This row has more cells than the heading. Look for a stray separator.")))
        by_place = {place: name for name, place in places.items()}
        wrong += [
            (by_place.get(place, ""), RESIDENT_NUMBER)
            for place, cell in enumerate(row.cells)
            if holds_resident_number(cell)
        ]
        found: dict[str, Any] = {}
        for column in self.columns:
            place = places.get(column.name)
            cell = row.cells[place] if place is not None and place < len(row.cells) else ""
            if not cell:
                if column.required:
                    wrong.append((column.name, Message("Fill in this field.")))
                continue
            try:
                found[column.name] = column.read(cell, now)
            except ValueError as error:
                wrong.append((column.name, _message_of(error)))
        if len(str(found.get(NUMBER, ""))) > LONGEST_NUMBER:
            wrong.append((NUMBER, Message("At most {n} characters.", n=LONGEST_NUMBER)))
        if wrong:
            raise RowErrors(wrong)
        return found

    def plan(self, values: Mapping[str, Any], record: UUID) -> Sequence[Deed]:
        """The row's deeds. Raises RowErrors in the sentences of the forms."""
        try:
            return self.deeds(values, record)
        except ValidationError as error:
            names = {column.name for column in self.columns}
            wrong = {field_of(detail["loc"]): sentence_for(detail) for detail in error.errors()}
            raise RowErrors([(name if name in names else "", said) for name, said in wrong.items()]) from error


def read_day(cell: str, now: datetime) -> datetime:
    """A day as people write it, with or without a time, in Seoul; never in the future."""
    match = _DATE.fullmatch(cell)
    if match is None:
        raise ValueError(Message("Write a date such as 2026-11-23."))
    year, month, day, hour, minute = (int(part) if part else None for part in match.groups())
    try:
        moment = time(hour, minute or 0) if hour is not None else _DAY_BEGINS
        at = datetime.combine(date(year or 0, month or 0, day or 0), moment, SEOUL)
    except ValueError:
        raise ValueError(Message("There is no such day. Check year, month and day.")) from None
    if at.year < FIRST_YEAR:
        raise ValueError(Message("This is too long ago. Check the year."))
    if at.date() > now.astimezone(SEOUL).date():
        raise ValueError(Message("This date must lie in the past."))
    return min(at.astimezone(UTC), now)


def _message_of(error: ValueError) -> Message:
    first = error.args[0] if error.args else None
    return first if isinstance(first, Message) else Message("This cannot be accepted.")


def _plain(text: str) -> str:
    """Headings and words without what people vary: case, spaces, dashes (CP949 has no long ones), an asterisk for required."""
    return re.sub(r"[\s_*–—~∼～-]+", "", text).casefold()


@cache
def _words_of(codes: type[StrEnum]) -> dict[str, StrEnum]:
    """Every way to write a code of this list. A word that two codes share stands for none."""
    found: dict[str, StrEnum] = {}
    shared: set[str] = set()
    for code in codes:
        for word in {_plain(code.value), _plain(label(code, "ko")), _plain(label(code, "en"))}:
            if word in found and found[word] is not code:
                shared.add(word)
            found[word] = code
    return {word: code for word, code in found.items() if word not in shared} | {
        _plain(code.value): code for code in codes
    }
