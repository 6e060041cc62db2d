"""The JSON API: the same rules as the screens, told to programs."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token

from .conftest import JUDGEMENT, REPORT, TO_SUPPORT, Desk

LIST = "/api/v1/reports"


@pytest.fixture
async def program(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    client = await client_for(kit, Role.intake_officer, "en")
    client.headers["x-csrf-token"] = csrf_token(kit, client)
    return client


async def test_a_report_goes_its_way_by_the_api_alone(program: httpx2.AsyncClient) -> None:
    made = await program.post(LIST, json=REPORT, headers={"Idempotency-Key": str(uuid4())})
    assert made.status_code == 201
    report = made.headers["location"]
    assert len(made.json()["receipt"]) == 25
    read = await program.post(f"{report}/acknowledge", headers={"If-Match": '"1"'})
    assert (read.status_code, read.headers["etag"]) == (200, '"2"')
    judged = await program.post(f"{report}/triage", json=JUDGEMENT, headers={"If-Match": '"2"'})
    assert judged.json()["severity"] == "high"
    sent = await program.post(f"{report}/referrals", json=TO_SUPPORT)
    assert (sent.status_code, sent.json()["state"]) == (201, "sent")
    assert (await program.get(sent.headers["location"])).json()["target"] == "victim_support"
    assert (await program.get(report)).json()["clock"]["waiting_for"] == "victim_support"
    closed = await program.post(f"{report}/close", json={"outcome": "answered"})
    assert (closed.json()["state"], closed.json()["clock"]) == ("closed", None)


async def test_an_error_names_the_field_in_the_callers_language(program: httpx2.AsyncClient, desk: Desk) -> None:
    body = {**REPORT, "reporter_role": "nobody", "harm_types": [], "narrative": "050102-3123456", "colour": "blue"}
    for lang, sentence in (("en", "Choose one of the options."), ("ko", "보기에서 고르세요.")):
        answer = await program.post(LIST, json=body, headers={"Accept-Language": lang})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
        assert errors.keys() == {"reporter_role", "harm_types", "narrative", "colour"}
        assert errors["reporter_role"] == sentence
        assert "3123456" not in answer.text
    assert await desk.rows("select 1 from journal") == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b'{"reporter_role": 1}'])
async def test_what_is_not_a_report_is_refused(program: httpx2.AsyncClient, desk: Desk, body: bytes) -> None:
    answer = await program.post(LIST, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert await desk.rows("select 1 from journal") == []


async def test_the_same_key_does_it_once_and_tells_the_same(program: httpx2.AsyncClient, desk: Desk) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    answers = [await program.post(LIST, json=REPORT, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(await desk.rows("select 1 from report")) == 1


async def test_the_same_key_for_something_else_is_refused(program: httpx2.AsyncClient, desk: Desk) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    await program.post(LIST, json=REPORT, headers=key)
    answer = await program.post(LIST, json={**REPORT, "narrative": "(가상) 다른 글"}, headers=key)
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("idempotency_key_reused")
    assert len(await desk.rows("select 1 from report")) == 1


async def test_an_old_version_is_a_conflict(program: httpx2.AsyncClient, desk: Desk) -> None:
    report = await desk.acknowledged()
    answer = await program.post(f"{LIST}/{report}/triage", json=JUDGEMENT, headers={"If-Match": '"1"'})
    assert answer.status_code == 409
    assert await desk.rows("select state from report") == [{"state": "acknowledged"}]


@pytest.mark.parametrize("tag", ['"x"', '"0"', '""', '"99999999999"'])
async def test_a_tag_that_is_no_version_is_refused(program: httpx2.AsyncClient, desk: Desk, tag: str) -> None:
    report = await desk.submitted()
    answer = await program.post(f"{LIST}/{report}/acknowledge", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "If-Match")


async def test_a_rule_of_the_domain_is_named(program: httpx2.AsyncClient, desk: Desk) -> None:
    report = await desk.triaged()
    answer = await program.post(f"{LIST}/{report}/close", json={"outcome": "referred_on"})
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/rule/no_receiver_accepted"
    assert answer.json()["errors"][0]["field"] == "outcome"


async def test_pages_of_the_list_hold_every_report_once(program: httpx2.AsyncClient, desk: Desk) -> None:
    made = {str(await desk.submitted()) for _ in range(5)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await program.get(LIST, params={"limit": 2, "after": after})).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
    assert len(seen) == 5
    assert set(seen) == made


async def test_the_narrative_comes_only_when_asked_for_and_leaves_a_record(
    program: httpx2.AsyncClient, desk: Desk
) -> None:
    report = await desk.submitted()
    plain = await program.get(f"{LIST}/{report}")
    opened = await program.get(f"{LIST}/{report}/narrative")
    assert "물푸레" not in plain.text
    assert opened.json()["narrative"] == REPORT["narrative"]
    read = await desk.rows("select what from access_record where action = 'read' order by what")
    assert [row["what"] for row in read] == ["report", "report.submitted"]


async def test_the_api_is_for_the_desk(kit: Kit, client_for: ClientFor, public: httpx2.AsyncClient) -> None:
    assert (await public.get(LIST)).status_code == 401
    assert (await (await client_for(kit, Role.counsellor)).get(LIST)).status_code == 403


@pytest.mark.parametrize("path", ["reports/{id}", "reports/{id}/narrative", "reports/{id}/referrals", "referrals/{id}"])
async def test_what_does_not_exist_is_not_found(program: httpx2.AsyncClient, path: str) -> None:
    unknown: Any = UUID(int=5)
    answer = await program.get("/api/v1/" + path.format(id=unknown))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
