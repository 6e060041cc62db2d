"""A complaint at the screen: versions, the person's word, copies, and the paper."""

import io
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest
from pypdf import PdfReader

from ansim.access import Role
from ansim.contracts.codes import ConsentContent, ConsentPurpose, ConsentRecipient
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor, csrf_token
from victim_support.service import SERVICE

from .conftest import consented, planned_case
from .test_deletions import Desk

TEXT = {
    "complainant": "김표지 (가상)",
    "facts": '(가상) 2026년 11월 1일 밤, 모르는 계정이 #read("/etc/passwd") *사진*을 올렸습니다. 뷁.',
    "accused": "계정 이름 invented_1 (가상)",
    "evidence": "대화 갈무리, 본인 보관 (가상)",
    "request": "",
}


@pytest.fixture
async def kit(kit_for: KitFor, assets: Path) -> Kit:
    return await kit_for(SERVICE, assets=assets)


@pytest.fixture
async def desk(kit: Kit, client_for: ClientFor) -> Desk:
    return Desk(kit, await client_for(kit, Role.supervisor))


async def written(desk: Desk) -> str:
    case = await planned_case(desk.kit.store)
    url: str = (await desk.post(f"/cases/{case}/complaints")).headers["location"]
    assert (await desk.post(f"{url}/draft", **TEXT)).status_code == 303
    return url


async def approved(desk: Desk) -> tuple[UUID, str]:
    """The case and a complaint whose first version the person approved."""
    url = await written(desk)
    assert (await desk.post(f"{url}/review", result="approved", number="1", remarks="")).status_code == 303
    [row] = await desk.rows("select case_id from complaint")
    return row["case_id"], url


async def yes_to_the_police(desk: Desk, case: UUID) -> UUID:
    what = (ConsentContent.CASE_SUMMARY, ConsentContent.IDENTITY)
    return await consented(desk.kit.store, case, ConsentPurpose.INVESTIGATION, ConsentRecipient.POLICE, *what)


async def test_a_complaint_is_written_read_approved_and_handed_over(desk: Desk) -> None:
    url = await written(desk)
    early = await desk.post(f"{url}/hand-over", receiver="police")
    assert early.status_code == 422
    assert "본인이 아직 이 판을 확인하지 않았습니다" in early.text
    assert (await desk.post(f"{url}/review", result="approved", number="1", remarks="")).status_code == 303
    [known] = await desk.rows("select case_id from complaint")
    await yes_to_the_police(desk, known["case_id"])
    assert (await desk.post(f"{url}/hand-over", receiver="police")).status_code == 303
    [row] = await desk.rows("select state, approved, handed_to from complaint")
    assert tuple(row.values()) == ("handed_over", 1, ["police"])
    page = (await desk.client.get(url)).text
    assert page.index("사본 전달, 제1판") < page.index("본인이 읽음, 제1판") < page.index("고소장 시작")


async def test_an_approved_version_stays_here_without_a_consent_that_names_its_receiver(desk: Desk) -> None:
    case, url = await approved(desk)
    await consented(
        desk.kit.store, case, ConsentPurpose.INVESTIGATION, ConsentRecipient.POLICE, ConsentContent.CASE_SUMMARY
    )
    for receiver in ("police", "prosecution", "lawyer"):
        refused = await desk.post(f"{url}/hand-over", receiver=receiver)
        assert refused.status_code == 422, receiver
        assert "진술 요지를 넘겨도 된다는 유효한 동의가 없습니다" in refused.text
        assert f'href="/cases/{case}#consents"' in refused.text
    assert (await desk.post(f"{url}/hand-over", receiver="victim")).status_code == 303
    await yes_to_the_police(desk, case)
    codes = [
        (await desk.post(f"{url}/hand-over", receiver=receiver)).status_code
        for receiver in ("police", "prosecution", "lawyer")
    ]
    assert codes == [303, 303, 422]


async def test_a_withdrawal_stops_the_next_copy(desk: Desk) -> None:
    case, url = await approved(desk)
    consent = await yes_to_the_police(desk, case)
    assert (await desk.post(f"{url}/hand-over", receiver="police")).status_code == 303
    assert (await desk.post(f"/cases/{case}/consents/{consent}/withdraw")).status_code == 303
    assert (await desk.post(f"{url}/hand-over", receiver="police")).status_code == 422
    assert len(await desk.rows("select 1 from journal where type like '%complaint.handed_over%'")) == 1


async def test_the_api_hands_no_copy_over_without_consent(desk: Desk) -> None:
    _, url = await approved(desk)
    refused = await desk.client.post(
        f"/api/v1{url}/hand-over",
        json={"receiver": "police"},
        headers={"X-CSRF-Token": csrf_token(desk.kit, desk.client)},
    )
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["type"] == "/problems/rule/consent.missing"
    assert refused.json()["errors"][0]["field"] == "receiver"


async def test_the_paper_is_tagged_korean_and_carries_nothing_out(desk: Desk) -> None:
    url = await written(desk)
    answer = await desk.client.get(f"{url}/versions/1.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    pdf = PdfReader(io.BytesIO(answer.content))
    text = pdf.pages[0].extract_text()
    assert "고소장" in text.replace(" ", "")
    for piece in ("김표지 (가상)", '#read("/etc/passwd")', "*사진*", "뷁", "본인이 아직 확인하지 않았습니다"):
        assert piece in text
    assert "root:" not in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "ko"
    printed = await desk.rows("select 1 from access_record where what = 'complaint.drafted' and action = 'read'")
    assert len(printed) == 1
    assert (await desk.client.get(f"{url}/versions/2.pdf")).status_code == 404


async def test_what_stands_in_it_is_sealed(desk: Desk) -> None:
    url = await written(desk)
    await desk.post(f"{url}/review", result="changes_wanted", number="1", remarks="(가상) 표지어-가문비")
    assert "김표지" not in (await desk.client.get(url)).text
    for table in await desk.rows(
        "select table_name as name from information_schema.tables where table_schema = 'public'"
    ):
        [found] = await desk.rows(f"select string_agg(t::text, '') as text from \"{table['name']}\" t")
        for word in ("김표지", "가문비", "invented_1"):
            assert word not in (found["text"] or ""), table


async def test_the_next_version_begins_with_the_last_and_the_last_stays(desk: Desk) -> None:
    url = await written(desk)
    page = (await desk.client.get(f"{url}/text")).text
    assert "김표지 (가상)" in page
    assert (await desk.post(f"{url}/draft", **{**TEXT, "facts": "(가상) 고친 사실"})).status_code == 303
    papers = [(await desk.client.get(f"{url}/versions/{n}.pdf")).content for n in (1, 2)]
    first, second = (PdfReader(io.BytesIO(paper)).pages[0].extract_text() for paper in papers)
    assert "고친 사실" in second
    assert "고친 사실" not in first


async def test_what_was_typed_survives_a_refusal(desk: Desk) -> None:
    url = await written(desk)
    refused = await desk.post(f"{url}/draft", **{**TEXT, "complainant": "", "facts": "(가상) 그대로 남을 글"})
    assert refused.status_code == 422
    assert "그대로 남을 글" in refused.text
    number = await desk.post(f"{url}/draft", **{**TEXT, "facts": "주민번호 900101-1234567"})
    assert number.status_code == 422


async def test_without_the_typeface_the_page_says_what_to_do(
    kit_for: KitFor, client_for: ClientFor, tmp_path: Path
) -> None:
    kit = await kit_for(SERVICE, assets=tmp_path)
    desk = Desk(kit, await client_for(kit, Role.supervisor))
    url = await written(desk)
    answer = await desk.client.get(f"{url}/versions/1.pdf")
    assert answer.status_code == 422
    assert "ansim assets" in answer.text


async def test_another_role_sees_no_complaint(kit: Kit, desk: Desk, client_for: ClientFor) -> None:
    url = await written(desk)
    for role in (Role.deletion_officer, Role.intake_officer, Role.analyst):
        client: httpx2.AsyncClient = await client_for(kit, role)
        assert (await client.get(url)).status_code == 403
    assert (await desk.client.get(f"/complaints/{uuid4()}")).status_code == 404
