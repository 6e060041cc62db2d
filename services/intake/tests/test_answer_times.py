"""Published answer times and the return rate: exact, with their unit and period, and silent about few."""

import math
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.journal import Unit
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor
from intake.commands import (
    AcknowledgeReport,
    SubmitReport,
    WriteToReporter,
    acknowledge_report,
    submit_report,
    visit_mailbox,
    write_to_reporter,
)
from intake.domain.published import FEWEST, NEVER, PERIOD, SETTLING, Window, returned, waited
from intake.queries import PUBLISHED, Published, published

from .conftest import REPORT, Desk, context

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def at(kit: Kit, when: datetime, report: UUID, *deeds: str) -> None:
    async with kit.store.unit(context(when)) as unit:
        for deed in deeds:
            await _do(unit, report, deed)


async def _do(unit: Unit, report: UUID, deed: str) -> None:
    if deed == "submit":
        await submit_report(unit, SubmitReport.model_validate({**REPORT, "id": report}), uuid4().bytes)
    elif deed == "read":
        await acknowledge_report(unit, AcknowledgeReport(report=report))
    elif deed == "answer":
        await write_to_reporter(unit, WriteToReporter(report=report, text="(가상) 답입니다"))
    else:
        await visit_mailbox(unit, report)


async def reports(kit: Kit, age: timedelta, *, read: list[float | None], opened: int = 0) -> None:
    """One report for each of `read`: so many hours later it was read and answered, or not at all."""
    for number, hours in enumerate(read):
        report = uuid4()
        await at(kit, NOW - age, report, "submit")
        if hours is not None:
            await at(kit, NOW - age + hours * HOUR, report, "read", "answer")
        if number < opened:
            await at(kit, NOW - age + 30 * HOUR, report, "visit")


async def figures(kit: Kit) -> Published:
    async with kit.store.read(context()) as conn:
        return await published(conn, Window.at(NOW))


async def test_half_and_nine_of_ten_are_counted_over_all_reports_also_the_unanswered(kit: Kit) -> None:
    await reports(kit, timedelta(days=5), read=[1, 2, 3, 4, 5, 6, 7, 8, None, None])
    found = await figures(kit)
    assert found.read is not None
    assert (found.read.reports, found.read.median, found.read.ninth) == (10, 5 * HOUR, None)
    assert found.answered == found.read


async def test_only_reports_that_had_a_day_to_be_answered_and_lie_in_the_period_count(kit: Kit) -> None:
    await reports(kit, timedelta(days=5), read=[2.0] * 10)
    await reports(kit, SETTLING - HOUR, read=[0.1] * 3)
    await reports(kit, SETTLING + PERIOD + HOUR, read=[9.0] * 3)
    found = await figures(kit)
    assert found.read is not None
    assert (found.read.reports, found.read.median, found.read.ninth) == (10, 2 * HOUR, 2 * HOUR)


async def test_below_ten_reports_nothing_is_told(kit: Kit, client_for: ClientFor) -> None:
    await reports(kit, timedelta(days=5), read=[2.0] * 9, opened=9)
    found = await figures(kit)
    assert (found.read, found.answered, found.returned) == (None, None, None)
    page = await (await client_for(kit, lang="en")).get("/start/times")
    assert page.text.count("Not enough reports yet.") == 3
    assert "9" not in page.text.split("<main")[1].split("Reports of")[0]


@pytest.mark.parametrize(("lang", "hours", "rate"), [("ko", "3시간", "50%"), ("en", "3 hours", "50%")])
async def test_the_page_shows_times_rate_unit_number_and_period(
    kit: Kit, client_for: ClientFor, lang: str, hours: str, rate: str
) -> None:
    """GlobaLeaks #752 and #1959: half never return, and no figure said so."""
    await reports(kit, timedelta(days=5), read=[2.5] * 20, opened=10)
    page = (await (await client_for(kit, lang=lang)).get("/start/times")).text
    assert page.count(f">{hours}<") == 4
    assert f">{rate}<" in page
    assert page.count("20") >= 3


async def test_many_lookers_cost_one_count(kit: Kit, client_for: ClientFor) -> None:
    public = await client_for(kit)
    before = (await public.get("/start/times")).text.count('<p class="prov">')
    await reports(kit, timedelta(days=5), read=[2.0] * 10)
    assert (await public.get("/start/times")).text.count('<p class="prov">') == before
    assert "충분하지 않습니다" in (await public.get("/start/times")).text


async def test_the_count_reads_the_window_through_its_index(kit: Kit, desk: Desk) -> None:
    async with kit.store.unit(context()) as unit:
        await unit.conn.execute(
            """
            insert into report (id, person, version, state, submitted_event, reporter_role, about_minor, district,
                                language, harm_types, may_be_emergency, submitted_at)
            select gen_random_uuid(), gen_random_uuid(), 1, 'closed', gen_random_uuid(), 'victim', 'no', 'mapo', 'ko',
                   '{distribution}', false, now() - n * interval '1 hour'
              from generate_series(1, 30000) n
            """
        )
        window = Window.at(NOW)
        plan = "\n".join(row[0] for row in await unit.conn.fetch(f"explain {PUBLISHED}", window.since, window.until))
    assert "report_submitted" in plan


@given(st.integers(0, 500), st.integers(0, 500))
def test_no_rate_counts_fewer_than_ten_who_did_or_did_not(mailboxes: int, opened: int) -> None:
    opened = min(opened, mailboxes)
    found = returned(mailboxes, opened)
    if found is not None:
        assert mailboxes >= FEWEST
        assert all(part == 0 or part >= FEWEST for part in (opened, mailboxes - opened))
        assert math.isclose(found.share * found.mailboxes, opened)


@given(st.integers(0, 100), st.floats(0, 1e7), st.floats(0, 1e7))
def test_times_are_silent_about_few_and_never_say_that_the_unanswered_were_answered(
    number: int, median: float, ninth: float
) -> None:
    found = waited(number, median, ninth)
    assert (found is None) is (number < FEWEST)
    open_end = waited(FEWEST, median, NEVER)
    assert open_end is not None
    assert open_end.ninth is None
