"""The second step of the public form: each role meets its own questions, in both languages, and nothing is kept besides."""

import re
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token

from .conftest import Desk
from .test_public_pages import send

QUESTION = re.compile(r'type="radio" name="([a-z_]+)"')
VICTIM: dict[str, Any] = {"reporter_role": "victim", "about_minor": "yes", "harm_types": ["cyber_harassment"]}
TEACHER: dict[str, Any] = {"reporter_role": "teacher", "about_minor": "yes", "harm_types": ["false_video"]}
WITNESS: dict[str, Any] = {"reporter_role": "witness", "harm_types": ["distribution"]}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("victim", {"safe_now", "suspect_near", "adult_knows"}),
        ("guardian", {"safe_now", "person_knows", "suspect_near"}),
        ("teacher", {"safe_now", "person_knows", "school_acts"}),
        ("witness", {"seen_on", "person_knows"}),
        ("agency", {"safe_now", "person_knows"}),
        ("platform", {"seen_on"}),
        ("anonymous", {"safe_now"}),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_each_role_meets_the_questions_that_make_sense_for_it(
    kit: Kit, client_for: ClientFor, lang: str, role: str, names: set[str]
) -> None:
    page = await send(await client_for(kit, lang=lang), 1, reporter_role=role, about_minor="yes")
    assert page.status_code == 200
    assert set(QUESTION.findall(page.text)) == names
    assert len(re.findall("<legend>", page.text)) == len(names)


async def test_what_a_role_must_answer_is_asked_for_at_its_field(public: httpx2.AsyncClient, desk: Desk) -> None:
    """Coop #736: required fields depend on the answer before them."""
    page = await send(public, 2, **WITNESS)
    assert page.status_code == 422
    assert 'href="#f-seen_on"' in page.text
    assert (await send(public, 2, **TEACHER)).text.count('class="field bad"') == 2
    assert (await send(public, 2, **WITNESS, seen_on="unknown")).status_code == 200
    assert (await send(public, 2, **VICTIM)).status_code == 200
    assert await desk.rows("select 1 from journal") == []


async def test_an_organisation_leaves_a_way_to_be_asked_and_a_person_need_not(
    public: httpx2.AsyncClient, desk: Desk
) -> None:
    platform = {"reporter_role": "platform", "harm_types": ["distribution"], "seen_on": "website"}
    page = await send(public, 5, **platform)
    assert page.status_code == 422
    assert 'href="#f-contact"' in page.text
    assert (await send(public, 5, **platform, contact="신고 담당 (가상)")).status_code == 303
    assert (await send(public, 5, **VICTIM)).status_code == 303
    assert len(await desk.rows("select 1 from report")) == 2


async def test_somebody_who_is_not_safe_is_told_whom_to_call_and_read_within_the_hour(
    public: httpx2.AsyncClient, desk: Desk
) -> None:
    page = await send(public, 2, **VICTIM, safe_now="no")
    said = re.search(r'<div class="say">(.*?)</div>', page.text, re.DOTALL)
    assert said is not None
    assert 'href="tel:112"' in said[1]
    await send(public, 5, **VICTIM, safe_now="no")
    await send(public, 5, **VICTIM, safe_now="yes")
    rows = await desk.rows("select may_be_emergency, clock_rule from report order by number")
    assert [tuple(row.values()) for row in rows] == [(True, "acknowledge_emergency"), (False, "acknowledge")]


async def test_answers_are_sealed_and_staff_read_them_with_the_narrative(
    public: httpx2.AsyncClient, officer: httpx2.AsyncClient, desk: Desk
) -> None:
    await send(public, 5, **TEACHER, person_knows="no", school_acts="yes")
    [row] = await desk.rows(
        "select r.id, j.payload::text from report r join journal j on j.event_id = r.submitted_event"
    )
    assert "school_acts" not in row["payload"]
    closed = await officer.get(f"/reports/{row['id']}")
    opened = await officer.get(f"/reports/{row['id']}/narrative")
    assert "학교 절차 시작" not in closed.text
    assert "학교 절차 시작" in opened.text
    looks = "select 1 from access_record where what = 'report.submitted' and action = 'read'"
    assert len(await desk.rows(looks)) == 1


async def test_answers_of_a_role_that_was_given_up_are_not_kept(
    kit: Kit, public: httpx2.AsyncClient, client_for: ClientFor, desk: Desk
) -> None:
    await send(public, 5, **VICTIM, safe_now="yes", school_acts="yes", seen_on="game")
    [row] = await desk.rows("select id from report")
    api = await client_for(kit, Role.intake_officer)
    assert (await api.get(f"/api/v1/reports/{row['id']}/narrative")).json()["answers"] == {"safe_now": "yes"}


async def test_a_program_is_told_which_answer_is_not_asked_of_this_role(kit: Kit, client_for: ClientFor) -> None:
    api = await client_for(kit, Role.intake_officer)
    api.headers["x-csrf-token"] = csrf_token(kit, api)
    body = {"reporter_role": "victim", "harm_types": ["distribution"], "school_acts": "yes"}
    answer = await api.post("/api/v1/reports", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 422
    assert "school_acts" in answer.text


async def test_a_page_that_grew_old_keeps_its_words_and_sends_nothing(
    kit: Kit, client_for: ClientFor, desk: Desk
) -> None:
    """Cookies emptied, or a tab left open over night: the text is still there, under a fresh token."""
    stale = await client_for(kit)
    page = await stale.post("/report", data={"csrf": "gone", "step": "5", **VICTIM, "narrative": "(가상) 긴 이야기"})
    assert page.status_code == 403
    assert "(가상) 긴 이야기" in page.text
    assert "화면이 오래되어 보내지 않았습니다" in page.text
    assert await desk.rows("select 1 from journal") == []
    fresh = dict(re.findall(r'name="(csrf|once)" value="([^"]+)"', page.text))
    sent = await stale.post("/report", data={**fresh, "step": "5", "go": "next", **VICTIM, "narrative": "(가상)"})
    assert sent.status_code == 303


async def test_a_page_with_unsent_words_offers_no_link_that_loses_them(public: httpx2.AsyncClient) -> None:
    assert 'href="/language' in (await public.get("/report")).text
    assert 'href="/language' not in (await send(public, 3, **VICTIM, narrative="(가상)")).text


async def test_words_that_another_site_sends_are_not_even_shown(public: httpx2.AsyncClient) -> None:
    answer = await public.post(
        "/report", data={"step": "5", **VICTIM, "narrative": "표식"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "표식" not in answer.text
