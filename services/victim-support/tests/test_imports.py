"""A centre's spreadsheet of cases: good rows become cases, bad ones come back with what to do about them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ansim.access import Role, seed_demo_staff
from ansim.imports import Importer, Outcome, Result, open_sheet
from ansim.imports.running import JournalKeeper, Places
from ansim.journal import Actor, Context, Store
from ansim.testing.stores import RecordedReads, some_context
from ansim.web.api import Page
from ansim.web.i18n import catalogue
from victim_support import queries
from victim_support.domain.case import CaseState
from victim_support.imports import IMPORTS

KEK = bytes(range(32))
HEADINGS = "관리번호,개시일,이름,연락처,연령대,피해 유형,담당자,종결일,종결 결과"
GOOD = "V-1,2021-03-04,김가온 (가상),010-0000-0001,14–16세,온라인 그루밍;유포협박,,,"
CLOSED = "V-2,2021. 3. 5.,나다움 (가상),,14_16,grooming,,2021-09-30,goals_met"
BAD_DAY = "V-3,2021-02-30,다라온 (가상),,14_16,grooming,,,"
BAD_CODES = "V-4,2021-03-04,,,forty,grooming;nonsense,,,"
RESIDENT = "V-5,2021-03-04,라온 (가상),990101-2345678,14_16,grooming,,,"

Taken = Callable[[Sequence[str]], "asyncio.Future[list[Result]]"]


@pytest.fixture
def sheet_of(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, headings: str = HEADINGS) -> Path:
        path = tmp_path / f"{uuid4()}.csv"
        path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def importer(store: Store, *, dry_run: bool = False) -> Importer:
    actor = Actor("system:import", "system", "한서윤 (가상)")
    context = Context(actor, datetime.now(UTC), uuid4(), team="seoul-a", all_teams=True)
    return Importer(IMPORTS, JournalKeeper(store, context), Places(KEK, "victim-support"), dry_run=dry_run)


async def take_in(store: Store, path: Path, *, dry_run: bool = False) -> list[Result]:
    return [result async for result in importer(store, dry_run=dry_run).run(open_sheet(path))]


async def all_cases(store: Store) -> list[queries.CaseRow]:
    async with store.read(some_context()) as conn:
        return (await queries.cases(conn, Page(None, 200)))[0]


async def journal_size(store: Store) -> int:
    async with store.read(some_context()) as conn:
        return int(await conn.fetchval("select count(*) from journal"))


def outcomes(results: list[Result]) -> list[Outcome]:
    return [result.outcome for result in results]


async def test_good_rows_go_in_and_bad_ones_come_back_with_every_reason(
    store: Store, sheet_of: Callable[..., Path]
) -> None:
    """SORMAS #906: one bad row never stops the others."""
    results = await take_in(store, sheet_of(BAD_DAY, GOOD, BAD_CODES, RESIDENT, CLOSED))

    assert outcomes(results) == [
        Outcome.REFUSED,
        Outcome.IMPORTED,
        Outcome.REFUSED,
        Outcome.REFUSED,
        Outcome.IMPORTED,
    ]
    assert [[name for name, _ in result.errors] for result in results] == [
        ["opened_on"],
        [],
        ["name", "age_band", "harm_types"],
        ["contact"],
        [],
    ]
    assert {case.state for case in await all_cases(store)} == {CaseState.OPENED, CaseState.CLOSED}


async def test_every_reason_is_a_sentence_in_korean_too(store: Store, sheet_of: Callable[..., Path]) -> None:
    results = await take_in(
        store,
        sheet_of(
            BAD_DAY, BAD_CODES, RESIDENT, CLOSED.replace("goals_met", ""), GOOD.replace(",,,", ",nobody,,"), GOOD + ",x"
        ),
    )
    words = catalogue("victim_support", "ko")
    said = [message.translate(words) for result in results for _, message in result.errors]
    assert len(said) == 8
    assert all(any("가" <= char <= "힣" for char in sentence) for sentence in said), said


async def test_the_past_is_recorded_at_its_own_day_in_the_name_of_who_imports(
    store: Store, sheet_of: Callable[..., Path], reads: RecordedReads
) -> None:
    await take_in(store, sheet_of(CLOSED))

    (case,) = await all_cases(store)
    assert case.opened_at == datetime(2021, 3, 5, 0, 0, tzinfo=UTC)
    assert case.closed_at == datetime(2021, 9, 30, 0, 0, tzinfo=UTC)
    assert case.team == "seoul-a"
    async with store.read(some_context()) as conn:
        events = await queries.happened_on(conn, "case", case.case_id)
    assert {(event.actor.subject, event.actor.name) for event in events} == {("system:import", "한서윤 (가상)")}
    assert ("wrote", case.person) in {(action, person) for _, action, person, _ in reads.entries}


async def test_the_same_file_again_does_nothing_and_a_changed_row_is_told(
    store: Store, sheet_of: Callable[..., Path]
) -> None:
    await take_in(store, sheet_of(GOOD, CLOSED))
    before = await journal_size(store)

    assert outcomes(await take_in(store, sheet_of(CLOSED, GOOD))) == [Outcome.HERE_ALREADY] * 2
    (changed, same) = await take_in(store, sheet_of(GOOD.replace("김가온", "김다온"), CLOSED))

    assert (changed.outcome, same.outcome) == (Outcome.CHANGED, Outcome.HERE_ALREADY)
    assert "was not changed" in str(changed.errors[0][1])
    assert await journal_size(store) == before


async def test_one_number_twice_in_a_file_is_one_case(store: Store, sheet_of: Callable[..., Path]) -> None:
    results = await take_in(store, sheet_of(GOOD, GOOD, GOOD.replace("김가온", "김다온")))
    assert sorted(outcomes(results)) == sorted([Outcome.IMPORTED, Outcome.HERE_ALREADY, Outcome.CHANGED]) or sorted(
        outcomes(results)
    ) == sorted([Outcome.IMPORTED, Outcome.CHANGED, Outcome.CHANGED])
    assert len(await all_cases(store)) == 1


async def test_a_dry_run_says_the_same_and_writes_nothing(
    store: Store, sheet_of: Callable[..., Path], reads: RecordedReads
) -> None:
    await take_in(store, sheet_of(CLOSED))
    before, entries = await journal_size(store), len(reads.entries)

    said = outcomes(await take_in(store, sheet_of(GOOD, CLOSED, BAD_DAY), dry_run=True))

    assert said == [Outcome.IMPORTED, Outcome.HERE_ALREADY, Outcome.REFUSED]
    assert (await journal_size(store), len(reads.entries)) == (before, entries)
    async with store.read(some_context()) as conn:
        assert await conn.fetchval("select count(*) from command_done") == 1


async def test_a_worker_is_named_by_sign_in_name_and_must_work_on_cases(
    store: Store, sheet_of: Callable[..., Path]
) -> None:
    await seed_demo_staff(store.pool)
    to_worker, to_analyst = (GOOD.replace("V-1", n).replace(",,,", f",{who},,") for n, who in
                             (("V-8", "support-worker"), ("V-9", "analyst")))  # fmt: skip

    taken, refused = await take_in(store, sheet_of(to_worker, to_analyst))

    assert taken.outcome is Outcome.IMPORTED
    assert [name for name, _ in refused.errors] == ["worker"]
    (case,) = await all_cases(store)
    assert case.member is not None


async def test_killed_in_the_middle_and_started_again_it_ends_with_the_same_cases(
    store: Store, sheet_of: Callable[..., Path]
) -> None:
    rows = [GOOD.replace("V-1", f"V-{number}") for number in range(200)]
    path = sheet_of(*rows)

    async def first_half() -> None:
        async for _ in importer(store).run(open_sheet(path)):
            if len(await all_cases(store)) >= 60:
                raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await first_half()
    results = await take_in(store, path)

    assert set(outcomes(results)) == {Outcome.IMPORTED, Outcome.HERE_ALREADY}
    assert len(await all_cases(store)) == 200


async def test_neither_number_nor_name_stands_in_a_plain_column(store: Store, sheet_of: Callable[..., Path]) -> None:
    await take_in(store, sheet_of(GOOD.replace("V-1", "표지번호-77")))
    async with store.read(some_context()) as conn:
        plain = [
            str(await conn.fetch(f"select * from {table}"))
            for table in ("journal", "support_case", "command_done", "access_record")
        ]
    assert all("표지번호" not in text and "김가온" not in text for text in plain)


def test_whoever_works_on_cases_may_import_them() -> None:
    assert set(IMPORTS.roles) == {Role.support_worker, Role.supervisor}
