"""What every API of the suite promises about repeats, versions and pages, on a small service of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter, Depends
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role, Staff
from ansim.contracts.codes import Severity
from ansim.errors import DomainError, Message
from ansim.inbox import Reactor
from ansim.journal import Projector, Unit
from ansim.runtime import Kit, Service
from ansim.testing.kits import ClientFor, KitFor, csrf_token
from ansim.web import Command, Line, Text
from ansim.web.api import (
    AskedPage,
    IdempotencyKey,
    Page,
    Seen,
    Slice,
    body_of,
    carry_out_once,
    created,
    seen_of,
    tagged,
)

RESIDENT_NUMBER = "990101-2345678"


@dataclass(frozen=True)
class Row:
    number: int


class Note(Command):
    report: UUID
    seen: int | None = None
    name: Line
    severity: Severity | None = None


def _api(kit: Kit) -> APIRouter:
    router, rows = APIRouter(), [Row(number) for number in range(7, 0, -1)]
    signed_in = Depends(kit.access.staff(*Role))
    body_model = body_of(Note, "report", "seen")

    @router.get("/rows")
    async def listed(page: AskedPage) -> Slice[Row]:
        found = [row for row in rows if page.below is None or row.number < page.below]
        items, following = page.cut(found[: page.fetch])
        return Slice(items=items, next=following)

    @router.post("/reports/{report}/notes", status_code=201)
    async def note(
        request: Request,
        response: Response,
        report: UUID,
        body: body_model,  # type: ignore[valid-type]
        seen: Seen,
        key: IdempotencyKey = None,
        staff: Staff = signed_in,
    ) -> dict[str, Any]:
        command = Note(report=report, seen=seen, **body.model_dump())  # type: ignore[attr-defined]

        async def work(unit: Unit) -> dict[str, Any]:
            if command.name == "refused":
                raise DomainError("refused", "name", Message("Write text."))
            return {"id": str(uuid4()), "seen": command.seen}

        made = await carry_out_once(kit, request, kit.access.context(request, staff), key, work)
        created(response, f"/notes/{made['id']}")
        tagged(response, 1)
        return made

    return router


def _no_routes(kit: Kit) -> APIRouter:
    return APIRouter()


SERVICE = Service("intake", "intake", "Intake", Projector(), Reactor(), _no_routes, _api)
NOTES = f"/api/v1/reports/{UUID(int=1)}/notes"


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


async def signed_in(kit: Kit, client_for: ClientFor, role: Role) -> httpx2.AsyncClient:
    client = await client_for(kit, role, "en")
    client.headers["x-csrf-token"] = csrf_token(kit, client)
    return client


@pytest.fixture
async def program(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await signed_in(kit, client_for, Role.intake_officer)


async def test_a_repeat_gets_the_first_answer_and_no_work_is_done(program: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await program.post(NOTES, json={"name": "a"}, headers=key | {"If-Match": '"3"'})
    second = await program.post(NOTES, json={"name": "a"}, headers=key | {"If-Match": '"3"'})
    without = await program.post(NOTES, json={"name": "a"})

    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    assert first.json() == second.json()
    assert first.json()["seen"] == 3
    assert first.headers["Location"] == second.headers["Location"] == f"/api/v1/notes/{first.json()['id']}"
    assert without.json()["id"] != first.json()["id"]


async def test_a_key_is_for_one_person_one_address_and_one_body(
    kit: Kit, program: httpx2.AsyncClient, client_for: ClientFor
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    await program.post(NOTES, json={"name": "a"}, headers=key)
    other = await signed_in(kit, client_for, Role.supervisor)

    for answer in (
        await program.post(NOTES, json={"name": "b"}, headers=key),
        await program.post(NOTES.replace("1/notes", "2/notes"), json={"name": "a"}, headers=key),
        await other.post(NOTES, json={"name": "a"}, headers=key),
    ):
        assert answer.status_code == 422
        assert answer.json()["type"] == "/problems/rule/idempotency_key_reused"


async def test_a_refusal_leaves_the_key_free(program: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}

    assert (await program.post(NOTES, json={"name": "refused"}, headers=key)).status_code == 422
    assert (await program.post(NOTES, json={"name": "a"}, headers=key)).status_code == 201


async def test_what_is_kept_of_a_body_cannot_be_guessed_without_the_key(
    kit: Kit, kit_for: KitFor, client_for: ClientFor
) -> None:
    kept = []
    other = await kit_for(SERVICE, kek="AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=")
    for each in (kit, other):
        client = await signed_in(each, client_for, Role.intake_officer)
        await client.post(NOTES, json={"name": "김가온 (가상)"}, headers={"Idempotency-Key": str(uuid4())})
        async with each.store.read() as conn:
            kept.append(await conn.fetchval("select fingerprint from command_done order by key desc limit 1"))

    assert kept[0] != kept[1]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in kept)


@pytest.mark.parametrize(("sent", "version"), [(None, None), ("*", None), ('"3"', 3), ('W/"12"', 12), (" 7 ", 7)])
def test_a_version_is_read_from_its_tag(sent: str | None, version: int | None) -> None:
    assert seen_of(sent) == version


@pytest.mark.parametrize("sent", ["", '""', '"x"', '"0"', '"-1"', "9999999999", '"³"', '"1", "2"'])
async def test_what_is_no_version_is_told_at_its_header(program: httpx2.AsyncClient, sent: str) -> None:
    answer = await program.post(NOTES, json={"name": "a"}, headers=[(b"If-Match", sent.encode())])

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "If-Match")


async def test_a_list_is_read_to_its_end_by_what_each_page_calls_next(program: httpx2.AsyncClient) -> None:
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = (await program.get("/api/v1/rows", params={"limit": 3, "after": after})).json()
        seen += [row["number"] for row in page["items"]]
        after = page["next"]

    assert seen == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("after", ["zzz", "5", "YmVsb3c6eA", "YmVsb3c6LTE", "\x00", "한", "YmVsb3c6IDEg", "x" * 41])
async def test_a_cursor_that_was_not_given_out_is_refused(program: httpx2.AsyncClient, after: str) -> None:
    answer = await program.get("/api/v1/rows", params={"after": after})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")


@given(st.sets(st.integers(1, 10**12), max_size=30), st.integers(1, 10))
def test_pages_hold_every_row_once_in_order(numbers: set[int], size: int) -> None:
    rows = [Row(number) for number in sorted(numbers, reverse=True)]
    seen: list[Row] = []
    following: str | None = ""
    while following is not None:
        page = Page.asked(following, size)
        found: Sequence[Row] = [row for row in rows if page.first or row.number < (page.below or 0)]
        shown, following = page.cut(found[: page.fetch])
        seen += shown

    assert seen == rows


async def test_a_body_takes_nothing_that_address_and_headers_say(program: httpx2.AsyncClient) -> None:
    answer = await program.post(NOTES, json={"name": "a", "seen": 3, "report": str(UUID(int=2))})

    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"seen", "report"}


class Written(Command):
    line: Line
    text: Text = "–"


@pytest.mark.parametrize("field", ["line", "text"])
def test_no_text_takes_a_resident_registration_number_or_what_cannot_be_stored(field: str) -> None:
    for wrong in (f"메모 {RESIDENT_NUMBER}", "a\x00b", ""):
        with pytest.raises(ValueError):
            Written.model_validate({"line": "a", field: wrong})
