"""The rows that were not taken in, as a file: what the row was, and at each column what to do about it.

It holds personal data, so nobody but its owner can read it (0600). Mended, the same file can be imported as it is: its extra
columns are not taken in. A resident registration number is not written into it again.
"""

import csv
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from ansim.errors import Message
from ansim.imports.running import Result
from ansim.web.resident_number import holds_resident_number

__all__ = ["Report"]

ROW, ERRORS = "row", "errors"
REMOVED: Final = "(resident registration number removed)"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class _Sink(Protocol):
    def write(self, cells: Sequence[str]) -> None: ...
    def close(self) -> None: ...


class _Csv:
    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(_private(path), "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def write(self, cells: Sequence[str]) -> None:
        """A cell that a spreadsheet would take for a formula gets an apostrophe; the import takes it off again."""
        self._writer.writerow(["'" + cell if cell.startswith(_FORMULA) else cell for cell in cells])

    def close(self) -> None:
        self._file.close()


class _Workbook:
    def __init__(self, path: Path) -> None:
        os.close(_private(path))
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("not taken in")

    def write(self, cells: Sequence[str]) -> None:
        """Every cell is text, whatever it begins with."""
        made = []
        for text in cells:
            cell = WriteOnlyCell(self._sheet, value="".join(char for char in text if char >= " " or char in "\n\t"))
            cell.data_type = "s"
            made.append(cell)
        self._sheet.append(made)

    def close(self) -> None:
        self._book.save(self._path)


class Report:
    """Written beside its place and put there whole at the end; when nothing was refused there is none.

    `said` puts a sentence into the language of the report, `headings` are those of the sheet, `titles` how columns are
    called in its errors.
    """

    def __init__(
        self, path: Path, headings: Sequence[str], titles: Callable[[str], str], said: Callable[[Message], str]
    ) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")
        own = tuple(headings[-2:]) == (ROW, ERRORS)
        self._headings = tuple(headings[:-2] if own else headings)
        self._titles = titles
        self._said = said
        self._sink: _Sink | None = None
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def add(self, result: Result) -> None:
        if self._sink is None:
            self._sink = _Workbook(self._partial) if self._path.suffix.lower() == ".xlsx" else _Csv(self._partial)
            self._sink.write([*self._headings, ROW, ERRORS])
        width = len(self._headings)
        cells = [REMOVED if holds_resident_number(cell) else cell for cell in result.row.cells]
        padded = [*cells[:width], *[""] * (width - len(cells))]
        self._sink.write([*padded, str(result.row.number), self.words(result)])
        self.rows += 1

    def words(self, result: Result) -> str:
        """All that is wrong with a row, in one cell."""
        return "\n".join(
            f"{self._titles(name)}: {self._said(said)}" if name else self._said(said) for name, said in result.errors
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the report into its place, also when the import was stopped half way."""
        if self._sink is None:
            return
        self._sink.close()
        self._partial.chmod(0o600)
        self._partial.replace(self._path)


def _private(path: Path) -> int:
    """A fresh file that only its owner can read, from its first byte on."""
    with suppress(FileNotFoundError):
        path.unlink()
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
