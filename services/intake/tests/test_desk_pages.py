"""The screens of the desk: who sees them, what they show, and what they refuse without writing anything."""

from uuid import uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.contracts import victim_support
from ansim.contracts.codes import AnsweredBy, RejectionReason
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from intake.commands import SubmitReport, submit_report
from intake.queries import FIRST_LOOK

from .conftest import JUDGEMENT, REPORT, TO_SUPPORT, Desk, Post, context

DESK = ("/triage", "/hand-offs", "/reports")


@pytest.mark.parametrize("path", DESK)
async def test_the_desk_is_for_intake_officers_and_supervisors(kit: Kit, client_for: ClientFor, path: str) -> None:
    answers = {
        role: (await (await client_for(kit, role)).get(path)).status_code
        for role in (Role.intake_officer, Role.supervisor, Role.counsellor, Role.analyst)
    }
    assert list(answers.values()) == [200, 200, 403, 403]


@pytest.mark.parametrize("path", DESK)
async def test_whoever_is_not_signed_in_is_led_to_the_sign_in(public: httpx2.AsyncClient, path: str) -> None:
    answer = await public.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("lang", "heading"), [("ko", "초기 분류"), ("en", "Triage")])
async def test_the_queue_reads_in_both_languages(
    kit: Kit, desk: Desk, client_for: ClientFor, lang: str, heading: str
) -> None:
    await desk.referred()
    await desk.submitted(harm_types=["threat_to_distribute"])
    page = await (await client_for(kit, Role.intake_officer, lang)).get("/triage")
    assert page.headers["content-language"] == lang
    assert f"<h1>{heading}</h1>" in page.text
    assert page.text.count('href="/reports/') >= 3


async def test_an_empty_queue_says_when_it_was_looked_at(officer: httpx2.AsyncClient) -> None:
    page = await officer.get("/triage")
    assert "지금 열린 신고가 없습니다" in page.text


async def test_whose_data_the_queue_showed_is_on_the_access_record(desk: Desk, officer: httpx2.AsyncClient) -> None:
    await desk.submitted()
    await officer.get("/triage")
    listed = await desk.rows("select person from access_record where action = 'listed'")
    assert listed == await desk.rows("select person from report")


async def test_a_report_goes_its_way_by_forms_alone(desk: Desk, officer: httpx2.AsyncClient, post: Post) -> None:
    report = await desk.submitted()
    for deed, fields in (
        ("acknowledge", {"seen": 1}),
        ("triage", {"seen": 2, **JUDGEMENT}),
        ("refer", {"seen": 3, **TO_SUPPORT}),
        ("close", {"seen": 3, "outcome": "answered"}),
    ):
        answer = await post(f"/reports/{report}/{deed}", **fields)
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/reports/{report}"), answer.text
    page = await officer.get(f"/reports/{report}")
    assert "마침: 답함" in page.text
    assert [row["type"] for row in await desk.rows("select type from journal order by entry")] == [
        "kr.ansim.intake.report.submitted.v1",
        "kr.ansim.intake.mailbox.opened.v1",
        "kr.ansim.intake.report.acknowledged.v1",
        "kr.ansim.intake.report.triaged.v1",
        "kr.ansim.intake.referral.requested.v1",
        "kr.ansim.intake.report.closed.v1",
    ]


async def test_the_narrative_is_shown_only_when_it_is_opened(desk: Desk, officer: httpx2.AsyncClient) -> None:
    report = await desk.submitted(narrative="(가상) 물푸레. 주소 https://post.invalid/a/bc41 입니다.")
    closed = await officer.get(f"/reports/{report}")
    opened = await officer.get(f"/reports/{report}/narrative")
    assert "물푸레" not in closed.text
    assert "물푸레" in opened.text
    assert "hxxps://post[.]invalid/a/bc41" in opened.text
    assert "https://post.invalid" not in opened.text


async def test_hostile_text_is_shown_as_text(desk: Desk, officer: httpx2.AsyncClient) -> None:
    report = await desk.submitted(narrative="<script>alert(1)</script> www.x.invalid/<b>")
    page = await officer.get(f"/reports/{report}/narrative")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


@pytest.mark.parametrize("tail", ["", "/narrative", "/triage", "/refer", "/close"])
async def test_an_unknown_report_is_not_found_and_nothing_is_said_about_it(
    officer: httpx2.AsyncClient, tail: str
) -> None:
    assert (await officer.get(f"/reports/{uuid4()}{tail}")).status_code == 404


async def test_an_unknown_deed_is_not_found(desk: Desk, officer: httpx2.AsyncClient) -> None:
    report = await desk.submitted()
    assert (await officer.get(f"/reports/{report}/erase")).status_code == 404


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"severity": ""}, "위급도를 고르세요."),
        ({"severity": "deadly"}, "보기에서 고르세요."),
        ({"harm_types": []}, "하나 이상 고르세요."),
        ({"age_band": "14_16"}, "이 나이대는 미성년입니다."),
        ({"seen": "many"}, ""),
        ({"extra": "x"}, ""),
    ],
)
async def test_a_triage_form_says_at_the_field_what_is_wrong(
    desk: Desk, post: Post, changed: dict[str, object], sentence: str
) -> None:
    report = await desk.acknowledged()
    answer = await post(f"/reports/{report}/triage", **{"seen": 2, **JUDGEMENT, **changed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    assert await desk.rows("select state from report") == [{"state": "acknowledged"}]


async def test_a_hand_off_to_counselling_asks_where_the_matter_comes_from(desk: Desk, post: Post) -> None:
    report = await desk.triaged()
    answer = await post(f"/reports/{report}/refer", **{**TO_SUPPORT, "target": "counseling", "seen": 3})
    assert answer.status_code == 422
    assert 'href="#f-source"' in answer.text
    assert await desk.rows("select 1 from referral") == []


async def test_whoever_is_second_sees_both_changes_and_nothing_is_overwritten(desk: Desk, post: Post) -> None:
    report = await desk.acknowledged()
    await post(f"/reports/{report}/triage", seen=2, **JUDGEMENT)
    answer = await post(f"/reports/{report}/triage", seen=2, **{**JUDGEMENT, "severity": "low"})
    assert answer.status_code == 409
    assert "초기 분류: 높음" in answer.text
    assert "낮음" in answer.text
    assert await desk.rows("select severity from report") == [{"severity": "high"}]


async def test_acknowledging_twice_tells_of_the_first(desk: Desk, post: Post) -> None:
    report = await desk.acknowledged()
    answer = await post(f"/reports/{report}/acknowledge", seen=2)
    assert answer.status_code == 422
    assert "이미 접수 확인을 한 신고입니다." in answer.text


async def test_a_form_sent_twice_happens_once(kit: Kit, desk: Desk, officer: httpx2.AsyncClient) -> None:
    report = await desk.submitted()
    fields = {"csrf": csrf_token(kit, officer), "once": str(uuid4()), "seen": "1"}
    answers = [await officer.post(f"/reports/{report}/acknowledge", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await desk.rows("select 1 from journal where type like '%acknowledged%'")) == 1


async def test_a_form_without_its_token_does_nothing(desk: Desk, officer: httpx2.AsyncClient) -> None:
    report = await desk.submitted()
    answer = await officer.post(f"/reports/{report}/acknowledge", data={"seen": "1"})
    assert answer.status_code == 403
    assert await desk.rows("select state from report") == [{"state": "submitted"}]


async def test_a_refused_hand_off_stays_until_somebody_decides(desk: Desk, officer: httpx2.AsyncClient) -> None:
    report, referral = await desk.referred()
    refusal = victim_support.ReferralRejected(
        person=uuid4(), referral=referral, reason=RejectionReason.NO_CAPACITY, answered_by=AnsweredBy.PROVIDER
    )
    await desk.hear(refusal, referral)
    page = await officer.get("/triage")
    assert "결정 필요" in page.text
    assert f'href="/reports/{report}/refer"' in page.text


async def test_a_page_mark_that_is_not_ours_is_refused(officer: httpx2.AsyncClient) -> None:
    assert (await officer.get("/reports?after=zzzz")).status_code == 422
    assert (await officer.get("/hand-offs?state=unknown")).status_code == 200


async def many_submitted(desk: Desk, count: int) -> None:
    async with desk.kit.store.unit(context()) as unit:
        for _ in range(count):
            await submit_report(unit, SubmitReport.model_validate(REPORT))


async def test_the_queue_shows_what_comes_first_and_more_when_asked(desk: Desk, officer: httpx2.AsyncClient) -> None:
    await many_submitted(desk, FIRST_LOOK + 2)
    first = (await officer.get("/triage")).text
    assert first.count('scope="row"') == FIRST_LOOK
    assert f"처음 {FIRST_LOOK}건만 보입니다" in first
    assert f"열린 신고 {FIRST_LOOK + 2}건" in first
    assert f"{FIRST_LOOK}+" in (await officer.get("/triage?show=free")).text
    more = (await officer.get("/triage?show=all&listed=more")).text
    assert more.count('scope="row"') == FIRST_LOOK + 2
    assert "건만 보입니다" not in more


async def test_only_who_was_shown_is_on_the_access_record(desk: Desk, officer: httpx2.AsyncClient) -> None:
    await many_submitted(desk, FIRST_LOOK + 2)
    await officer.get("/triage")
    assert len(await desk.rows("select person from access_record where action = 'listed'")) == FIRST_LOOK


async def test_a_row_tells_each_reader_their_own_and_every_change(
    kit: Kit, desk: Desk, client_for: ClientFor, officer: httpx2.AsyncClient, post: Post
) -> None:
    """Rows are kept for others who would see the same: whoever claimed one is “you” to themselves only."""
    report = await desk.submitted()
    colleague = await client_for(kit, Role.supervisor)
    assert "맡은 사람" not in (await officer.get("/triage")).text + (await colleague.get("/triage")).text
    await post(f"/reports/{report}/claim", seen=1)
    assert "맡은 사람: 나" in (await officer.get("/triage")).text
    theirs = (await colleague.get("/triage")).text
    assert "맡은 사람: 나" not in theirs
    assert "한서윤 (가상)" in theirs
    await post(f"/reports/{report}/release", seen=2)
    assert "한서윤 (가상)" not in (await colleague.get("/triage")).text
