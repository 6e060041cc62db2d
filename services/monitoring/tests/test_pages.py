"""The screens: both languages, every role, wrong input, and two people at once."""

import re
from uuid import UUID, uuid4

import pytest

from ansim.runtime import Kit

from .conftest import SIGHTING, Person, PersonFor, journal_size, text_of

HOSTILE = "<script>alert('x')</script>\"><img src=x>"
DESK = (
    "/sightings",
    "/sightings?show=gone",
    "/watches",
    "/volunteers",
    "/volunteers?state=active",
    "/volunteers/new",
    "/platforms",
)


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_every_page_of_the_desk_opens_in_both_languages(person_for: PersonFor, post: str, lang: str) -> None:
    desk = await person_for("coordinator", lang)
    for path in (*DESK, f"/sightings/{post}", "/platforms/board_da"):
        answer = await desk.page(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{lang}">' in answer.text
        assert ("감시단" in answer.text) == (lang == "ko")


async def test_everybody_is_led_to_the_page_of_their_role(coordinator: Person, monitor: Person) -> None:
    assert (await coordinator.page("/")).headers["location"] == "/sightings"
    assert (await monitor.page("/")).headers["location"] == "/log"


async def test_nobody_else_gets_in(person_for: PersonFor) -> None:
    analyst = await person_for("analyst")
    paths = ("/sightings", "/volunteers", "/volunteers/new", "/platforms", "/log", "/")
    for path in paths:
        assert (await analyst.page(path)).status_code == 403, path
    analyst.client.cookies.clear()
    for path in paths:
        assert (await analyst.page(path)).status_code == 303, path


async def test_a_volunteer_does_not_see_the_desk_and_the_desk_does_not_log(
    coordinator: Person, monitor: Person, post: str
) -> None:
    for path in ("/sightings", f"/sightings/{post}", "/volunteers", "/platforms"):
        assert (await monitor.page(path)).status_code == 403
    assert (await coordinator.page("/log")).status_code == 403


async def test_a_volunteer_logs_a_sighting_and_never_sees_its_address_again(monitor: Person, kit: Kit) -> None:
    answer = await monitor.post("/log", SIGHTING)
    assert answer.status_code == 303
    done = await monitor.page(answer.headers["location"])
    assert "S-1 is logged" in text_of(done)
    mine = await monitor.page("/log")
    assert "S-1" in text_of(mine)
    for page in (done, mine):
        assert "7f02c41" not in page.text
        assert "board.invalid" not in page.text


async def test_a_volunteer_sees_what_their_own_sightings_did(coordinator: Person, monitor: Person, post: str) -> None:
    await coordinator.post(f"/sightings/{post}/confirm")
    await coordinator.post(f"/sightings/{post}/report", {"report_channel": "in_app"})
    await coordinator.post(f"/sightings/{post}/check", {"result": "gone"})
    words = text_of(await monitor.page("/log"))
    assert "Seen gone 1 post" in words
    assert "Still up 0 posts" in words
    assert "Check 1: gone" in words


async def test_somebody_elses_sighting_is_not_found_for_a_volunteer(
    coordinator: Person, monitor: Person, kit: Kit
) -> None:
    assert (await monitor.page(f"/logged/{uuid4()}")).status_code == 404


async def test_a_form_sent_twice_logs_once(monitor: Person) -> None:
    key = str(uuid4())
    first = await monitor.post("/log", SIGHTING, once=key)
    second = await monitor.post("/log", SIGHTING, once=key)
    assert first.headers["location"] == second.headers["location"]
    assert (await monitor.client.get("/api/v1/mine")).json()["logged"] == 1


WRONG: tuple[tuple[str, object, str], ...] = (
    ("platform", "", "Fill in this field."),
    ("platform", "myspace", "Choose one of the options."),
    ("categories", [], "Choose at least one."),
    ("categories", ["distribution", "nonsense"], "Choose one of the options."),
    ("categories", ["distribution", "unsure"], "cannot stand beside another choice"),
    ("depicted_age", HOSTILE, "Choose one of the options."),
    ("url", "", "Fill in this field."),
    ("url", "javascript:alert(1)", "must begin with http:// or https://"),
    ("url", "https://a.invalid/" + "x" * 2_000, "more than 2000 characters"),
    ("url", f"https://a.invalid/{HOSTILE}", "blanks or hidden characters"),
)


async def test_wrong_input_is_told_at_its_field_and_nothing_is_written(monitor: Person, kit: Kit) -> None:
    before = await journal_size(kit)
    for field, value, message in WRONG:
        answer = await monitor.post("/log", SIGHTING | {field: value})
        assert answer.status_code == 422, (field, value)
        assert message in text_of(answer), (field, value)
        assert f'href="#f-{field}"' in answer.text, (field, value)
        assert "<script>alert" not in answer.text, (field, value)
    assert await journal_size(kit) == before


async def test_wrong_input_is_told_in_korean_too(person_for: PersonFor, monitor: Person) -> None:
    monitor.client.headers["Accept-Language"] = "ko"
    answer = await monitor.post("/log", SIGHTING | {"url": "ftp://a.invalid"})
    assert "주소는 http:// 또는 https://로 시작해야 합니다." in text_of(answer)


async def test_a_form_that_is_too_large_is_refused(monitor: Person, kit: Kit) -> None:
    before = await journal_size(kit)
    assert (await monitor.post("/log", SIGHTING | {"url": "x" * 70_000})).status_code == 413
    assert await journal_size(kit) == before


async def test_a_form_without_its_token_changes_nothing(monitor: Person, kit: Kit) -> None:
    before = await journal_size(kit)
    assert (await monitor.client.post("/log", data=SIGHTING)).status_code == 403
    assert (await monitor.client.post("/rest", data={"csrf": "guessed"})).status_code == 403
    assert await journal_size(kit) == before


async def test_whoever_rests_is_asked_for_nothing(monitor: Person) -> None:
    assert (await monitor.post("/rest")).status_code == 303
    page = await monitor.page("/log")
    assert "You are resting" in text_of(page)
    assert 'action="/log"' not in page.text
    refused = await monitor.post("/log", SIGHTING)
    assert refused.status_code == 422


async def test_a_sign_in_without_a_volunteer_is_told_what_to_do(person_for: PersonFor) -> None:
    stranger = await person_for("monitor")
    assert "belongs to no volunteer yet" in text_of(await stranger.page("/log"))
    assert (await stranger.post("/log", SIGHTING)).status_code == 422


async def test_the_address_is_opened_on_request_only_defanged_and_on_record(
    coordinator: Person, kit: Kit, post: str
) -> None:
    closed = await coordinator.page(f"/sightings/{post}")
    assert "7f02c41" not in closed.text
    opened = await coordinator.page(f"/sightings/{post}?address=shown")
    assert "hxxps://board[.]invalid/posts/7f02c41" in text_of(opened)
    assert "board.invalid" not in opened.text
    async with kit.store.read() as conn:
        reads = await conn.fetch("select actor, what from access_record where person = $1 and action = 'read'", post)
    assert [(row["actor"], row["what"]) for row in reads] == [(coordinator.subject, "sighting.logged")]


async def test_an_erased_address_leaves_a_gap_that_is_told(coordinator: Person, kit: Kit, post: str) -> None:
    await kit.vault.destroy(UUID(post))
    assert "The key has been destroyed" in text_of(await coordinator.page(f"/sightings/{post}?address=shown"))


async def test_a_sighting_goes_its_way_on_the_desk(coordinator: Person, post: str) -> None:
    url = f"/sightings/{post}"
    for order, detail in (
        ("confirm", {}),
        ("report", {"report_channel": "trusted_channel"}),
        ("check", {"result": "still_up"}),
        ("check", {"result": "gone"}),
        ("act", {"action": "access_blocked"}),
    ):
        assert (await coordinator.post(f"{url}/{order}", detail)).headers["location"] == url
    words = text_of(await coordinator.page(url))
    assert "Went away between check 1 and check 2" in words
    assert "The platform: access blocked" in words
    assert "Reported to the platform: trusted channel" in words
    overview = text_of(await coordinator.page("/platforms/board_da"))
    assert "Gone 1 100.0%" in overview
    assert "Access blocked 1 100.0%" in overview
    assert "Deleted 0 0.0%" in overview


async def test_an_order_that_cannot_be_is_refused_with_the_reason_and_nothing_is_written(
    coordinator: Person, kit: Kit, post: str
) -> None:
    before = await journal_size(kit)
    for order, detail, message in (
        ("reject", {}, "Fill in this field."),
        ("reject", {"reason": "bored"}, "Choose one of the options."),
        ("report", {"report_channel": "in_app"}, "Only a confirmed sighting can be reported."),
        ("check", {"result": "gone"}, "only possible after the report"),
        ("act", {"action": "deleted", "seen": "x"}, "Write a whole number."),
    ):
        answer = await coordinator.post(f"/sightings/{post}/{order}", detail)
        assert answer.status_code == 422, order
        assert message in text_of(answer), order
    assert await journal_size(kit) == before


async def test_who_decides_second_sees_both_decisions(coordinator: Person, kit: Kit, post: str) -> None:
    await coordinator.post(f"/sightings/{post}/confirm", {"seen": "1"})
    before = await journal_size(kit)
    answer = await coordinator.post(f"/sightings/{post}/reject", {"seen": "1", "reason": "not_illegal"})
    words = text_of(answer)
    assert answer.status_code == 409
    assert "Changed first by:" in words
    assert "Confirmed, not reported yet" in words
    assert "Reject: not illegal" in words
    assert await journal_size(kit) == before


async def test_a_volunteer_is_registered_vetted_and_shown_with_their_name_on_one_page_only(
    coordinator: Person, kit: Kit
) -> None:
    made = await coordinator.post(
        "/volunteers/new", {"name": "표식이름 (가상)", "contact": "010-0000-7777", "district": "mapo"}
    )
    url = made.headers["location"]
    assert "표식이름" in (await coordinator.page(url)).text
    assert "표식이름" not in (await coordinator.page("/volunteers")).text
    refused = await coordinator.post(f"{url}/vet", {})
    assert refused.status_code == 422
    assert "Only people of 19 or older can join." in text_of(refused)
    assert (await coordinator.post(f"{url}/vet", {"of_age": "true"})).status_code == 303
    words = text_of(await coordinator.page(url))
    assert "Vetted, 19 or older: counts as recruited" in words
    assert "Training is next." in words


async def test_a_registration_with_a_wrong_field_keeps_what_was_typed(coordinator: Person, kit: Kit) -> None:
    for field, value in (("name", ""), ("name", "x" * 201), ("name", "a\nb"), ("contact", ""), ("district", "busan")):
        sent = {"name": HOSTILE, "contact": "somewhere", "district": "mapo"} | {field: value}
        answer = await coordinator.post("/volunteers/new", sent)
        assert answer.status_code == 422, (field, value)
        assert f'href="#f-{field}"' in answer.text, (field, value)
        assert "<script>alert" not in answer.text, (field, value)
        assert field == "contact" or 'value="somewhere"' in answer.text
    assert await journal_size(kit) == 0


async def test_a_volunteer_changed_by_somebody_else_is_shown_as_they_are_now(coordinator: Person) -> None:
    volunteer = await coordinator.active_volunteer()
    await coordinator.post(f"/volunteers/{volunteer}/rest", {"seen": "4"})
    answer = await coordinator.post(f"/volunteers/{volunteer}/leave", {"seen": "4", "reason": "own_wish"})
    assert answer.status_code == 409
    assert "Leave: own wish" in text_of(answer)


@pytest.mark.parametrize("path", ["/sightings/{id}", "/volunteers/{id}"])
async def test_an_unknown_record_is_not_found(coordinator: Person, path: str) -> None:
    assert (await coordinator.page(path.format(id=uuid4()))).status_code == 404
    assert (await coordinator.page(path.format(id="1 or 1=1"))).status_code == 422
    assert (await coordinator.post(path.format(id=uuid4()) + "/leave", {"reason": "own_wish"})).status_code in (
        404,
        422,
    )


async def test_long_lists_go_on_on_further_pages(coordinator: Person) -> None:
    for number in range(3):
        body = {"name": f"N{number} (invented)", "contact": "c", "district": "nowon"}
        await coordinator.call("/volunteers", body)
    first = await coordinator.page("/volunteers?limit=2")
    assert ">M-3<" in first.text
    assert ">M-1<" not in first.text
    older = re.search(r'href="(/volunteers\?after=[^"]+)"', first.text)
    assert older is not None
    rest = await coordinator.page(older[1])
    assert ">M-1<" in rest.text
    assert ">M-3<" not in rest.text


async def test_listing_volunteers_is_on_record_for_each_of_them(coordinator: Person, kit: Kit) -> None:
    volunteer = await coordinator.active_volunteer()
    await coordinator.page("/volunteers")
    async with kit.store.read() as conn:
        listed = await conn.fetch("select person from access_record where action = 'listed' and actor = 'coordinator'")
    assert [str(row["person"]) for row in listed] == [volunteer]


async def test_no_page_links_to_or_embeds_another_place(coordinator: Person, monitor: Person, post: str) -> None:
    for person, path in ((coordinator, f"/sightings/{post}?address=shown"), (monitor, "/log")):
        page = await person.page(path)
        assert "http" not in page.text.replace("http://service.test", "").replace("http-equiv", "")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
