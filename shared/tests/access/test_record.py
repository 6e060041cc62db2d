"""The access record: kept with the deed, never changed, and never holding the data itself."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from fastapi import Depends, FastAPI, Request

from ansim.access import AccessLog, Action, Role, Staff, at_place
from ansim.access.log import Connection
from ansim.journal import Actor
from ansim.telemetry import bound

from .conftest import BASE, SmallKit

OFFICER = Actor("intake-officer", "intake_officer", "한서윤 (가상)")


@pytest.fixture
async def conn(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    async with pool.acquire() as conn:
        yield conn


async def test_an_entry_says_who_what_whose_where_and_in_which_context(conn: Connection) -> None:
    person, correlationid = uuid4(), uuid4()

    with bound(correlationid=correlationid), at_place("/reports/{report}"):
        await AccessLog().record(conn, OFFICER, Action.read, person, "report.submitted")

    row = dict(await conn.fetchrow("select * from access_record") or {})
    assert row.pop("id") == 1
    assert row.pop("at") is not None
    assert row == {
        "actor": "intake-officer",
        "role": "intake_officer",
        "action": "read",
        "person": person,
        "what": "report.submitted",
        "place": "/reports/{report}",
        "correlationid": correlationid,
    }


async def test_a_list_is_recorded_for_each_person_it_showed_once(conn: Connection) -> None:
    one, other = uuid4(), uuid4()

    await AccessLog().record_list(conn, OFFICER, Action.listed, [one, other, one], "triage queue")

    rows = await conn.fetch("select person, action from access_record order by id")
    assert [(row["person"], row["action"]) for row in rows] == [(one, "listed"), (other, "listed")]


async def test_an_empty_list_is_recorded_too(conn: Connection) -> None:
    await AccessLog().record_list(conn, OFFICER, Action.listed, [], "triage queue")

    assert [row["person"] for row in await conn.fetch("select person from access_record")] == [None]


async def test_a_deed_that_is_rolled_back_leaves_no_entry(conn: Connection) -> None:
    transaction = conn.transaction()
    await transaction.start()
    await AccessLog().record(conn, OFFICER, Action.read, uuid4(), "report")
    await transaction.rollback()

    assert await conn.fetchval("select count(*) from access_record") == 0


@pytest.mark.parametrize(
    "statement", ["update access_record set actor = 'x'", "delete from access_record", "truncate access_record"]
)
async def test_the_service_itself_cannot_change_or_remove_an_entry(conn: Connection, statement: str) -> None:
    await AccessLog().record(conn, OFFICER, Action.read, uuid4(), "report")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await conn.execute(statement)


async def test_an_action_is_a_word_of_ours_and_never_a_sentence(conn: Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await AccessLog().record(conn, OFFICER, "read the story of 가나다", uuid4(), "report")


async def test_in_a_request_the_place_is_the_template_of_its_route(
    app: FastAPI, kit: SmallKit, pool: asyncpg.Pool
) -> None:
    @app.get("/people/{person}/notes")
    async def notes(request: Request, staff: Staff = Depends(kit.access.staff(Role.intake_officer))) -> None:
        async with pool.acquire() as conn:
            await kit.access.record(conn, kit.access.context(request, staff).actor, "read", uuid4(), "note")

    @app.post("/report")
    async def report(request: Request) -> None:
        async with pool.acquire() as conn:
            await kit.access.record(conn, kit.access.anonymous(request).actor, "wrote", None, "report")

    cookies = await kit.access.sign_in_as("intake-officer")
    correlationid = str(uuid4())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE, cookies=cookies) as client:
        await client.get("/people/hong-gil-dong/notes?q=secret", headers={"x-correlation-id": correlationid})
        await client.post("/report")

    rows = await pool.fetch("select actor, role, place, correlationid from access_record order by id")
    assert [(row["actor"], row["role"], row["place"]) for row in rows] == [
        ("intake-officer", "intake_officer", "/people/{person}/notes"),
        ("public", "public", "/report"),
    ]
    assert str(rows[0]["correlationid"]) == correlationid
    assert rows[1]["correlationid"] not in (None, rows[0]["correlationid"])


async def test_outside_a_request_the_place_is_the_process(conn: Connection) -> None:
    await AccessLog().record(conn, OFFICER, Action.read, uuid4(), "report")

    assert await conn.fetchval("select place from access_record") == "process"
