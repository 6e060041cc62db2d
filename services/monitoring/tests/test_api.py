"""The JSON API: creations, orders, repeats, versions, pages, and problems with a message per field."""

from uuid import uuid4

import httpx2

from ansim.runtime import Kit
from ansim.testing.kits import ClientFor

from .conftest import SIGHTING, Person, PersonFor, journal_size

VOLUNTEER = {"name": "표식이름 (가상)", "contact": "010-0000-7777", "district": "mapo"}


def field_errors(answer: httpx2.Response) -> dict[str, str]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    return {error["field"]: error["message"] for error in answer.json().get("errors", [])}


async def test_a_volunteer_is_created_with_a_location_and_read_back_with_an_etag(coordinator: Person) -> None:
    made = await coordinator.call("/volunteers", VOLUNTEER)
    assert made.status_code == 201
    assert made.headers["location"] == made.json()["location"] == f"/api/v1/volunteers/{made.json()['id']}"
    read = await coordinator.client.get(made.headers["location"])
    assert read.headers["etag"] == '"1"'
    assert read.json()["name"] == VOLUNTEER["name"]
    assert read.json()["state"] == "applied"
    [listed] = (await coordinator.client.get("/api/v1/volunteers")).json()["items"]
    assert "name" not in listed


async def test_a_repeat_gets_the_first_answer_and_has_no_second_effect(coordinator: Person, kit: Kit) -> None:
    key = str(uuid4())
    first = await coordinator.call("/volunteers", VOLUNTEER, key=key)
    second = await coordinator.call("/volunteers", VOLUNTEER, key=key)
    assert first.json() == second.json()
    assert await journal_size(kit) == 1


async def test_a_key_used_for_another_request_is_refused(coordinator: Person, kit: Kit) -> None:
    key = str(uuid4())
    await coordinator.call("/volunteers", VOLUNTEER, key=key)
    other = await coordinator.call("/volunteers", VOLUNTEER | {"district": "nowon"}, key=key)
    assert other.status_code == 422
    assert await journal_size(kit) == 1


async def test_a_sighting_goes_its_way_and_every_check_is_in_the_answer(coordinator: Person, post: str) -> None:
    for order, detail in (
        ("confirm", {}),
        ("report", {"report_channel": "platform_form"}),
        ("check", {"result": "still_up"}),
        ("check", {"result": "gone"}),
    ):
        answer = await coordinator.call(f"/sightings/{post}/{order}", detail)
        assert answer.status_code == 200, answer.text
    last = await coordinator.call(f"/sightings/{post}/act", {"action": "suspended"})
    body = last.json()
    assert last.headers["etag"] == '"6"'
    assert [check["result"] for check in body["checks"]] == ["still_up", "gone"]
    assert (body["removed"]["after_check"], body["removed"]["before_check"]) == (1, 2)
    assert (body["last_check"], body["last_action"]) == ("gone", "suspended")
    assert "url" not in body
    board = next(p for p in (await coordinator.client.get("/api/v1/platforms")).json() if p["platform"] == "board_da")
    assert (board["reported"], board["receipts"], board["actions"]["suspended"]) == (1, None, 1)
    assert board["actions"]["deleted"] == 0


async def test_an_order_on_an_old_version_is_a_conflict(coordinator: Person, post: str, kit: Kit) -> None:
    assert (await coordinator.call(f"/sightings/{post}/confirm", {}, if_match='"1"')).status_code == 200
    before = await journal_size(kit)
    late = await coordinator.call(f"/sightings/{post}/report", {"report_channel": "in_app"}, if_match='"1"')
    assert late.status_code == 409
    assert await journal_size(kit) == before


async def test_a_malformed_version_is_told_at_its_header(coordinator: Person, post: str) -> None:
    for tag in ("abc", '"x"', "-1", "1" * 30):
        answer = await coordinator.call(f"/sightings/{post}/confirm", {}, if_match=tag)
        assert answer.status_code == 422, tag
        assert "If-Match" in field_errors(answer), tag


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"platform": "myspace"}, "platform"),
    ({"platform": None}, "platform"),
    ({"categories": []}, "categories"),
    ({"categories": "distribution"}, "categories"),
    ({"url": "ftp://a.invalid"}, "url"),
    ({"url": 7}, "url"),
    ({"url": "https://a.invalid/" + "x" * 2_000}, "url"),
    ({"volunteer": str(uuid4())}, "volunteer"),
    ({"surprise": 1}, "surprise"),
)


async def test_wrong_input_is_told_per_field_in_the_callers_language(monitor: Person, kit: Kit) -> None:
    before = await journal_size(kit)
    for change, field in WRONG:
        told = []
        for lang in ("en", "ko"):
            monitor.client.headers["Accept-Language"] = lang
            answer = await monitor.call("/sightings", SIGHTING | change)
            assert answer.status_code == 422, change
            told.append(next(text for name, text in field_errors(answer).items() if name.startswith(field)))
        assert told[0] != told[1], change
    assert await journal_size(kit) == before


async def test_a_body_that_is_no_json_is_refused(coordinator: Person, kit: Kit) -> None:
    headers = {"x-csrf-token": kit.access.csrf_of(dict(coordinator.client.cookies)), "content-type": "application/json"}
    answer = await coordinator.client.post("/api/v1/volunteers", content=b"{not json", headers=headers)
    assert answer.status_code == 422
    assert await journal_size(kit) == 0


async def test_pages_follow_each_other_by_opaque_cursors(coordinator: Person) -> None:
    for _ in range(5):
        await coordinator.call("/volunteers", VOLUNTEER)
    labels, path = [], "/api/v1/volunteers?limit=2"
    while path:
        page = (await coordinator.client.get(path)).json()
        labels += [item["label"] for item in page["items"]]
        path = f"/api/v1/volunteers?limit=2&after={page['next']}" if page["next"] else ""
    assert labels == ["M-5", "M-4", "M-3", "M-2", "M-1"]


async def test_a_query_out_of_bounds_is_refused(coordinator: Person) -> None:
    for cursor in ("zzz", "5", "YmVsb3c6eA", "%00", "YmVsb3c6LTE"):
        answer = await coordinator.client.get(f"/api/v1/sightings?after={cursor}")
        assert answer.status_code == 422, cursor
        assert "after" in field_errors(answer), cursor
    for query in ("limit=0", "limit=201", "limit=x", "show=everything"):
        assert (await coordinator.client.get(f"/api/v1/sightings?{query}")).status_code == 422, query


async def test_the_address_is_defanged_for_programs_too(coordinator: Person, post: str) -> None:
    answer = await coordinator.client.get(f"/api/v1/sightings/{post}/address")
    assert answer.json() == {"address": "hxxps://board[.]invalid/posts/7f02c41"}


async def test_roles_are_kept_apart(
    coordinator: Person, monitor: Person, person_for: PersonFor, kit: Kit, client_for: ClientFor
) -> None:
    analyst, nobody = await person_for("analyst"), await client_for(kit)
    for path in ("/volunteers", "/roster", "/sightings", "/platforms"):
        assert (await monitor.client.get(f"/api/v1{path}")).status_code == 403
        assert (await analyst.client.get(f"/api/v1{path}")).status_code == 403
        assert (await nobody.get(f"/api/v1{path}")).status_code == 401
    assert (await coordinator.call("/sightings", SIGHTING)).status_code == 403
    assert (await coordinator.client.get("/api/v1/mine")).status_code == 403


async def test_the_roster_has_everybody_in_one_state(coordinator: Person) -> None:
    await coordinator.active_volunteer()
    await coordinator.call("/volunteers", VOLUNTEER)
    roster = (await coordinator.client.get("/api/v1/roster")).json()
    assert roster["now"] == {"applied": 1, "vetted": 0, "trained": 0, "active": 1, "resting": 0, "left": 0}
    assert (roster["applied"], roster["recruited"]) == (2, 1)


async def test_the_interface_is_described(coordinator: Person) -> None:
    schema = (await coordinator.client.get("/api/v1/openapi.json")).json()
    assert "/api/v1/sightings/{sighting}/check" in schema["paths"]
    body = schema["components"]["schemas"]["CheckSightingBody"]
    assert list(body["properties"]) == ["result"]


async def test_a_volunteers_name_does_not_stand_in_the_journal_as_actor(monitor: Person, post: str, kit: Kit) -> None:
    async with kit.store.read() as conn:
        actor = await conn.fetchval("select actor from journal where type like '%sighting.logged%'")
    assert "가상" not in str(actor)
    assert monitor.subject in str(actor)
