"""What a service lets out of the house: one value for each list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import asyncpg

from ansim.contracts.codes import ExportColumn, ExportedList
from ansim.contracts.labels import label
from ansim.errors import Message
from ansim.web.filters import Filter
from ansim.web.i18n import current, said

Cell = str | int | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Its heading is the code's label; `cell` gives the words of a row, in the language of the page."""

    code: ExportColumn
    cell: Callable[[asyncpg.Record], Cell]


Words = type[StrEnum] | Mapping[str, Message]


def column(code: ExportColumn, words: Words | None = None, name: str = "") -> Column:
    """A column of the read table, `name` if it is called otherwise. Codes are said in words (of a code list, or given),
    several with a comma between; numbers, days and times stay what they are."""
    source = name or code.value

    def cell(row: asyncpg.Record) -> Cell:
        value: Any = row[source]
        if words is None:
            plain: Cell = value
            return plain
        known = [] if value is None else [value] if isinstance(value, str) else list(value)
        return ", ".join(_said(words, each) for each in known)

    return Column(code, cell)


def _said(words: Words, value: str) -> str:
    """A code that this version does not know is written as it is: an export leaves nothing out."""
    if isinstance(words, Mapping):
        return said(words[value]) if value in words else value
    members = {member.value: member for member in words}
    return label(members[value], current().lang) if value in members else value


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that may be exported.

    `sql` reads the service's own guarded tables, newest first, with the choices of `filters` as $1, $2 …; each row has the
    columns' values and `person`, the pseudonym for the access record, which is never written to the file.
    """

    code: ExportedList
    path: str
    sql: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
