"""A spreadsheet file as headings and rows, one row in memory at a time: CSV in UTF-8 or CP949, or XLSX."""

import codecs
import csv
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ansim.errors import AnsimError, Message
from ansim.imports.columns import Row

__all__ = ["Sheet", "Unreadable", "open_sheet"]

LONGEST_CELL: Final = 100_000
LARGEST_WORKBOOK_BYTES: Final = 2_000_000_000
"""Unpacked. A workbook is a zip: a small one may unfold into a very large one."""
_CHUNK: Final = 1 << 20
_SEPARATORS: Final = (",", ";", "\t")
_BROKEN_ROW: Final = Message("A cell is longer than any text we take. Look for a quotation mark that is not closed.")


class Unreadable(AnsimError):
    """The file as a whole cannot be read. Carries a sentence that says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Sheet:
    """`kind` says how the file was read, for people; `count` how many rows there may be (a hint); `rows` begins anew at each
    call and skips rows without any content."""

    kind: str
    headings: tuple[str, ...]
    count: int
    rows: Callable[[], Iterator[Row]]


def open_sheet(path: Path) -> Sheet:
    """Read the file's heading. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start[:2] == b"PK":
            return _workbook(path)
        if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise Unreadable(
                Message("This is an old or a locked workbook. Save it as .xlsx without a password, or as CSV.")
            )
        return _text(path)
    except OSError as error:
        raise Unreadable(Message("The file cannot be read: {why}.", why=error.strerror or "?")) from error


def _tidy(text: str) -> str:
    """One spelling for what looks the same: Hangul from other systems comes in pieces, spaces in many kinds."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\u00a0", " ").strip("\ufeff\u200b \t\n\r")


def _text(path: Path) -> Sheet:
    encoding, lines = _encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(LONGEST_CELL)
    separator = max(_SEPARATORS, key=first.count)

    def records() -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=separator)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield Row(number, (), _BROKEN_ROW)
                else:
                    yield Row(number, tuple(_tidy(_unguarded(cell)) for cell in cells))

    shown = {"utf-8-sig": "UTF-8", "cp949": "CP949"}[encoding]
    return _sheet(f"CSV, {shown}", records, max(0, lines - 1))


def _unguarded(cell: str) -> str:
    """Without the apostrophe that our own reports put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def _encoding_of(path: Path) -> tuple[str, int]:
    """The encoding that fits the whole file, and how many lines it has. UTF-8 first: hardly any other text is valid in it."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            raise Unreadable(Message("This text is in UTF-16. Save it as “CSV UTF-8”."))
    for encoding in ("utf-8-sig", "cp949"):
        decoder, lines, nul = codecs.getincrementaldecoder(encoding)("strict"), 0, False
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                    lines += chunk.count(b"\n")
                    nul = nul or b"\0" in chunk
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        if nul:
            break
        return encoding, lines + 1
    raise Unreadable(
        Message("This is neither a text in UTF-8 or CP949 nor a workbook. Save it as .xlsx or as “CSV UTF-8”.")
    )


def _workbook(path: Path) -> Sheet:
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_WORKBOOK_BYTES:
                raise Unreadable(Message("This workbook is too large. Split it, or save it as CSV."))
        with closing(load_workbook(path, read_only=True, data_only=True, keep_links=False)) as book:
            if not book.worksheets:
                raise Unreadable(Message("This workbook has no sheet."))
            name, count = book.worksheets[0].title, book.worksheets[0].max_row or 1
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, SyntaxError) as error:
        raise Unreadable(_NO_WORKBOOK) from error

    def records() -> Iterator[Row]:
        with closing(load_workbook(path, read_only=True, data_only=True, keep_links=False)) as book:
            try:
                for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
                    yield Row(number, tuple(_tidy(_said(cell)) for cell in cells))
            except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
                raise Unreadable(_NO_WORKBOOK) from error

    return _sheet(f"XLSX, {name}", records, max(0, count - 1))


_NO_WORKBOOK: Final = Message("This is no workbook, or it is damaged. Open it, save it again as .xlsx, and try again.")


def _said(cell: object) -> str:
    """What a cell shows, without what its format adds: whole numbers without a point, days without a midnight."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime():
            return f"{cell:%Y-%m-%d}" if (cell.hour, cell.minute) == (0, 0) else f"{cell:%Y-%m-%d %H:%M}"
        case date() | clock() | timedelta():
            return str(cell)
        case _:
            return str(cell)


def _sheet(kind: str, records: Callable[[], Iterator[Row]], count: int) -> Sheet:
    headings = next(records(), None)
    if headings is None or not any(headings.cells):
        raise Unreadable(Message("The first row is empty. It must hold the headings of the columns."))

    def rows() -> Iterator[Row]:
        everything = records()
        next(everything, None)
        yield from (row for row in everything if row.problem is not None or any(row.cells))

    return Sheet(kind, headings.cells, count, rows)
