"""A spreadsheet is read as it is: in its own encoding, cell by cell, and what cannot be read says what to do."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ansim.contracts.codes import AgeBand, HarmType
from ansim.errors import Message
from ansim.imports import Column, Import, Kind, RowErrors, Unreadable, open_sheet
from ansim.imports import columns as columns_module
from ansim.imports.columns import read_day
from ansim.imports.reading import LONGEST_CELL

NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
KOREAN = "관리번호,이름\n1,김가온 (가상)\n2,뷁햏 (가상)\n"

COLUMNS = (
    Column("external_number", "관리번호", "", "", required=True),
    Column("opened_on", "개시일", "", "", Kind.DAY),
    Column("age_band", "연령대", "", "", Kind.CODE, AgeBand),
    Column("harm_types", "피해 유형", "", "", Kind.CODES, HarmType),
)
TAKEN = Import("cases", COLUMNS, lambda values, record: ())


def cells_of(path: Path) -> list[tuple[str, ...]]:
    return [row.cells for row in open_sheet(path).rows()]


def saved(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("encoding", "kind"), [("utf-8", "CSV, UTF-8"), ("utf-8-sig", "CSV, UTF-8"), ("cp949", "CSV, CP949")]
)
def test_the_encodings_of_korean_offices_are_told_apart_and_named(tmp_path: Path, encoding: str, kind: str) -> None:
    sheet = open_sheet(saved(tmp_path / "a.csv", KOREAN.encode(encoding)))

    assert sheet.kind == kind
    assert sheet.headings == ("관리번호", "이름")
    assert [row.cells for row in sheet.rows()] == [("1", "김가온 (가상)"), ("2", "뷁햏 (가상)")]


def test_a_character_across_the_edge_of_a_chunk_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansim.imports.reading._CHUNK", 7)
    for encoding in ("utf-8", "cp949"):
        assert cells_of(saved(tmp_path / "a.csv", KOREAN.encode(encoding)))[1] == ("2", "뷁햏 (가상)")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (KOREAN.encode("utf-16"), "UTF-16"),
        (b"\xff\xfe\x00\xd8", "UTF-16"),
        (b"a,b\n\x81\xff,\xc1\xff\n", "neither"),
        (b"a,b\n\x00\x01,2\n", "neither"),
        (b"", "first row is empty"),
        (b",,\n1,2,3\n", "first row is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old or a locked workbook"),
        (b"PK\x03\x04 nonsense", "no workbook"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        open_sheet(saved(tmp_path / "a.csv", content))
    assert says in str(refused.value.message)


def test_a_zip_that_is_no_workbook_and_one_that_unfolds_too_far_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    with pytest.raises(Unreadable, match="no workbook"):
        open_sheet(path)
    monkeypatch.setattr("ansim.imports.reading.LARGEST_WORKBOOK_BYTES", 999_999)
    with pytest.raises(Unreadable, match="too large"):
        open_sheet(path)


def test_a_missing_file_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        open_sheet(tmp_path / "none.csv")


def test_a_workbook_gives_what_its_cells_show(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["관리번호", "날", "시각", "수", "예", "빈칸"])
    sheet.append([1001.0, datetime(2021, 3, 4), datetime(2021, 3, 4, 14, 20), 1.5, True, None])  # noqa: DTZ001 - as in a workbook
    sheet.append([None, None, None, None, None, None])
    sheet.append(["  V-2\u00a0", "", "", "", "", ""])
    book.save(tmp_path / "a.xlsx")

    opened = open_sheet(tmp_path / "a.xlsx")

    assert opened.kind == "XLSX, Sheet"
    assert [row.cells for row in opened.rows()] == [
        ("1001", "2021-03-04", "2021-03-04 14:20", "1.5", "yes", ""),
        ("V-2", "", "", "", "", ""),
    ]
    assert [row.number for row in opened.rows()] == [2, 4]


def test_lines_inside_of_a_cell_and_other_separators_are_read(tmp_path: Path) -> None:
    assert cells_of(saved(tmp_path / "a.csv", 'a;b\n1;"두 줄\r\n이다; 그래"\n')) == [("1", "두 줄\n이다; 그래")]
    assert cells_of(saved(tmp_path / "b.csv", "a\tb\n1\t2\n")) == [("1", "2")]


def test_a_quotation_mark_that_is_never_closed_spoils_its_row_only_as_far_as_it_goes(tmp_path: Path) -> None:
    long = "x" * (LONGEST_CELL + 10)
    rows = list(open_sheet(saved(tmp_path / "a.csv", f'a,b\n1,2\n3,"{long}"\n5,6\n')).rows())
    assert rows[0].cells == ("1", "2")
    assert rows[1].problem is not None
    assert rows[-1].cells == ("5", "6")


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2021-03-04", datetime(2021, 3, 4, 0, 0, tzinfo=UTC)),
        ("2021.3.4", datetime(2021, 3, 4, 0, 0, tzinfo=UTC)),
        ("2021. 03. 04.", datetime(2021, 3, 4, 0, 0, tzinfo=UTC)),
        ("2021년 3월 4일", datetime(2021, 3, 4, 0, 0, tzinfo=UTC)),
        ("2021/03/04 14:20", datetime(2021, 3, 4, 5, 20, tzinfo=UTC)),
        ("2026-11-27", datetime(2026, 11, 27, 0, 0, tzinfo=UTC)),
        ("2026-11-27 23:59", NOW),
    ],
)
def test_days_are_read_as_people_write_them(written: str, at: datetime) -> None:
    assert read_day(written, NOW) == at


@pytest.mark.parametrize(
    "written", ["04.03.2021", "2021-13-01", "2021-02-30", "2026-11-28", "1021-01-01", "어제", "20210304"]
)
def test_other_days_are_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_day(written, NOW)
    assert isinstance(refused.value.args[0], Message)


@pytest.mark.parametrize("written", ["14_16", "14–16세", "14-16세", "14~16세", " 14–16 ", "14 – 16"])
def test_a_code_is_its_code_or_its_word_in_either_language(written: str) -> None:
    assert COLUMNS[2].read(written, NOW) is AgeBand.AGE_14_16


def test_every_word_of_every_column_stands_for_its_own_code() -> None:
    for codes in (AgeBand, HarmType):
        for code in codes:
            assert columns_module._words_of(codes)[columns_module._plain(code.value)] is code


@pytest.mark.parametrize("heading", ["관리번호", "external_number", "External Number", "*관리 번호", "EXTERNAL-NUMBER"])
def test_a_heading_is_known_in_both_languages(heading: str) -> None:
    assert TAKEN.places([heading]) == {"external_number": 0}


def test_headings_that_are_missing_or_there_twice_are_all_told() -> None:
    with pytest.raises(RowErrors) as refused:
        TAKEN.places(["개시일", "opened_on"])
    assert [name for name, _ in refused.value.errors] == ["opened_on", "external_number"]
    assert TAKEN.ignored(["관리번호", "비고", ""]) == [1]


plain_cells = st.text(st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0xFFFF), max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(plain_cells, min_size=3, max_size=3), max_size=8), crlf=st.booleans())
def test_whatever_a_csv_holds_comes_back_cell_by_cell(tmp_path: Path, rows: list[list[str]], crlf: bool) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if crlf else "\n").writerows([["a", "b", "c"], *rows])
    path = saved(tmp_path / "a.csv", text.getvalue())

    found: list[Any] = [row.cells for row in open_sheet(path).rows()]

    from ansim.imports.reading import _tidy, _unguarded

    wanted = [tuple(_tidy(_unguarded(cell)) for cell in row) for row in rows]
    assert found == [cells for cells in wanted if any(cells)]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=400))
def test_no_file_at_all_breaks_the_reader(tmp_path: Path, content: bytes) -> None:
    try:
        sheet = open_sheet(saved(tmp_path / "a.csv", content))
        list(sheet.rows())
    except Unreadable:
        return
    assert sheet.headings
