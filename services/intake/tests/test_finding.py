"""Finding a report by what somebody says on the telephone, without it being written anywhere."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from ansim.access import Role
from ansim.find import Reindexed, reindex
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token

from .conftest import Desk, Post, context

CONTACT = "010-0000-4711 (가상), 저녁 7시 뒤"


async def entries(desk: Desk) -> list[tuple[str, UUID | None, str, str]]:
    rows = await desk.rows("select action, person, what, place from access_record where action <> 'wrote' order by id")
    return [(row["action"], row["person"], row["what"], row["place"]) for row in rows]


async def person_of(desk: Desk, report: UUID) -> UUID:
    [row] = await desk.rows("select person from report where id = $1", report)
    person: UUID = row["person"]
    return person


async def test_a_report_is_found_by_the_whole_number_of_its_contact_and_the_search_is_on_record(
    desk: Desk, post: Post, officer: httpx2.AsyncClient
) -> None:
    report = await desk.submitted(contact=CONTACT)
    await desk.submitted(contact="010-0000-4712 (가상)")

    answer = await post("/find", by="phone", text="+82 10 0000 4711")

    assert answer.status_code == 200
    assert f'href="/reports/{report}"' in answer.text
    assert answer.text.count('href="/reports/') == 1
    assert await entries(desk) == [("searched", await person_of(desk, report), "search.phone", "/find")]


async def test_a_supervisor_learns_no_identity_by_searching_for_it(
    desk: Desk, kit: Kit, client_for: ClientFor, post: Post
) -> None:
    report = await desk.submitted(contact=CONTACT)
    supervisor = await client_for(kit, Role.supervisor, "en")

    assert 'value="phone"' not in (await supervisor.get("/find")).text
    token = csrf_token(kit, supervisor)
    refused = await supervisor.post("/find", data={"csrf": token, "by": "phone", "text": "010-0000-4711"})

    assert refused.status_code == 422
    assert "ask the custodian on the record itself" in refused.text
    assert str(report) not in refused.text
    assert await entries(desk) == []


@pytest.mark.parametrize("text", ["4711", "0000-4711", "저녁", "010-0000-4711 010-0000-4712"])
async def test_a_part_or_two_numbers_at_once_are_refused_with_a_sentence(desk: Desk, post: Post, text: str) -> None:
    await desk.submitted(contact=CONTACT)
    answer = await post("/find", by="phone", text=text)
    assert answer.status_code == 422
    assert "전화번호 전체를 하나만 입력하세요" in answer.text


async def test_nothing_found_says_so_and_is_on_record_without_a_person(desk: Desk, post: Post) -> None:
    answer = await post("/find", by="phone", text="010-0000-9999")
    assert "정확히 같은 것이 없습니다" in answer.text
    assert await entries(desk) == [("searched", None, "search.phone", "/find")]


@pytest.mark.parametrize("typed", ["R-{n}", "r{n}", " {n} ", "R – {n}"])
async def test_a_report_is_found_by_its_number_however_it_is_typed(desk: Desk, post: Post, typed: str) -> None:
    report = await desk.submitted()
    [row] = await desk.rows("select number from report")
    answer = await post("/find", by="number", text=typed.format(n=row["number"]))
    assert f'href="/reports/{report}"' in answer.text


async def test_names_are_not_searched_here_because_none_are_asked(post: Post, officer: httpx2.AsyncClient) -> None:
    assert 'value="name"' not in (await officer.get("/find")).text
    assert (await post("/find", by="name", text="한별")).status_code == 422


async def test_the_recused_find_nothing_and_are_not_told_that_there_is_something(
    desk: Desk, post: Post, officer: httpx2.AsyncClient
) -> None:
    """GlobaLeaks #4779, #3864: a recused person sees nothing. CiviCRM 16360, 16559: permission lives in the read model."""
    report = await desk.submitted(contact=CONTACT)
    [row] = await desk.rows("select number from report")
    await post(f"/reports/{report}/recusal", reason="knows_person")

    for by, text in (("phone", CONTACT), ("number", f"R-{row['number']}")):
        answer = await post("/find", by=by, text=text)
        assert "정확히 같은 것이 없습니다" in answer.text
        assert str(report) not in answer.text
    found = [entry for entry in await entries(desk) if entry[0] == "searched"]
    assert [entry[1] for entry in found] == [None, None]


async def test_the_api_finds_the_same_and_only_for_staff(
    kit: Kit, desk: Desk, client_for: ClientFor, public: httpx2.AsyncClient
) -> None:
    report = await desk.submitted(contact=CONTACT)
    officer = await client_for(kit, Role.intake_officer)
    headers = {"X-CSRF-Token": kit.access.csrf_of(dict(officer.cookies))}
    sought: dict[str, Any] = {"by": "phone", "text": "01000004711"}

    found = await officer.post("/api/v1/find", json=sought, headers=headers)
    assert found.status_code == 200, found.text
    assert [hit["path"] for hit in found.json()["items"]] == [f"/api/v1/reports/{report}"]
    assert (
        await officer.post("/api/v1/find", json={"by": "phone", "text": "4711"}, headers=headers)
    ).status_code == 422
    assert (await public.post("/api/v1/find", json=sought)).status_code == 401


async def test_rows_sealed_before_the_index_are_found_after_reindexing_and_the_erased_stay_out(
    kit: Kit, desk: Desk, post: Post
) -> None:
    kept, erased = await desk.submitted(contact=CONTACT), await desk.submitted(contact=CONTACT)
    async with kit.store.unit(context()) as unit:
        await unit.conn.execute("delete from blind_index")
    await kit.vault.destroy(await person_of(desk, erased))
    assert "정확히 같은 것이 없습니다" in (await post("/find", by="phone", text=CONTACT)).text

    steps: list[Reindexed] = []
    for _ in range(2):
        assert await reindex(kit, steps.append) == Reindexed(total=2, done=2, erased=1)

    assert steps[0] == Reindexed(total=2)
    answer = await post("/find", by="phone", text=CONTACT)
    assert f'href="/reports/{kept}"' in answer.text
    assert str(erased) not in answer.text
    assert await desk.rows("select count(*) as n from blind_index") == [{"n": 1}]
    assert len([e for e in await entries(desk) if e[0] == "indexed" and e[1] is not None]) == 4
