"""What a receiver says after it has accepted: under way, on hold, ended, or declined after all."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.contracts import counseling, victim_support
from ansim.contracts.base import Event
from ansim.contracts.codes import AnsweredBy, CaseOutcome, HoldFor, OutsideAnswer, RejectionReason
from ansim.errors import Poison
from intake.commands import CloseReport, NoteAnswer, close_report, note_answer

from .conftest import TO_SUPPORT, Desk, Post, context

PERSON = uuid4()


def said(referral: UUID, what: str, **more: Any) -> Event:
    """A word of victim support about a hand-off."""
    kinds: dict[str, type[Event]] = {
        "accepted": victim_support.ReferralAccepted,
        "in_progress": victim_support.ReferralInProgress,
        "on_hold": victim_support.ReferralOnHold,
        "completed": victim_support.ReferralCompleted,
        "declined": victim_support.ReferralDeclinedAfterAcceptance,
    }
    needed: dict[str, dict[str, Any]] = {
        "accepted": {"case": uuid4()},
        "on_hold": {"waiting_for": HoldFor.POLICE},
        "completed": {"outcome": CaseOutcome.GOALS_MET},
        "declined": {"reason": RejectionReason.NO_CAPACITY, "answered_by": AnsweredBy.PROVIDER},
    }
    return kinds[what](person=PERSON, referral=referral, **(needed.get(what, {}) | more))


async def hear(desk: Desk, referral: UUID, *words: str) -> None:
    for sequence, word in enumerate(words, start=2):
        await desk.hear(said(referral, word), referral, sequence)


async def closed_as_handed_on(desk: Desk, report: UUID) -> None:
    async with desk.kit.store.unit(context()) as unit:
        await close_report(unit, CloseReport.model_validate({"report": report, "outcome": "referred_on"}))


async def state_of(desk: Desk, referral: UUID) -> str:
    state: str = (await desk.rows("select state from referral where id = $1", referral))[0]["state"]
    return state


async def test_each_word_of_the_receiver_is_shown_as_its_own_state(desk: Desk, officer: httpx2.AsyncClient) -> None:
    _, referral = await desk.referred()
    for word, state, words in (
        ("accepted", "accepted", "받는 쪽이 받아들임"),
        ("in_progress", "in_progress", "받은 쪽에서 진행 중"),
        ("on_hold", "on_hold", "멈춤. 차례: 경찰"),
        ("in_progress", "in_progress", "받은 쪽에서 진행 중"),
        ("completed", "completed", "받은 쪽이 마침"),
    ):
        await hear(desk, referral, word)
        assert await state_of(desk, referral) == state
        page = await officer.get(f"/hand-offs/{referral}")
        assert words in page.text
    noted = await desk.rows(
        "select payload->>'progress' as said from journal where type like '%progress_noted%' and payload ? 'heard' order by entry"
    )
    assert [row["said"] for row in noted] == ["in_progress", "on_hold", "in_progress", "completed"]
    assert f"/hand-offs/{referral}" in (await officer.get("/hand-offs?state=ended")).text


async def test_work_under_way_counts_as_handed_on_when_the_report_is_closed(desk: Desk) -> None:
    report, referral = await desk.referred()
    await hear(desk, referral, "accepted", "in_progress", "on_hold")
    await closed_as_handed_on(desk, report)
    assert (await desk.rows("select outcome from report"))[0]["outcome"] == "referred_on"


async def test_what_is_declined_after_all_is_our_turn_again(desk: Desk, officer: httpx2.AsyncClient) -> None:
    """ROOST Coop #1233: what does not arrive for good is seen, also when it had been accepted."""
    report, referral = await desk.referred()
    await hear(desk, referral, "accepted", "declined")
    [row] = await desk.rows("select task, clock_started_by, waiting_for from report where id = $1", report)
    assert tuple(row.values()) == ("decide_again", "referral.declined_after_acceptance", None)
    page = await officer.get("/triage")
    assert "받은 뒤 맡지 못하게 됨: 여력 없음" in page.text
    assert f"/reports/{report}/refer" in page.text


async def test_the_same_receiver_may_be_asked_again_after_it_declined(desk: Desk, post: Post) -> None:
    report, referral = await desk.referred()
    await hear(desk, referral, "accepted", "declined")
    assert (await post(f"/reports/{report}/refer", seen="3", **TO_SUPPORT)).status_code == 303


async def test_a_report_closed_as_handed_on_is_open_again_when_nobody_has_it(desk: Desk) -> None:
    report, referral = await desk.referred()
    await hear(desk, referral, "accepted")
    await closed_as_handed_on(desk, report)
    await hear(desk, referral, "declined")
    [row] = await desk.rows("select state, outcome, task, reopened from report where id = $1", report)
    assert tuple(row.values()) == ("triaged", None, "decide", 1)
    [event] = await desk.rows("select payload->>'reason' as why from journal where type like '%report.reopened%'")
    assert event["why"] == "receiver_declined"


async def test_it_stays_closed_while_another_receiver_has_it(desk: Desk, post: Post) -> None:
    report, referral = await desk.referred()
    await hear(desk, referral, "accepted")
    second = {**TO_SUPPORT, "target": "counseling", "source": "parent_request"}
    assert (await post(f"/reports/{report}/refer", seen="3", **second)).status_code == 303
    [other] = await desk.rows("select id from referral where target = 'counseling'")
    accepted = counseling.ReferralAccepted(person=PERSON, referral=other["id"], enrolment=uuid4())
    await desk.hear(accepted, other["id"])
    await closed_as_handed_on(desk, report)
    await hear(desk, referral, "declined")
    assert (await desk.rows("select state from report"))[0]["state"] == "closed"


async def test_an_outside_body_that_gives_it_back_opens_the_report_too(desk: Desk) -> None:
    report, referral = await desk.referred(target="police")

    async def note(answer: OutsideAnswer) -> None:
        async with desk.kit.store.unit(context()) as unit:
            words = {"referral": referral, "answer": answer, "heard_by": "telephone"}
            await note_answer(unit, NoteAnswer.model_validate(words))

    await note(OutsideAnswer.ACCEPTED)
    await closed_as_handed_on(desk, report)
    await note(OutsideAnswer.REJECTED)
    assert (await desk.rows("select state from report"))[0]["state"] == "triaged"


async def test_the_programmes_end_is_noted_without_content(desk: Desk) -> None:
    """DOMAIN §4: the completion notice to the referrer carries no content."""
    for word, state in ((counseling.ReferralCompleted, "completed"), (counseling.ReferralFailed, "failed")):
        _, referral = await desk.referred(target="counseling", source="parent_request")
        accepted = counseling.ReferralAccepted(person=PERSON, referral=referral, enrolment=uuid4())
        await desk.hear(accepted, referral)
        await desk.hear(counseling.ReferralInProgress(person=PERSON, referral=referral), referral)
        await desk.hear(word(person=PERSON, referral=referral), referral)
        assert await state_of(desk, referral) == state
    noted = await desk.rows("select jsonb_strip_nulls(payload) as said from journal where type like '%progress_noted%'")
    assert all(set(json.loads(row["said"])) == {"person", "target", "progress", "heard"} for row in noted)


@pytest.mark.parametrize(
    "words", [("in_progress",), ("accepted", "completed", "on_hold"), ("accepted", "declined", "in_progress")]
)
async def test_a_word_that_cannot_follow_is_parked_and_changes_nothing(desk: Desk, words: tuple[str, ...]) -> None:
    _, referral = await desk.referred()
    await hear(desk, referral, *words[:-1])
    before = await state_of(desk, referral)
    with pytest.raises(Poison):
        await hear(desk, referral, words[-1])
    assert await state_of(desk, referral) == before


async def test_an_end_told_twice_is_noted_once(desk: Desk) -> None:
    _, referral = await desk.referred()
    await hear(desk, referral, "accepted", "completed", "completed")
    assert len(await desk.rows("select 1 from journal where type like '%progress_noted%'")) == 1
