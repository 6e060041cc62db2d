"""A centre's spreadsheet of reports: taken in at their own days, judged and closed as the row says, once."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from ansim.imports import Importer, Outcome, Result, open_sheet
from ansim.imports.running import JournalKeeper, Places
from ansim.journal import Actor, Context
from ansim.runtime import Kit
from ansim.web.i18n import catalogue
from intake.imports import IMPORTS
from intake.queries.published import PUBLISHED
from intake.sweeps import late_reports

from .conftest import Desk

HEADINGS = "external_number,reported_on,reporter_role,harm_types,about_minor,narrative,contact,severity,age_band,closed_on,outcome"
OPEN = "R-1,2021-03-04 14:20,victim,grooming,yes,(가상) 표지어-버드나무,010-0000-0001,,,,"
JUDGED = "R-2,2021-03-04,teacher,grooming;distribution,,(가상) 글,,high,14_16,,"
CLOSED = "R-3,2021-03-04,witness,distribution,no,(가상) 글,,low,25_plus,2021-03-09,answered"


async def take_in(kit: Kit, tmp_path: Path, *rows: str) -> list[Result]:
    path = tmp_path / f"{uuid4()}.csv"
    path.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
    context = Context(Actor("system:import", "system", "한서윤 (가상)"), datetime.now(UTC), uuid4(), all_teams=True)
    importer = Importer(IMPORTS, JournalKeeper(kit.store, context), Places(bytes(range(32)), "intake"))
    return [result async for result in importer.run(open_sheet(path))]


async def states(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows(
        "select state, severity, minor, outcome, submitted_at, closed_at from report order by number"
    )


async def test_a_report_is_taken_in_judged_and_closed_at_its_own_days(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    results = [(await take_in(kit, tmp_path, row))[0] for row in (OPEN, JUDGED, CLOSED)]

    assert {result.outcome for result in results} == {Outcome.IMPORTED}, [r.errors for r in results]
    opened, judged, closed = await states(desk)
    assert (opened["state"], opened["submitted_at"]) == ("submitted", datetime(2021, 3, 4, 5, 20, tzinfo=UTC))
    assert (judged["state"], judged["severity"], judged["minor"]) == ("triaged", "high", "yes")
    assert (closed["state"], closed["outcome"]) == ("closed", "answered")
    assert closed["closed_at"] == datetime(2021, 3, 9, 0, 0, tzinfo=UTC)


async def test_no_deadline_is_told_missed_by_what_was_imported(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    """Nobody knows when it was read and judged then, so nothing is said of it."""
    await take_in(kit, tmp_path, OPEN, JUDGED, CLOSED)
    async with kit.store.unit(Context(Actor("x", "system"), datetime.now(UTC), uuid4(), all_teams=True)) as unit:
        assert await late_reports(unit.conn, datetime.now(UTC), 10) == []
    assert await desk.rows("select 1 from journal where type like '%deadline_missed%'") == []


async def test_an_imported_report_has_no_mailbox_and_its_page_says_what_is_there(
    kit: Kit, desk: Desk, tmp_path: Path, officer: httpx2.AsyncClient
) -> None:
    await take_in(kit, tmp_path, OPEN)
    (row,) = await desk.rows("select id from report")

    page = await officer.get(f"/reports/{row['id']}")

    assert page.status_code == 200
    assert await desk.rows("select 1 from mailbox") == []
    texts = (await officer.get(f"/api/v1/reports/{row['id']}/narrative")).json()
    assert texts["narrative"] == "(가상) 표지어-버드나무"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (CLOSED.replace("answered", "referred_on"), "outcome"),
        (CLOSED.replace("answered", ""), "outcome"),
        (CLOSED.replace("2021-03-09", "2021-03-01"), "closed_on"),
        (CLOSED.replace("2021-03-09", ""), "closed_on"),
        (OPEN.replace("2021-03-04 14:20", "2999-01-01"), "reported_on"),
        (OPEN.replace("2021-03-04 14:20", "4 March"), "reported_on"),
        (JUDGED.replace("high", ""), "severity"),
        (OPEN.replace("(가상) 표지어-버드나무", "990101-2345678"), "narrative"),
        (OPEN.replace("(가상) 표지어-버드나무", "가" * 7_000), "narrative"),
        (OPEN.replace("(가상) 표지어-버드나무", "#REF!"), "narrative"),
        (OPEN.replace("R-1", ""), "external_number"),
        (OPEN.replace("grooming", ""), "harm_types"),
    ],
)
async def test_each_mistake_is_told_at_its_column_in_korean(
    kit: Kit, desk: Desk, tmp_path: Path, row: str, column: str
) -> None:
    (result,) = await take_in(kit, tmp_path, row)

    assert result.outcome is Outcome.REFUSED
    assert [name for name, _ in result.errors] == [column]
    said = result.errors[0][1].translate(catalogue("intake", "ko"))
    assert any("가" <= char <= "힣" for char in said), said
    assert await desk.rows("select 1 from report") == []


async def test_the_same_rows_again_change_nothing(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    await take_in(kit, tmp_path, OPEN, JUDGED, CLOSED)
    (before,) = await desk.rows("select count(*) as n from journal")

    results = await take_in(kit, tmp_path, CLOSED, OPEN, JUDGED)

    assert {result.outcome for result in results} == {Outcome.HERE_ALREADY}
    assert (await desk.rows("select count(*) as n from journal"))[0] == before


async def test_imported_reports_are_not_in_the_published_answer_times(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    """Nobody knows how long they waited, and they have no mailbox to come back to."""
    await take_in(kit, tmp_path, OPEN, JUDGED, CLOSED)
    window = (datetime(2021, 1, 1, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC))
    assert [row["reports"] for row in await desk.rows(PUBLISHED, *window)] == [0]
