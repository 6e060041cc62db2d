"""Whatever is sent to the public form: an answer, no server error, and never more than one report for one sending."""

import asyncio
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansim.contracts.codes import HarmType, ReporterRole, YesNoUnknown
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor
from ansim.web.patience import Patience
from intake.domain.questions import Question

from .conftest import Desk
from .test_public_pages import send, token
from .test_public_questions import VICTIM

ODD = (
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "\u202egnp.exe\u2066\u2069",
    "뷁쀏힣ퟰ각",
    "{{ 7*7 }}{% for x in () %}",
    "<script>alert(1)</script>",
    "'); drop table report; --",
    '=HYPERLINK("http://post.invalid")',
    "\ud7ff\ue000\ufffd",
    "\x00\x1b\r\n\t",
    "050102-3123456",
)
texts = st.one_of(
    st.sampled_from(ODD), st.text(max_size=300), st.text(alphabet=st.characters(blacklist_categories=["Cs"]))
)
codes = st.sampled_from(
    [*ReporterRole, *HarmType, *YesNoUnknown, "", "next", "back", "5", "-1", "99999999999999999999"]
)
fields = st.sampled_from(
    ["reporter_role", "about_minor", "harm_types", "narrative", "contact", "district", "go", "step", "once"]
    + [question.value for question in Question]
)
bodies = st.lists(st.tuples(fields, st.one_of(codes, texts)), max_size=14)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
fuzzing = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def impatient(monkeypatch: pytest.MonkeyPatch, kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    """A public client that is never made to wait."""

    async def at_once(self: Patience, request: object) -> bool:
        return False

    monkeypatch.setattr(Patience, "wait", at_once)
    return await client_for(kit)


@fuzzing
@given(bodies)
async def test_any_fields_with_any_text_get_an_answer_and_only_a_redirect_means_a_report(
    impatient: httpx2.AsyncClient, desk: Desk, body: list[tuple[str, str]]
) -> None:
    before = await desk.rows("select id from report")
    form = [("csrf", await token(impatient)), *body]
    answer = await impatient.post("/report", content=urlencode(form), headers=FORM)
    assert answer.status_code in (200, 303, 422)
    assert "<script>alert" not in answer.text
    arrived = len(await desk.rows("select id from report")) - len(before)
    assert arrived == (answer.status_code == 303)


@fuzzing
@given(texts, texts)
async def test_a_text_is_refused_or_read_back_as_it_was_written(
    impatient: httpx2.AsyncClient, officer: httpx2.AsyncClient, desk: Desk, narrative: str, contact: str
) -> None:
    sent = await send(impatient, 5, **VICTIM, narrative=narrative, contact=contact)
    if sent.status_code != 303:
        assert sent.status_code == 422
        return
    [row] = await desk.rows("select id from report order by number desc limit 1")
    told = (await officer.get(f"/api/v1/reports/{row['id']}/narrative")).json()
    assert told["narrative"].strip() == narrative.replace("\r\n", "\n").strip()
    assert told["contact"].strip() == contact.strip()


@settings(fuzzing, max_examples=15)
@given(st.permutations([1, 2, 3, 4, 5, 5, 5]))
async def test_steps_in_any_order_and_sent_again_make_one_report(
    impatient: httpx2.AsyncClient, desk: Desk, order: list[int]
) -> None:
    before = len(await desk.rows("select 1 from report"))
    once = str(uuid4())
    for step in order:
        assert (await send(impatient, step, **VICTIM, once=once)).status_code in (200, 303)
    assert len(await desk.rows("select 1 from report")) == before + 1


async def test_a_double_click_has_one_effect_and_one_number(impatient: httpx2.AsyncClient, desk: Desk) -> None:
    fields: dict[str, Any] = {"csrf": await token(impatient), "once": str(uuid4()), "step": "5", "go": "next", **VICTIM}
    answers = await asyncio.gather(*(impatient.post("/report", data=fields) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.cookies["ansim_intake_receipt"] for answer in answers}) == 1
    assert len(await desk.rows("select 1 from report")) == 1
    assert len(await desk.rows("select 1 from mailbox")) == 1


@pytest.mark.parametrize("name", ["narrative", "contact", "harm_types", "unknown_field"])
async def test_a_text_of_a_megabyte_is_refused_with_words(impatient: httpx2.AsyncClient, desk: Desk, name: str) -> None:
    answer = await send(impatient, 4, **{**VICTIM, name: "가" * 350_000})
    assert answer.status_code == 413
    assert "<h1>" in answer.text
    assert await desk.rows("select 1 from journal") == []


@pytest.mark.parametrize("body", [b"%", b"csrf=%ff%fe", b"\xff\xfe", b"&" * 2000, b"a=" + b"1&a=" * 600])
async def test_bytes_that_are_no_form_are_refused_with_words(
    impatient: httpx2.AsyncClient, desk: Desk, body: bytes
) -> None:
    answer = await impatient.post("/report", content=body, headers=FORM)
    assert answer.status_code in (400, 403)
    assert await desk.rows("select 1 from journal") == []
