"""Files for spreadsheets, written row by row, in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Final, Protocol

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ansim.contracts.codes import ExportFormat
from ansim.exports.listing import Cell
from ansim.web.said import SEOUL

__all__ = ["MEDIA_TYPES", "RowFile", "row_file", "safe_text"]

MEDIA_TYPES: Final = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_text(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: an apostrophe before what would begin one (CWE-1236).

    Characters that no spreadsheet file can hold are left out.
    """
    held: str = ILLEGAL_CHARACTERS_RE.sub("", text)
    return "'" + held if held.startswith(_BEGINS_A_FORMULA) else held


class RowFile(Protocol):
    """A file that grows row by row. `finish` makes it whole; `discard` leaves nothing behind."""

    def write(self, rows: Iterable[Sequence[Cell]]) -> None: ...
    def finish(self) -> None: ...
    def discard(self) -> None: ...


def row_file(format: ExportFormat, file: IO[bytes], title: str) -> RowFile:
    return XlsxFile(file, title) if format is ExportFormat.XLSX else CsvFile(file)


class CsvFile:
    """UTF-8 with a byte order mark, as spreadsheet programs expect it; times are Seoul's."""

    def __init__(self, file: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._writer.writerows([_plain(cell) for cell in row] for row in rows)

    def finish(self) -> None:
        self._text.detach()

    def discard(self) -> None:
        self._text.detach()


class XlsxFile:
    """One sheet, its first row kept in sight. Numbers stay numbers, days and times are Seoul's."""

    def __init__(self, file: IO[bytes], title: str) -> None:
        self._file = file
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title[:31])
        self._sheet.freeze_panes = "A2"

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            self._sheet.append([_kept(cell) for cell in row])

    def finish(self) -> None:
        self._book.save(self._file)

    def discard(self) -> None:
        """openpyxl keeps a temporary file for each sheet until it is saved."""
        self._book.save(io.BytesIO())


def _plain(cell: Cell) -> str | int:
    kept = _kept(cell)
    if isinstance(kept, datetime):
        return f"{kept:%Y-%m-%d %H:%M}"
    if isinstance(kept, date):
        return kept.isoformat()
    return "" if kept is None else kept


def _kept(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return safe_text(cell)
    if isinstance(cell, datetime):
        return cell.astimezone(SEOUL).replace(tzinfo=None, second=0, microsecond=0)
    return cell
