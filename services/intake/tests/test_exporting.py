"""A list leaves the house: by few, with a reason, and on record for every person in it."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from openpyxl import load_workbook

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token

from .conftest import Desk


@pytest.fixture
async def supervisor(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.supervisor)


async def export(kit: Kit, client: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    known = {"csrf": csrf_token(kit, client), "once": str(uuid4()), "reason": "review", "format": "csv"}
    return await client.post(path, data=known | fields)


def rows_of(answer: httpx2.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def persons(desk: Desk) -> set[UUID]:
    return {row["person"] for row in await desk.rows("select person from report")}


async def taken(desk: Desk) -> list[dict[str, Any]]:
    return await desk.rows("select person, what from access_record where action = 'exported'")


async def test_a_list_leaves_as_codes_in_words_and_everybody_in_it_is_on_record(
    kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient
) -> None:
    for _ in range(2):
        await desk.submitted(contact="010-0000-4711 (가상)", narrative="(가상) 표지어-물푸레")
    await desk.triaged()

    answer = await export(kit, supervisor, "/exports/reports", note="6월 점검")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="ansim-reports-')
    assert answer.headers["cache-control"] == "no-store"
    rows = rows_of(answer)
    assert rows[0][:4] == ["번호", "상태", "위급도", "피해 유형"]
    assert [row[1] for row in rows[1:]] == ["판단함, 처리 중", "아직 읽지 않음", "아직 읽지 않음"]
    assert "표지어" not in answer.text
    assert "4711" not in answer.text
    assert {row["person"] for row in await taken(desk)} == await persons(desk)
    assert {row["what"] for row in await taken(desk)} == {"export.reports"}


async def test_the_event_tells_who_took_what_and_why_and_the_note_is_sealed(
    kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient
) -> None:
    await desk.submitted()
    await export(kit, supervisor, "/exports/reports", note="표지어-느티나무", format="xlsx")

    [event] = await desk.rows(
        "select payload::text, actor->>'subject' as who from journal where type = 'kr.ansim.intake.export.made.v1'"
    )
    assert event["who"] == "supervisor"
    for part in ('"listed": "reports"', '"rows": 1', '"persons": 1', '"reason": "review"', '"format": "xlsx"'):
        assert part in event["payload"]
    assert "표지어" not in event["payload"]
    [made] = await desk.rows("select id from export_made")
    shown = await supervisor.get(f"/exports/made/{made['id']}")
    assert "표지어-느티나무" in shown.text
    assert f'href="/exports/made/{made["id"]}"' in (await supervisor.get("/exports")).text


async def test_a_list_is_exported_as_it_is_filtered(kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient) -> None:
    await desk.submitted()
    await desk.triaged(severity="emergency")
    page = await supervisor.get("/reports?severity=emergency")
    assert 'href="/exports/reports?severity=emergency"' in page.text
    assert page.text.count('<th scope="row"') == 1

    rows = rows_of(await export(kit, supervisor, "/exports/reports?severity=emergency"))

    assert [row[2] for row in rows[1:]] == ["긴급"]
    assert len(await taken(desk)) == 1


async def test_xlsx_opens_with_numbers_as_numbers(kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient) -> None:
    await desk.referred()
    answer = await export(kit, supervisor, "/exports/hand_offs?state=all", format="xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert (sheet.title, sheet["A1"].value, sheet["A2"].data_type) == ("넘긴 일", "신고 번호", "n")


async def test_without_a_reason_nothing_leaves_and_nothing_is_recorded(
    kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient
) -> None:
    await desk.submitted()
    answer = await export(kit, supervisor, "/exports/reports", reason="")
    assert answer.status_code == 422
    answer = await export(kit, supervisor, "/exports/reports", note="번호는 990101-2345678")
    assert answer.status_code == 422
    assert "주민등록번호" in answer.text
    assert await taken(desk) == []
    assert await desk.rows("select 1 from export_made") == []


async def test_officers_are_not_led_there_and_not_let_in(kit: Kit, desk: Desk, officer: httpx2.AsyncClient) -> None:
    await desk.submitted()
    assert "/exports" not in (await officer.get("/reports")).text
    assert (await officer.get("/exports")).status_code == 403
    assert (await export(kit, officer, "/exports/reports")).status_code == 403
    assert await taken(desk) == []


async def test_a_privacy_officer_may(kit: Kit, desk: Desk, client_for: ClientFor) -> None:
    await desk.submitted()
    client = await client_for(kit, Role.privacy_officer, "en")
    answer = await export(kit, client, "/exports/reports", reason="authority")
    assert rows_of(answer)[0][0] == "number"


async def test_the_recused_do_not_take_the_report_out_either(
    kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient
) -> None:
    """CiviCRM 16360, 16559: what a person may not see does not leak through another door."""
    seen, hidden = await desk.submitted(), await desk.submitted()
    recusal = {"csrf": csrf_token(kit, supervisor), "once": str(uuid4()), "reason": "knows_person"}
    assert (await supervisor.post(f"/reports/{hidden}/recusal", data=recusal)).status_code == 303
    rows = rows_of(await export(kit, supervisor, "/exports/reports"))
    [number] = await desk.rows("select number from report where id = $1", seen)
    assert [row[0] for row in rows[1:]] == [str(number["number"])]


async def test_an_empty_list_is_a_file_with_headings_and_one_entry_on_record(
    kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient
) -> None:
    rows = rows_of(await export(kit, supervisor, "/exports/reports"))
    assert len(rows) == 1
    assert await taken(desk) == [{"person": None, "what": "export.reports"}]


async def test_the_api_gives_the_same_file(kit: Kit, desk: Desk, supervisor: httpx2.AsyncClient) -> None:
    await desk.submitted()
    headers = {"X-CSRF-Token": csrf_token(kit, supervisor)}
    answer = await supervisor.post("/api/v1/exports/reports?state=open", json={"reason": "review"}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert len(rows_of(answer)) == 2
    [made] = (await supervisor.get("/api/v1/exports")).json()
    assert (made["listed"], made["rows"], made["reason"]) == ("reports", 1, "review")
    assert (await supervisor.post("/api/v1/exports/reports", json={}, headers=headers)).status_code == 422
