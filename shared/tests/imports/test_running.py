"""Any mix of good and bad rows: each good one goes in exactly once, each bad one is in the report, in any number of tries."""

import asyncio
import csv
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ansim.contracts.codes import AgeBand
from ansim.errors import DomainError, Message, Retriable
from ansim.imports import Column, Deed, Import, Importer, Kind, Outcome, Result, Row, open_sheet
from ansim.imports.report import REMOVED, Report
from ansim.imports.running import BATCH, Place, Places

KEK = bytes(range(32))
COLUMNS = (
    Column("external_number", "관리번호", "", "", required=True),
    Column("age_band", "연령대", "", "", Kind.CODE, AgeBand, required=True),
    Column("name", "이름", "", "", personal=True),
)
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def deeds(values: Mapping[str, Any], record: UUID) -> Sequence[Deed]:
    async def carry_out(unit: Any) -> None:
        unit(values)

    return [Deed(NOW, carry_out)]


TAKEN = Import("cases", COLUMNS, deeds)


class Killed(BaseException):
    """kill -9."""


@dataclass
class MemoryKeeper:
    """The twin of `JournalKeeper`. `killed_after` rows the process is no more."""

    known: dict[UUID, str] = field(default_factory=dict)
    records: list[Mapping[str, Any]] = field(default_factory=list)
    killed_after: int | None = None
    away: int = 0

    async def keep(self, place: Place, deeds: Sequence[Deed]) -> Outcome:
        if self.killed_after is not None and len(self.records) >= self.killed_after:
            raise Killed
        if self.away:
            self.away -= 1
            raise Retriable("the database is away")
        found = await self.look(place)
        if found is not Outcome.IMPORTED:
            return found
        made: list[Mapping[str, Any]] = []
        for deed in deeds:
            await deed.carry_out(made.append)  # type: ignore[arg-type]
        if made[0].get("name") == "domain":
            raise DomainError("no", "name", Message("This is not possible now."))
        self.known[place.key] = place.fingerprint
        self.records += made
        return Outcome.IMPORTED

    async def look(self, place: Place) -> Outcome:
        known = self.known.get(place.key)
        if known is None:
            return Outcome.IMPORTED
        return Outcome.HERE_ALREADY if known == place.fingerprint else Outcome.CHANGED


def importer(keeper: MemoryKeeper, **options: Any) -> Importer:
    return Importer(TAKEN, keeper, Places(KEK, "victim-support"), now=lambda: NOW, **options)


async def taken(path: Path, keeper: MemoryKeeper, **options: Any) -> list[Result]:
    return [result async for result in importer(keeper, **options).run(open_sheet(path))]


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["관리번호", "연령대", "이름"], *rows])
    return path


NUMBERS = st.integers(1, 400).map("V-{}".format)
good = st.tuples(
    NUMBERS, st.sampled_from(["14_16", "14–16세", "under 14"]), st.sampled_from(["", "가온 (가상)", "=1+1"])
)
bad = st.one_of(
    st.tuples(NUMBERS, st.sampled_from(["", "forty", "#REF!"]), st.just("")),
    st.tuples(st.just(""), st.just("14_16"), st.just("x")),
    st.tuples(NUMBERS, st.just("14_16"), st.sampled_from(["990101-2345678", "domain"])),
)
rows_of = st.lists(
    st.one_of(good.map(lambda row: (True, row)), bad.map(lambda row: (False, row))), min_size=1, max_size=90
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=rows_of, killed=st.lists(st.integers(0, 60), max_size=3), dry_first=st.booleans())
def test_good_rows_go_in_exactly_once_and_bad_ones_never_however_often_it_is_begun(
    tmp_path: Path, rows: list[tuple[bool, tuple[str, str, str]]], killed: list[int], dry_first: bool
) -> None:
    """SORMAS #906: failure per item, never per batch."""
    path, keeper = written(tmp_path / "a.csv", [row for _, row in rows]), MemoryKeeper()
    if dry_first:
        asyncio.run(taken(path, keeper, dry_run=True))
        assert keeper.records == []
    for after in killed:
        keeper.killed_after = after
        try:
            asyncio.run(taken(path, keeper))
        except Killed:
            continue
    keeper.killed_after = None

    results = asyncio.run(taken(path, keeper))

    assert [result.row.number for result in results] == list(range(2, len(rows) + 2))
    for (is_good, _), result in zip(rows, results, strict=True):
        assert (
            result.outcome is not Outcome.REFUSED if is_good else result.outcome in (Outcome.REFUSED, Outcome.CHANGED)
        )
        assert bool(result.errors) == (result.outcome in (Outcome.REFUSED, Outcome.CHANGED))
    wanted = {row[0] for is_good, row in rows if is_good}
    assert sorted(str(record["external_number"]) for record in keeper.records) == sorted(wanted)
    again = asyncio.run(taken(path, keeper))
    assert not any(result.outcome is Outcome.IMPORTED for result in again)


async def test_a_database_that_is_away_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def no_sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("ansim.imports.running.asyncio.sleep", no_sleep)
    keeper = MemoryKeeper(away=2)
    path = written(tmp_path / "a.csv", [("V-1", "14_16", "")])
    assert [result.outcome for result in await taken(path, keeper)] == [Outcome.IMPORTED]
    assert waits == [1, 2]

    keeper.away = 99
    with pytest.raises(Retriable):
        await taken(written(tmp_path / "b.csv", [("V-2", "14_16", "")]), keeper)


async def test_no_more_than_a_batch_of_rows_is_read_ahead(tmp_path: Path) -> None:
    sheet = open_sheet(written(tmp_path / "a.csv", [(f"V-{n}", "14_16", "") for n in range(10 * BATCH)]))
    read = 0

    def counting() -> Any:
        nonlocal read
        for row in sheet.rows():
            read += 1
            yield row

    seen = 0
    async for _ in importer(MemoryKeeper()).run(type(sheet)(sheet.kind, sheet.headings, sheet.count, counting)):
        seen += 1
        assert read <= seen + BATCH
    assert seen == 10 * BATCH


def test_a_number_has_another_place_in_another_service_or_suite() -> None:
    values = {"external_number": "V-1", "age_band": AgeBand.AGE_14_16}
    places = {Places(kek, slug).of(values) for kek in (KEK, bytes(32)) for slug in ("intake", "victim-support")}
    assert len({place.key for place in places} | {place.record for place in places}) == 8


def test_the_place_depends_on_the_number_and_the_fingerprint_on_all_that_is_said() -> None:
    places = Places(KEK, "intake")
    one, other = places.of({"external_number": "1", "name": "a"}), places.of({"external_number": "1", "name": "b"})
    assert (one.key, one.record) == (other.key, other.record)
    assert one.fingerprint != other.fingerprint
    assert places.of({"external_number": "1", "x": frozenset("ab")}) == places.of(
        {"x": frozenset("ba"), "external_number": "1"}
    )


def refused(*cells: str) -> Result:
    return Result(Row(7, cells), Outcome.REFUSED, (("age_band", Message("Fill in this field.")), ("", Message("Odd."))))


def report(path: Path, *results: Result) -> Report:
    with Report(path, ["관리번호", "연령대", "이름"], {"age_band": "연령대"}.__getitem__, str) as made:
        for result in results:
            made.add(result)
    return made


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_the_report_is_for_its_owner_only_and_mended_it_is_read_again(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("an earlier report that everybody could read")
    path.chmod(0o644)
    made = report(path, refused("V-1", "", "=cmd|'/c calc'!A1"), refused("V-2", "", "+82 10-0000-0001"))

    assert made.rows == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sheet = open_sheet(path)
    assert sheet.headings == ("관리번호", "연령대", "이름", "row", "errors")
    assert [row.cells for row in sheet.rows()] == [
        ("V-1", "", "=cmd|'/c calc'!A1", "7", "연령대: Fill in this field.\nOdd."),
        ("V-2", "", "+82 10-0000-0001", "7", "연령대: Fill in this field.\nOdd."),
    ]
    assert [left.name for left in tmp_path.iterdir()] == [name]


def test_no_cell_of_a_report_is_a_formula(tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "\t=1"]
    report(tmp_path / "a.csv", *(refused("V", "", text) for text in hostile))
    report(tmp_path / "a.xlsx", *(refused("V", "", text) for text in hostile))

    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert all(row[2].startswith("'") for row in list(csv.reader(file))[1:])
    cells = load_workbook(tmp_path / "a.xlsx").worksheets[0]["C"][1:]
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_resident_registration_number_is_not_written_again(tmp_path: Path) -> None:
    report(tmp_path / "a.csv", refused("V-1", "", "번호 990101-2345678"))
    assert REMOVED in (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert "2345678" not in (tmp_path / "a.csv").read_text(encoding="utf-8")


def test_without_anything_refused_there_is_no_report_and_nothing_is_touched(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("somebody else's file")
    assert report(tmp_path / "a.csv").rows == 0
    assert (tmp_path / "a.csv").read_text() == "somebody else's file"


def test_a_report_of_a_report_has_its_columns_once(tmp_path: Path) -> None:
    report(tmp_path / "a.csv", refused("V-1", "", "x"))
    first = open_sheet(tmp_path / "a.csv")
    with Report(tmp_path / "b.csv", first.headings, str, str) as second:
        second.add(Result(next(first.rows()), Outcome.REFUSED, (("", Message("Odd.")),)))
    assert open_sheet(tmp_path / "b.csv").headings == first.headings


def test_a_report_that_was_stopped_half_way_is_there_all_the_same(tmp_path: Path) -> None:
    def half() -> None:
        with Report(tmp_path / "a.csv", ["관리번호"], str, str) as made:
            made.add(refused("V-1"))
            raise Killed

    with pytest.raises(Killed):
        half()
    assert len(list(open_sheet(tmp_path / "a.csv").rows())) == 1
