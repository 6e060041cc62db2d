"""The public pages: five steps without an account, and nothing written before the last one is sent."""

import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from intake.service import SERVICE

from .conftest import Desk

ANSWERS: dict[str, Any] = {
    "reporter_role": "victim",
    "about_minor": "yes",
    "harm_types": ["threat_to_distribute", "grooming"],
    "narrative": "(가상) 첫 줄 물푸레\n둘째 줄",
    "contact": "문자만 (가상)",
}


async def token(public: httpx2.AsyncClient) -> str:
    page = await public.get("/report")
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


async def send(public: httpx2.AsyncClient, step: int, **fields: Any) -> httpx2.Response:
    known = {"csrf": await token(public), "once": str(uuid4()), "step": str(step), "go": "next"}
    return await public.post("/report", data={**known, **fields})


@pytest.mark.parametrize(("lang", "heading"), [("ko", "누구의 일인가요?"), ("en", "Whose matter is it?")])
async def test_the_first_step_reads_in_both_languages_and_offers_the_way_out(
    kit: Kit, client_for: ClientFor, lang: str, heading: str
) -> None:
    page = await (await client_for(kit, lang=lang)).get("/report")
    assert page.status_code == 200
    assert f"<h1>{heading}</h1>" in page.text
    assert page.text.index('class="leave"') < page.text.index("<main")
    assert 'href="tel:112"' in page.text
    assert 'href="tel:1366"' in page.text


@pytest.mark.parametrize("path", ["/report", "/report/received", "/report/traces"])
async def test_titles_of_public_pages_are_neutral(public: httpx2.AsyncClient, path: str) -> None:
    page = await public.get(path)
    title = re.search(r"<title>(.*?)</title>", page.text)
    assert title is not None
    assert not re.search("신고|피해|범죄|성|안심", title[1])
    assert page.headers["cache-control"] == "no-store"


async def test_each_step_carries_the_answers_on_without_storing_them(public: httpx2.AsyncClient, desk: Desk) -> None:
    given: dict[str, Any] = {}
    steps = ((1, ("reporter_role", "about_minor")), (2, ()), (3, ("harm_types",)), (4, ("narrative",)))
    for step, names in steps:
        given |= {name: ANSWERS[name] for name in names}
        page = await send(public, step, **given)
        assert page.status_code == 200
        assert f'name="step" value="{step + 1}"' in page.text
    assert 'name="reporter_role" value="victim"' in page.text
    assert page.text.count('type="hidden" name="harm_types"') == 2
    assert "둘째 줄" in page.text
    assert await desk.rows("select 1 from journal") == []


async def test_the_last_step_takes_the_report_in_and_shows_a_receipt_once(
    public: httpx2.AsyncClient, desk: Desk
) -> None:
    sent = await send(public, 5, **ANSWERS)
    assert (sent.status_code, sent.headers["location"]) == (303, "/report/received")
    page = await public.get("/report/received")
    groups = re.findall(r"<span>(\d{5})</span>", page.text)
    assert len(groups) == 5
    assert [row["reporter_role"] for row in await desk.rows("select reporter_role from report")] == ["victim"]
    form = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert form is not None
    wrong = await public.post("/report/received", data={"csrf": form[1], "end": "00000"})
    assert wrong.status_code == 422
    assert "".join(groups) in wrong.text.replace("</span> <span>", "")
    await public.post("/report/received", data={"csrf": form[1], "end": f" {groups[-1]} "})
    again = await public.get("/report/received")
    assert "".join(groups) not in again.text.replace("</span> <span>", "")
    assert "보여 드릴 번호가 없습니다" in again.text


async def test_the_receipt_leads_staff_to_the_report(
    kit: Kit, public: httpx2.AsyncClient, client_for: ClientFor, desk: Desk
) -> None:
    await send(public, 5, **ANSWERS)
    number = " ".join(re.findall(r"<span>(\d{5})</span>", (await public.get("/report/received")).text))
    officer = await client_for(kit, Role.intake_officer)
    answer = await officer.post("/find", data={"csrf": csrf_token(kit, officer), "by": "number", "text": number})
    report = (await desk.rows("select id from report"))[0]["id"]
    assert f'href="/reports/{report}"' in answer.text


async def test_sent_twice_it_arrives_once_with_the_same_receipt(public: httpx2.AsyncClient, desk: Desk) -> None:
    once = {"once": str(uuid4())}
    receipts = [(await send(public, 5, **ANSWERS, **once)).cookies["ansim_intake_receipt"] for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert len(await desk.rows("select 1 from report")) == 1


async def test_changed_and_sent_again_from_the_same_page_it_is_another_report(
    public: httpx2.AsyncClient, desk: Desk
) -> None:
    once = {"once": str(uuid4())}
    await send(public, 5, **ANSWERS, **once)
    await send(public, 5, **{**ANSWERS, "narrative": "(가상) 빠뜨린 것이 있습니다"}, **once)
    assert len(await desk.rows("select 1 from report")) == 2


async def test_going_back_loses_nothing_and_complains_of_nothing(public: httpx2.AsyncClient) -> None:
    page = await send(public, 4, **{**ANSWERS, "narrative": "050102-3123456"}, go="back")
    assert page.status_code == 200
    assert 'name="step" value="3"' in page.text
    assert 'role="alert"' not in page.text
    assert 'name="narrative" value="050102-3123456"' in page.text


@pytest.mark.parametrize("field", ["narrative", "contact"])
async def test_a_resident_registration_number_is_refused_at_its_field(
    public: httpx2.AsyncClient, desk: Desk, field: str
) -> None:
    page = await send(public, 5, **{**ANSWERS, field: "제 번호는 050102-3123456 입니다"})
    assert page.status_code == 422
    assert f'id="f-{field}-e"' in page.text
    assert "주민등록번호로 보이는 숫자가 있습니다" in page.text
    assert await desk.rows("select 1 from journal") == []


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"reporter_role": ""}, "f-reporter_role"),
        ({"reporter_role": "hacker"}, "f-reporter_role"),
        ({"harm_types": []}, "f-harm_types"),
        ({"harm_types": ["distribution", "nonsense"]}, "f-harm_types"),
        ({"about_minor": "maybe"}, "f-about_minor"),
        ({"district": "pyongyang"}, "f-district"),
        ({"contact": "x" * 201}, "f-contact"),
        ({"narrative": "가" * 6_001}, "f-narrative"),
    ],
)
async def test_whatever_is_wrong_is_said_at_its_field_and_nothing_is_written(
    public: httpx2.AsyncClient, desk: Desk, changed: dict[str, Any], at: str
) -> None:
    page = await send(public, 5, **{**ANSWERS, **changed})
    assert page.status_code == 422
    assert f'href="#{at}"' in page.text
    assert f'id="{at}"' in page.text
    assert await desk.rows("select 1 from journal") == []


async def test_a_form_of_more_than_64_kilobytes_is_refused_unread(public: httpx2.AsyncClient, desk: Desk) -> None:
    assert (await send(public, 3, narrative="x" * 70_000)).status_code == 413
    assert await desk.rows("select 1 from journal") == []


async def test_the_longest_korean_text_fits_with_its_line_ends(public: httpx2.AsyncClient, desk: Desk) -> None:
    text = ("가" * 59 + "\r\n") * 99 + "가" * 60
    assert (await send(public, 5, **{**ANSWERS, "narrative": text})).status_code == 303
    assert len(await desk.rows("select 1 from report")) == 1


async def test_pictures_are_not_taken(public: httpx2.AsyncClient, desk: Desk) -> None:
    answer = await public.post("/report", files={"narrative": ("a.jpg", b"\xff\xd8\xff", "image/jpeg")})
    assert answer.status_code == 415
    assert await desk.rows("select 1 from journal") == []


async def test_a_form_from_elsewhere_is_refused(public: httpx2.AsyncClient, desk: Desk) -> None:
    answer = await public.post("/report", data={"step": "5", **ANSWERS})
    assert answer.status_code == 403
    assert await desk.rows("select 1 from journal") == []


async def test_hostile_words_come_back_as_words(public: httpx2.AsyncClient) -> None:
    page = await send(public, 3, **{**ANSWERS, "narrative": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


async def test_leaving_goes_to_a_neutral_page_and_empties_this_site(kit_for: Any, client_for: ClientFor) -> None:
    kit = await kit_for(SERVICE, leave_url="https://weather.invalid/")
    answer = await (await client_for(kit)).get("/leave")
    assert (answer.status_code, answer.headers["location"]) == (303, "https://weather.invalid/")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'


async def test_the_first_address_leads_the_public_to_what_they_can_do(public: httpx2.AsyncClient) -> None:
    assert (await public.get("/")).headers["location"] == "/start"
