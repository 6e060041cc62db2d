"""Recusal at intake: whoever has a conflict of interest finds no trace of the report anywhere."""

import re
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from ansim.access import Role, demo_staff
from ansim.runtime import Kit
from ansim.testing.guarded import leaking_views, open_tables
from ansim.testing.kits import ClientFor, csrf_token

from .conftest import Desk, Post

MEMBERS = {each.subject: each.member for each in demo_staff()}


@pytest.fixture
async def supervisor(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.supervisor, "en")


def traces(report: UUID, referral: UUID) -> dict[str, int]:
    """Every address at which the report might show, and what it answers to the recused."""
    return {
        f"/reports/{report}": 404,
        f"/reports/{report}/narrative": 404,
        f"/reports/{report}/triage": 404,
        f"/reports/{report}/recusal": 404,
        f"/api/v1/reports/{report}": 404,
        f"/api/v1/reports/{report}/narrative": 404,
        f"/api/v1/reports/{report}/referrals": 404,
        f"/api/v1/referrals/{referral}": 404,
        "/triage": 200,
        "/hand-offs?state=all": 200,
        "/reports": 200,
        "/api/v1/reports": 200,
    }


async def test_whoever_recuses_themselves_sees_nothing_more_and_others_still_do(
    kit: Kit, desk: Desk, post: Post, officer: httpx2.AsyncClient, supervisor: httpx2.AsyncClient
) -> None:
    """GlobaLeaks #4779, #3864: recusal is an event; a recused person sees nothing. CiviCRM 16360, 16559: on no screen."""
    report, referral = await desk.referred()
    await post(f"/reports/{report}/claim", seen=3)
    [shown] = await desk.rows("select number from report")
    number = f"R-{shown['number']}"
    assert number in (await officer.get("/triage")).text

    gone = await post(f"/reports/{report}/recusal", reason="knows_person")

    assert (gone.status_code, gone.headers["Location"]) == (303, "/triage")
    for path, status in traces(report, referral).items():
        answer = await officer.get(path)
        assert answer.status_code == status, path
        assert number not in answer.text, path
    assert (await officer.get("/api/v1/reports")).json()["items"] == []
    seen = await supervisor.get(f"/reports/{report}")
    assert "Recused themselves" in seen.text
    assert "knows the person or their family" in seen.text
    assert "nobody yet" in seen.text, "the claim was given back"


async def test_the_recused_cannot_change_the_report_either(
    kit: Kit, desk: Desk, post: Post, officer: httpx2.AsyncClient
) -> None:
    report, referral = await desk.referred()
    await post(f"/reports/{report}/recusal", reason="knows_other_side")
    before = await desk.rows("select count(*) from journal")
    token = {"X-CSRF-Token": csrf_token(kit, officer)}

    for deed in ("acknowledge", "claim", "close", "triage", "reopen", "recusal"):
        fields = {"severity": "low", "harm_types": "other", "age_band": "unknown", "minor": "no", "outcome": "answered"}
        fields |= {"reason": "other"} if deed in ("reopen", "recusal") else {}
        answer = await post(f"/reports/{report}/{deed}", **fields)
        assert answer.status_code in (404, 422), deed
    closed = await officer.post(f"/api/v1/reports/{report}/close", json={"outcome": "answered"}, headers=token)
    revoked = await officer.post(f"/api/v1/referrals/{referral}/send-again", json={}, headers=token)

    assert (closed.status_code, revoked.status_code) == (404, 404)
    assert await desk.rows("select count(*) from journal") == before


async def test_forbidden_and_unknown_look_the_same(desk: Desk, post: Post, officer: httpx2.AsyncClient) -> None:
    report = await desk.submitted()
    await post(f"/reports/{report}/recusal", reason="other")

    hidden, unknown = await officer.get(f"/reports/{report}"), await officer.get(f"/reports/{uuid4()}")

    assert hidden.status_code == unknown.status_code == 404
    told = [re.search(r"<main.*</main>", page.text, re.DOTALL) for page in (hidden, unknown)]
    assert told[0] is not None
    assert told[1] is not None
    assert told[0][0] == told[1][0]


async def test_a_supervisor_recuses_a_colleague_and_ends_it_again(
    kit: Kit, desk: Desk, officer: httpx2.AsyncClient, supervisor: httpx2.AsyncClient
) -> None:
    report = await desk.submitted()
    token = {"X-CSRF-Token": csrf_token(kit, supervisor)}
    said = {"colleague": str(MEMBERS["intake-officer"]), "reason": "named_in_record"}
    path = f"/api/v1/reports/{report}/recusals"

    made = await supervisor.post(path, json=said, headers=token)
    again = await supervisor.post(path, json=said, headers=token)

    assert (made.status_code, again.status_code) == (204, 422)
    [listed] = (await supervisor.get(path)).json()["items"]
    assert listed["name"] == "한서윤 (가상)"
    assert "한서윤 (가상)" in (await supervisor.get(f"/reports/{report}/recusal")).text
    assert (await officer.get(f"/reports/{report}")).status_code == 404
    ended = {"colleague": said["colleague"], "reason": "no_conflict"}
    assert (await supervisor.post(f"{path}/end", json=ended, headers=token)).status_code == 204
    assert (await officer.get(f"/reports/{report}")).status_code == 200
    assert "A recusal ended" in (await supervisor.get(f"/reports/{report}")).text


async def test_nobody_but_a_supervisor_recuses_others_or_sees_who_is(
    kit: Kit, desk: Desk, officer: httpx2.AsyncClient
) -> None:
    report = await desk.submitted()
    token = {"X-CSRF-Token": csrf_token(kit, officer)}
    path = f"/api/v1/reports/{report}/recusals"

    other = {"colleague": str(MEMBERS["intake-officer-2"]), "reason": "other"}
    refused = await officer.post(path, json=other, headers=token)
    ended = await officer.post(f"{path}/end", json=other | {"reason": "no_conflict"}, headers=token)

    assert (refused.status_code, ended.status_code, (await officer.get(path)).status_code) == (422, 403, 403)
    assert await desk.rows("select * from recusal") == []


async def test_every_table_with_records_is_guarded(kit: Kit) -> None:
    async with kit.store.read() as conn:
        assert isinstance(conn, asyncpg.pool.PoolConnectionProxy)
        assert await open_tables(conn, "intake") == set()  # type: ignore[arg-type]
        assert await leaking_views(conn) == set()  # type: ignore[arg-type]
