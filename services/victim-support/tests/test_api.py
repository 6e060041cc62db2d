"""The JSON API: the same rules as the screens, with idempotency keys, versions and cursors."""

from datetime import datetime, timedelta
from uuid import uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from ansim.testing.stores import some_context
from ansim.web import SEOUL

from .conftest import planned_case, referred

OPENING: dict[str, object] = {
    "name": "신하늘 (가상)",
    "age_band": "unknown",
    "gender": "unknown",
    "district": "mapo",
    "harm_types": ["grooming"],
}


def soon() -> str:
    return (datetime.now(SEOUL).date() + timedelta(days=7)).isoformat()


@pytest.fixture
async def api(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    client = await client_for(kit, Role.supervisor, "en")
    client.headers["x-csrf-token"] = csrf_token(kit, client)
    client.headers["Accept"] = "application/json"
    return client


async def test_a_case_lives_its_whole_life_over_the_api(kit: Kit, api: httpx2.AsyncClient) -> None:
    referral = await referred(kit.store)

    accepted = await api.post(f"/api/v1/referrals/{referral}/accept", json={"name": "서한별 (가상)"})
    case = accepted.headers["Location"]
    await api.post(f"{case}/safety-checks", json={"immediate_danger": False})
    await api.post(f"{case}/plan", json={"item_types": ["legal"]}, headers={"If-Match": '"2"'})
    scheduled = await api.post(f"{case}/items", json={"item_type": "legal", "due_on": soon()})
    delivered = await api.post(f"{scheduled.headers['Location']}/deliver", json={"outcome": "completed"})
    closed = await api.post(f"{case}/close", json={"outcome": "goals_met"})

    assert [r.status_code for r in (accepted, scheduled, delivered, closed)] == [201, 201, 200, 200]
    shown = await api.get(case)
    assert shown.headers["ETag"] == '"4"'
    assert {k: shown.json()[k] for k in ("state", "outcome", "items_delivered", "items_open")} == {
        "state": "closed",
        "outcome": "goals_met",
        "items_delivered": 1,
        "items_open": 0,
    }
    record = (await api.get(f"{case}/record")).json()["items"]
    assert record[0]["type"] == "kr.ansim.victim-support.case.closed.v1"
    assert len(record) == 10
    assert (await api.get(f"{case}/person")).status_code == 403, "a supervisor asks the custodian first"


async def test_no_answer_but_the_persons_own_holds_a_pseudonym_or_a_name(kit: Kit, api: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)
    async with kit.store.read(some_context()) as conn:
        person = await conn.fetchval("select person from support_case")

    for path in ("/cases?state=all", f"/cases/{case}", f"/cases/{case}/items", f"/cases/{case}/record", "/referrals"):
        answer = await api.get(f"/api/v1{path}")
        assert answer.status_code == 200
        assert str(person) not in answer.text
        assert "가온" not in answer.text


async def test_a_repeated_request_gets_the_same_answer_and_no_second_effect(api: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}

    first = await api.post("/api/v1/cases", json=OPENING, headers=key)
    second = await api.post("/api/v1/cases", json=OPENING, headers=key)
    other = await api.post("/api/v1/cases", json=OPENING | {"gender": "male"}, headers=key)

    assert (first.status_code, first.json(), first.headers["Location"]) == (
        second.status_code,
        second.json(),
        second.headers["Location"],
    )
    assert other.status_code == 422
    assert len((await api.get("/api/v1/cases")).json()["items"]) == 1


async def test_a_decision_on_an_old_version_is_a_conflict(kit: Kit, api: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)

    answer = await api.post(f"/api/v1/cases/{case}/plan", json={"item_types": ["medical"]}, headers={"If-Match": '"2"'})

    assert answer.status_code == 409
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def test_a_list_is_read_to_its_end_by_its_cursors(api: httpx2.AsyncClient) -> None:
    for _ in range(3):
        await api.post("/api/v1/cases", json=OPENING)

    first = (await api.get("/api/v1/cases", params={"limit": 2})).json()
    second = (await api.get("/api/v1/cases", params={"limit": 2, "after": first["next"]})).json()

    assert [case["number"] for case in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next"] is None
    assert (await api.get("/api/v1/cases", params={"after": "nonsense"})).status_code == 422


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({}, "name", "Fill in this field."),
    (OPENING | {"name": 7}, "name", "Write text."),
    (OPENING | {"age_band": "young"}, "age_band", "Choose one of the options."),
    (OPENING | {"harm_types": []}, "harm_types", "Choose at least one."),
    (OPENING | {"harm_types": "grooming"}, "harm_types", "This must be a list."),
    (OPENING | {"surname": "x"}, "surname", "There is no such field."),
]


async def test_a_wrong_field_is_named_with_its_reason(kit: Kit, api: httpx2.AsyncClient) -> None:
    for body, field, said in WRONG:
        answer = await api.post("/api/v1/cases", json=body)

        assert answer.status_code == 422
        assert {"field": field, "message": said} in answer.json()["errors"]
    async with kit.store.read(some_context()) as conn:
        assert await conn.fetchval("select count(*) from journal") == 0


async def test_a_rule_names_the_field_it_speaks_of(kit: Kit, api: httpx2.AsyncClient) -> None:
    case = await planned_case(kit.store)

    answer = await api.post(f"/api/v1/cases/{case}/items", json={"item_type": "medical", "due_on": soon()})

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/rule/item.not_in_plan"
    assert answer.json()["errors"][0]["field"] == "item_type"


async def test_the_api_asks_who_is_there(kit: Kit, client_for: ClientFor) -> None:
    nobody, counsellor = await client_for(kit), await client_for(kit, Role.counsellor)

    assert (await nobody.get("/api/v1/cases")).status_code == 401
    assert (await counsellor.get("/api/v1/cases")).status_code == 403


async def test_the_api_describes_itself(api: httpx2.AsyncClient) -> None:
    described = (await api.get("/api/v1/openapi.json")).json()

    assert described["openapi"].startswith("3.1")
    assert "/api/v1/items/{item_id}/deliver" in described["paths"]
