"""The screens and the API: right roles, both languages, honest about what is not counted, live."""

import asyncio

import asyncpg
import pytest
from counting_stage import PLACES, put_on_topics
from founding_stage import founding

from analytics.definitions import definitions, tallies
from analytics.pages.live import PARTS, LiveBoard
from analytics.service import SERVICE
from analytics.statistics.loop import Loop
from analytics.statistics.memory import MemorySource
from analytics.statistics.postgres import PostgresLedger
from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor

PAGES = ("/", "/figures", "/definitions", "/definitions/act_false_video", "/operations")


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


async def count_founding(kit: Kit) -> None:
    topics = put_on_topics(founding())
    ledger = PostgresLedger(kit.settings.database_url.get_secret_value(), 1, "1/1")
    await ledger.open(tallies().values())
    until = {place: len(topics.logs.get(place, ())) for place in PLACES}
    await Loop(MemorySource(topics), ledger, ledger.plan).run(PLACES, asyncio.Event(), until=until)
    await ledger.close()


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_every_page_renders_before_anything_is_counted(kit: Kit, client_for: ClientFor, lang: str) -> None:
    client = await client_for(kit, Role.operator, lang)

    for path in PAGES:
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{lang}">' in answer.text


async def test_the_dashboard_shows_the_release_beside_the_record(kit: Kit, client_for: ClientFor) -> None:
    await count_founding(kit)
    client = await client_for(kit, Role.analyst, "ko")

    page = (await client.get("/")).text
    figures = (await client.get("/figures")).text

    for number in ("91", "62.6", "95.6", "1,323", "31", "423", "1,000", "41.8%", "42.9%"):
        assert number in page
    assert "6%는 사람 91명에서 나올 수 없는 값입니다." in page
    assert figures.count("같음</span>") == 19
    assert "counseling" in page
    assert "style=" not in page


async def test_people_without_a_role_here_are_refused(kit: Kit, client_for: ClientFor) -> None:
    counsellor = await client_for(kit, Role.counsellor)
    analyst = await client_for(kit, Role.analyst)
    nobody = await client_for(kit)

    assert (await counsellor.get("/")).status_code == 403
    assert (await counsellor.get("/live")).status_code == 403
    assert (await counsellor.get("/api/v1/figures")).status_code == 403
    assert (await analyst.get("/operations")).status_code == 403
    assert (await nobody.get("/api/v1/figures")).status_code == 401
    assert (await nobody.get("/")).status_code == 303


async def test_the_api_gives_every_figure_with_its_line(kit: Kit, client_for: ClientFor) -> None:
    await count_founding(kit)
    client = await client_for(kit, Role.press_officer, "en")

    listed = (await client.get("/api/v1/figures")).json()
    one = await client.get("/api/v1/figures/share_age_14_16")

    assert [figure["id"] for figure in listed] == [d.id for d in definitions()]
    assert one.json() | {"as_of": None, "positions": None} == {
        "id": "share_age_14_16", "title": {"ko": "14–16세 중학생", "en": "14–16, middle school"}, "value": 62.6,
        "numerator": 57, "denominator": 91, "unit": "person", "unknown": 0, "published": 63, "code_list_version": 1,
        "positions": None, "as_of": None,
    }  # fmt: skip
    assert one.json()["positions"]["counseling"] > 3000
    assert one.headers["etag"]
    missing = await client.get("/api/v1/figures/no_such_figure")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


async def test_an_unknown_definition_is_not_found_and_nothing_of_it_is_echoed(kit: Kit, client_for: ClientFor) -> None:
    client = await client_for(kit, Role.analyst, "en")

    answer = await client.get("/definitions/<script>alert(1)</script>")

    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


async def test_a_figure_newer_than_the_counts_asks_for_a_rebuild(kit: Kit, client_for: ClientFor) -> None:
    await count_founding(kit)
    async with kit.store.pool.acquire() as conn:
        await conn.execute("update statistics_1.tally set hash = 'another' where spec->>'rows' = 'act'")
    client = await client_for(kit, Role.analyst, "en")

    page = (await client.get("/")).text

    assert "Some figures wait for a rebuild" in page
    assert "act_false_video" in page
    assert "62.6" in page


async def test_the_operations_page_says_plainly_when_a_service_does_not_answer(kit: Kit, client_for: ClientFor) -> None:
    client = await client_for(kit, Role.operator, "en")

    page = (await client.get("/operations")).text

    assert page.count("Does not answer; its events are safe in its journal") == 5
    assert "Something needs a look." in page


async def test_an_open_dashboard_hears_of_every_commit_and_gets_only_what_changed(kit: Kit) -> None:
    board = LiveBoard(kit)
    stream = board.stream("en")

    async def parts(at_least: int) -> list[bytes]:
        found: list[bytes] = []
        async with asyncio.timeout(20):
            while len([event for event in found if b"event: part" in event]) < at_least:
                found.append(await anext(stream))
        return found

    first = b"".join(await parts(len(PARTS)))
    await count_founding(kit)
    async with asyncio.timeout(20):
        while b'\\"num\\"' not in (event := await anext(stream)) and b">91<" not in event:
            pass
    await stream.aclose()

    assert all(f'"name":"{name}"'.encode() in first for name in PARTS)
    assert board._reader is None


async def test_a_page_opened_later_is_never_sent_what_an_earlier_one_saw(kit: Kit) -> None:
    board = LiveBoard(kit)

    async def first_counts() -> bytes:
        stream = board.stream("en")
        async with asyncio.timeout(20):
            while b'"name":"counselling"' not in (event := await anext(stream)):
                pass
        await stream.aclose()
        return event

    before = await first_counts()
    await count_founding(kit)
    after = await first_counts()

    assert b">91<" not in before
    assert b">91<" in after


async def test_a_page_that_reads_slowly_gets_the_newest_and_no_backlog(kit: Kit) -> None:
    board = LiveBoard(kit)
    stream = board.stream("ko")
    await anext(stream)
    await anext(stream)
    database = kit.settings.database_url.get_secret_value()
    conn = await asyncpg.connect(database)
    for _ in range(50):
        await conn.execute("select pg_notify('statistics', '1')")
    await conn.close()
    async with asyncio.timeout(20):
        while board.readings < 2:
            await asyncio.sleep(0.01)

    (page,) = board._pages
    assert len(page.sent) <= len(PARTS)
    assert board.readings < 10
    await stream.aclose()


def test_the_service_finds_its_workers() -> None:
    assert set(SERVICE.workers) == {"statistics", "pulse"}
