"""The JSON API of the real application: the same deeds and the same refusals as the screens."""

from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor, csrf_token
from counseling.service import SERVICE

from .conftest import accepted, planned, received

ENROL = {
    "source": "court",
    "age_band": "17_18",
    "school_level": "high",
    "gender": "female",
    "district": "jongno",
    "name": "박하늘 (가상)",
}


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


@pytest.fixture
async def program(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    client = await client_for(kit, Role.counsellor, "en")
    client.headers["x-csrf-token"] = csrf_token(kit, client)
    return client


async def journal_size(kit: Kit) -> int:
    async with kit.store.read() as conn:
        size: int = await conn.fetchval("select count(*) from journal")
    return size


async def test_an_enrolment_is_created_read_and_moved_on(program: httpx2.AsyncClient) -> None:
    created = await program.post("/api/v1/enrolments", json=ENROL)
    assert created.status_code == 201, created.text
    here = created.headers["location"]
    consent = await program.post(f"{here}/consent", json={"by": "youth"}, headers={"If-Match": '"1"'})
    accept = await program.post(f"{here}/accept", json={"age_band": "17_18", "school_level": "high"})
    session = await program.post(f"{here}/session", json={"starts_at": "2026-11-25T10:00:00+09:00"})
    assert (consent.status_code, accept.status_code, session.status_code) == (200, 200, 201), session.text
    read = await program.get(here)
    assert read.headers["etag"] == '"3"'
    record = read.json()
    assert record["enrolment"]["status"] == "accepted"
    assert record["sessions"][0]["starts_at"].startswith("2026-11-25T01:00")
    assert "sealed_event" not in record["enrolment"]
    assert "하늘" not in read.text
    assert (await program.get(session.headers["location"])).json()["status"] == "scheduled"


async def test_the_persons_texts_open_on_request_only(kit: Kit, program: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    texts = await program.get(f"/api/v1/enrolments/{enrolment}/person")
    assert texts.json()["name"] == "김가람 (가상)"


async def test_a_referral_is_accepted_with_its_enrolments_address(kit: Kit, program: httpx2.AsyncClient) -> None:
    referral = await received(kit.store)
    answer = await program.post(f"/api/v1/referrals/{referral}/accept", json={}, headers={"If-Match": '"1"'})
    assert answer.status_code == 201
    enrolment = await program.get(answer.headers["location"])
    assert enrolment.json()["enrolment"]["referral"] == str(referral)


async def test_the_same_key_gives_the_same_answer_and_acts_once(kit: Kit, program: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await program.post("/api/v1/enrolments", json=ENROL, headers=key)
    second = await program.post("/api/v1/enrolments", json=ENROL, headers=key)
    assert first.json() == second.json()
    assert await journal_size(kit) == 1


async def test_a_key_used_for_another_request_is_refused(kit: Kit, program: httpx2.AsyncClient) -> None:
    enrolment, key = await accepted(kit.store), {"Idempotency-Key": str(uuid4())}
    act = {"act_type": "possession", "channel": "game"}
    await program.post(f"/api/v1/enrolments/{enrolment}/act", json=act, headers=key)
    other = await program.post(f"/api/v1/enrolments/{enrolment}/motives", json={"motives": ["fun"]}, headers=key)
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/rule/idempotency_key_reused"


async def test_another_version_is_refused(kit: Kit, program: httpx2.AsyncClient) -> None:
    session = await planned(kit.store, await accepted(kit.store))
    answer = await program.post(f"/api/v1/sessions/{session}/held", json={"minutes": 50}, headers={"If-Match": '"7"'})
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("etag", ["seven", '"-1"', "99999999999"])
async def test_a_version_that_is_none_is_refused(kit: Kit, program: httpx2.AsyncClient, etag: str) -> None:
    session = await planned(kit.store, await accepted(kit.store))
    answer = await program.post(f"/api/v1/sessions/{session}/held", json={"minutes": 50}, headers={"If-Match": etag})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({k: v for k, v in ENROL.items() if k != "source"}, "source"),
        (ENROL | {"age_band": "fifteen"}, "age_band"),
        (ENROL | {"gender": 3}, "gender"),
        (ENROL | {"name": "x" * 300}, "name"),
        (ENROL | {"name": None}, "name"),
        (ENROL | {"unknown": True}, "unknown"),
        (ENROL | {"id": "not-a-uuid"}, "id"),
    ],
)
async def test_a_wrong_body_says_which_field_and_why(
    kit: Kit, program: httpx2.AsyncClient, body: dict[str, object], field: str
) -> None:
    answer = await program.post("/api/v1/enrolments", json=body)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [error["field"] for error in errors] == [field]
    assert errors[0]["message"]
    assert await journal_size(kit) == 0


async def test_a_body_that_is_no_json_is_refused(kit: Kit, program: httpx2.AsyncClient) -> None:
    answer = await program.post(
        "/api/v1/enrolments", content=b"{not json", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert await journal_size(kit) == 0


async def test_the_rule_of_ten_sessions_holds_here_too(kit: Kit, program: httpx2.AsyncClient) -> None:
    enrolment = await accepted(kit.store)
    answer = await program.post(f"/api/v1/enrolments/{enrolment}/complete", json={})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/rule/ten_held_sessions"


async def test_lists_come_in_pages_with_an_opaque_cursor(kit: Kit, program: httpx2.AsyncClient) -> None:
    made = [await accepted(kit.store) for _ in range(5)]
    seen: list[UUID] = []
    after = ""
    for _ in range(3):
        page = (await program.get(f"/api/v1/enrolments?limit=2{after}")).json()
        seen += [UUID(item["id"]) for item in page["items"]]
        after = f"&after={page['next']}"
    assert seen == list(reversed(made))
    assert page["next"] is None
    assert (await program.get("/api/v1/enrolments?after=abc")).status_code == 422
    assert (await program.get("/api/v1/enrolments?limit=5000")).status_code == 422


async def test_a_caller_without_the_role_or_without_a_name_gets_nothing(kit: Kit, client_for: ClientFor) -> None:
    enrolment = await accepted(kit.store)
    assert (await (await client_for(kit)).get(f"/api/v1/enrolments/{enrolment}")).status_code == 401
    assert (await (await client_for(kit, Role.analyst)).get(f"/api/v1/enrolments/{enrolment}")).status_code == 403


async def test_the_api_describes_every_deed_with_its_own_model(program: httpx2.AsyncClient) -> None:
    described = (await program.get("/api/v1/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    motives = described["paths"]["/api/v1/enrolments/{record}/motives"]["post"]
    body = motives["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert described["components"]["schemas"][body]["required"] == ["motives"]
