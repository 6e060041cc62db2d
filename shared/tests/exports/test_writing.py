"""What is written can be opened by any spreadsheet, and nothing in it begins to calculate."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ansim.contracts.codes import ExportFormat
from ansim.exports.listing import Cell
from ansim.exports.writing import row_file, safe_text
from ansim.web import SEOUL

AT = datetime(2021, 5, 27, 15, 30, 12, tzinfo=UTC)
ROWS: list[list[Cell]] = [
    ["번호", "상태"],
    [1001, "종결"],
    [-5, "=1+1"],
    [None, AT],
    ['글, "따옴표"\n둘째 줄', date(2021, 5, 27)],
]
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def written(format: ExportFormat, rows: list[list[Cell]]) -> bytes:
    file = io.BytesIO()
    writer = row_file(format, file, "신고")
    writer.write(rows[:1])
    writer.write(rows[1:])
    writer.finish()
    return file.getvalue()


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_a_mark_that_spreadsheet_programs_know_korean_by() -> None:
    data = written(ExportFormat.CSV, ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\xef\xbb\xbf") == 1
    assert read_csv(data) == [
        ["번호", "상태"],
        ["1001", "종결"],
        ["-5", "'=1+1"],
        ["", "2021-05-28 00:30"],
        ['글, "따옴표"\n둘째 줄', "2021-05-27"],
    ]


def test_xlsx_keeps_numbers_as_numbers_and_times_as_times() -> None:
    sheet = load_workbook(io.BytesIO(written(ExportFormat.XLSX, ROWS))).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[:3] == [["번호", "상태"], [1001, "종결"], [-5, "'=1+1"]]
    assert rows[3] == [None, AT.astimezone(SEOUL).replace(tzinfo=None, second=0)]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


@given(st.text(max_size=30), st.sampled_from(BEGINNINGS))
def test_no_text_begins_a_formula_in_either_file(rest: str, beginning: str) -> None:
    """ASVS 1.2.10, CWE-1236."""
    text = beginning + rest
    assert safe_text(text).startswith("'")
    [[cell]] = read_csv(written(ExportFormat.CSV, [[text]]))
    assert not cell.startswith(BEGINNINGS)
    sheet = load_workbook(io.BytesIO(written(ExportFormat.XLSX, [[text]]))).active
    assert sheet is not None
    assert (sheet["A1"].data_type, str(sheet["A1"].value)[0]) == ("s", "'")


@pytest.mark.parametrize("text", ["", "글", "1+1", "a=b", " =1"])
def test_other_texts_are_written_as_they_are(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize("format", ExportFormat)
def test_characters_that_no_file_can_hold_do_not_stop_it(format: ExportFormat) -> None:
    assert written(format, [["a\x00b\x0bc"]])
