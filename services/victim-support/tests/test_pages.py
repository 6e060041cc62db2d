"""The screens of the real application: both languages, the whole way through a case, and every kind of wrong input."""

import re
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.contracts.codes import SupportItemType
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, send_form
from ansim.testing.stores import some_context
from ansim.web import SEOUL
from ansim.web.api import Page
from victim_support import queries
from victim_support.commands import ScheduleItem, schedule_item

from .conftest import planned_case, referred

HOSTILE = "<script>alert('x')</script>\"><img src=x>"


def soon() -> date:
    return datetime.now(SEOUL).date() + timedelta(days=7)


async def journal_size(kit: Kit) -> int:
    async with kit.store.read(some_context()) as conn:
        size: int = await conn.fetchval("select count(*) from journal")
    return size


SCREENS = (
    "/",
    "/referrals",
    "/referrals/{referral}",
    "/referrals/{referral}/accept",
    "/referrals/{referral}/reject",
    "/cases",
    "/cases?state=all",
    "/cases/new",
    "/cases/{case}",
    "/cases/{case}/person",
    "/cases/{case}/record",
    "/cases/{case}/safety",
    "/cases/{case}/plan",
    "/cases/{case}/items/new",
    "/cases/{case}/close",
    "/cases/{case}/items/{item}",
)
PEOPLE_S_OWN_WORDS = ("윤다인", "김가온", "(가상)", "문자", "한국어", "Test")


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_every_screen_speaks_both_languages(kit: Kit, client_for: ClientFor, lang: str) -> None:
    referral, case = await referred(kit.store), await planned_case(kit.store)
    async with kit.store.unit(some_context()) as unit:
        item = await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=soon()))
    client = await client_for(kit, Role.support_worker, lang)

    for screen in SCREENS:
        page = await client.get(screen.format(referral=referral, case=case, item=item))

        assert page.status_code == 200, screen
        assert f'<html lang="{lang}">' in page.text
        assert not re.search(r"\{\w+\}", page.text), screen
        words = re.sub(r"<[^>]+>", " ", page.text)
        for own in PEOPLE_S_OWN_WORDS:
            words = words.replace(own, "")
        assert bool(re.search(r"[가-힣]", words)) is (lang == "ko"), screen


async def test_from_referral_to_closed_case_by_forms_alone(kit: Kit, worker: httpx2.AsyncClient) -> None:
    referral = await referred(kit.store)

    accepted = await send_form(
        kit, worker, f"/referrals/{referral}/accept", seen=1, name="윤라온 (가상)", age_band="14_16"
    )
    case = accepted.headers["Location"]
    too_soon = await send_form(kit, worker, f"{case}/plan", seen=1, item_types=["legal"])
    await send_form(kit, worker, f"{case}/safety", seen=1, immediate_danger="false")
    await send_form(kit, worker, f"{case}/plan", seen=2, item_types=["legal", "counselling"])
    await send_form(kit, worker, f"{case}/items/new", seen=3, item_type="legal", due_on=soon())
    async with kit.store.read(some_context()) as conn:
        [item] = await queries.items_of(conn, UUID(case.rpartition("/")[2]))
    not_yet = await send_form(kit, worker, f"{case}/close", seen=3, outcome="goals_met")
    delivered = await send_form(kit, worker, f"{case}/items/{item.item_id}/deliver", seen=1, outcome="completed")
    closed = await send_form(kit, worker, f"{case}/close", seen=3, outcome="goals_met")

    assert (accepted.status_code, too_soon.status_code, not_yet.status_code) == (303, 422, 422)
    assert "Check safety first." in too_soon.text
    assert "support items still open: 1" in not_yet.text
    assert (delivered.headers["Location"], closed.headers["Location"]) == (case, case)
    page = await worker.get(case)
    assert "This case is closed: goals met" in page.text
    assert "Delivered: legal support" in page.text


async def test_the_name_is_shown_on_request_only_and_the_look_is_on_record(
    kit: Kit, worker: httpx2.AsyncClient
) -> None:
    case = await planned_case(kit.store)

    closed, opened = await worker.get(f"/cases/{case}"), await worker.get(f"/cases/{case}/person")

    assert "김가온" not in closed.text
    assert "김가온 (가상)" in opened.text
    async with kit.store.read(some_context()) as conn:
        looks = await conn.fetch("select actor, what from access_record where action = 'read' order by 2")
    assert [tuple(look) for look in looks] == [
        ("support-worker", "case"),
        ("support-worker", "case"),
        ("support-worker", "case.opened"),
    ]


async def test_a_form_sent_twice_has_one_effect(kit: Kit, worker: httpx2.AsyncClient) -> None:
    referral, once = await referred(kit.store), str(uuid4())

    first = await send_form(kit, worker, f"/referrals/{referral}/accept", seen=1, name="임이든 (가상)", once=once)
    second = await send_form(kit, worker, f"/referrals/{referral}/accept", seen=1, name="임이든 (가상)", once=once)

    assert first.headers["Location"] == second.headers["Location"]
    async with kit.store.read(some_context()) as conn:
        assert len((await queries.cases(conn, Page()))[0]) == 1


async def test_whoever_comes_second_sees_what_the_first_one_did(kit: Kit, worker: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    await send_form(kit, worker, f"/cases/{case}/plan", seen=3, item_types=["medical"])
    before = await journal_size(kit)

    second = await send_form(kit, worker, f"/cases/{case}/plan", seen=3, item_types=["legal", "deletion"])

    assert second.status_code == 409
    assert "Someone else was faster" in second.text
    assert "Plan agreed · medical support" in second.text
    assert re.search(r'value="deletion" checked', second.text)
    assert 'name="seen" value="4"' in second.text
    assert await journal_size(kit) == before


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("accept", {}, "Fill in this field."),
    ("accept", {"name": "가" * 201}, "At most 200 characters."),
    ("accept", {"name": "한\x01아람"}, "Write this on one line."),
    (
        "accept",
        {"name": "한아람 (가상)", "note": "번호 990101-2345678"},
        "This holds what looks like a resident registration number",
    ),
    ("accept", {"name": "한아람 (가상)", "harm_types": ["nonsense"]}, "Choose one of the options."),
    ("accept", {"name": "한아람 (가상)", "seen": "soon"}, "Write a whole number."),
    ("reject", {"reason": "no_capacity"}, "Fill in this field."),
    ("reject", {"reason": "client_declined", "answered_by": "provider"}, "Only the person can decline."),
    ("reject", {"reason": HOSTILE, "answered_by": "client"}, "Choose one of the options."),
    ("reject", {"reason": "no_capacity", "answered_by": "provider", "extra": "1"}, "There is no such field."),
]


async def test_wrong_input_gets_a_sentence_and_writes_nothing(kit: Kit, worker: httpx2.AsyncClient) -> None:
    referral = await referred(kit.store)
    before = await journal_size(kit)

    for path, fields, said in WRONG:
        page = await send_form(kit, worker, f"/referrals/{referral}/{path}", **fields)

        assert page.status_code == 422, fields
        assert said in page.text, fields
        assert "Nothing has been saved." in page.text
        assert HOSTILE not in page.text
    assert await journal_size(kit) == before


async def test_wrong_input_is_told_in_korean_too(kit: Kit, client_for: ClientFor) -> None:
    referral = await referred(kit.store)
    client = await client_for(kit, Role.support_worker, "ko")

    page = await send_form(kit, client, f"/referrals/{referral}/reject", reason="no_capacity", answered_by="client")

    assert page.status_code == 422
    assert "본인이 아니라 우리 쪽의 이유입니다." in page.text


async def test_hostile_text_is_shown_as_text(kit: Kit, worker: httpx2.AsyncClient) -> None:
    referral = await referred(kit.store)

    accepted = await send_form(kit, worker, f"/referrals/{referral}/accept", seen=1, name="장여울 (가상)", note=HOSTILE)
    page = await worker.get(accepted.headers["Location"] + "/person")

    assert HOSTILE not in page.text
    assert "&lt;script&gt;" in page.text


async def test_a_form_too_large_or_of_another_kind_is_refused(kit: Kit, worker: httpx2.AsyncClient) -> None:
    referral = await referred(kit.store)

    huge = await send_form(kit, worker, f"/referrals/{referral}/accept", name="조찬솔 (가상)", note="글" * 30_000)
    other = await worker.post(f"/referrals/{referral}/accept", json={"name": "조찬솔 (가상)"})

    assert (huge.status_code, other.status_code) == (413, 415)


async def test_a_form_of_another_site_is_refused(kit: Kit, worker: httpx2.AsyncClient) -> None:
    referral = await referred(kit.store)
    before = await journal_size(kit)

    forged = await send_form(kit, worker, f"/referrals/{referral}/accept", csrf="guessed", name="윤다솜 (가상)")

    assert forged.status_code == 403
    assert await journal_size(kit) == before


async def test_only_support_workers_and_supervisors_come_in(kit: Kit, client_for: ClientFor) -> None:
    stranger, counsellor = await client_for(kit), await client_for(kit, Role.counsellor)

    for path in ("/", "/referrals", "/cases", "/cases/new", f"/cases/{uuid4()}"):
        led_away, refused = await stranger.get(path), await counsellor.get(path)

        assert led_away.status_code == 303
        assert led_away.headers["Location"].startswith("/sign-in?back=")
        assert refused.status_code == 403


async def test_an_unknown_number_says_nothing_about_others(kit: Kit, worker: httpx2.AsyncClient) -> None:
    page = await worker.get(f"/cases/{uuid4()}")

    assert page.status_code == 404
    assert "or another team looks after it" in page.text
