"""What time brings about, and what the sender of a hand-off can still do."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.clock.sweeper import Sweep, Sweeper
from ansim.contracts import victim_support
from ansim.errors import DomainError
from ansim.history import HistoryPlayer, World
from ansim.journal import Actor, Context, Unit
from ansim.relay import Leader
from intake.commands import (
    AcknowledgeReport,
    NoteAnswer,
    RevokeReferral,
    SendAgain,
    acknowledge_report,
    note_answer,
    revoke_referral,
    send_again,
)
from intake.sweeps import SWEEPS

from .conftest import Desk, Post, context, owner


def sweeper(desk: Desk, sweeps: tuple[Sweep, ...] = SWEEPS) -> Sweeper:
    return Sweeper("intake", sweeps, desk.kit.store, Leader(desk.kit.settings.database_url.get_secret_value(), 1))


async def types(desk: Desk, like: str) -> list[str]:
    rows = await desk.rows("select type from journal where type like $1 order by entry", f"%{like}%")
    return [row["type"] for row in rows]


async def act(desk: Desk, carry_out: Any, command: Any) -> None:
    async with desk.kit.store.unit(context()) as unit:
        await carry_out(unit, command)


async def test_a_missed_deadline_is_told_once_however_many_sweepers_look(desk: Desk) -> None:
    """open-mercato #2293: escalations are carried out, and not only stored."""
    report = await desk.submitted()
    later = datetime.now(UTC) + timedelta(hours=25)
    assert await sweeper(desk).sweep(later) == 1
    assert await sweeper(desk).sweep(later + timedelta(hours=1)) == 0
    assert await types(desk, "report.deadline_missed") == ["kr.ansim.intake.report.deadline_missed.v1"]
    [row] = await desk.rows("select missed, missed_rule from report where id = $1", report)
    assert tuple(row.values()) == (1, "acknowledge")


async def test_nothing_is_late_while_a_history_with_past_times_is_played(desk: Desk) -> None:
    """Its next steps answer what looks late now; the player may be killed in between, so the rest is kept on disk."""
    await desk.submitted()
    later = datetime.now(UTC) + timedelta(hours=25)
    player = HistoryPlayer("intake", desk.kit.store, World(1), lambda _: None)

    await player.begin()
    await player.begin()
    assert await sweeper(desk).sweep(later) == 0

    await player.end()
    assert await sweeper(desk).sweep(later) == 1


async def test_what_ends_a_clock_too_late_tells_so_itself_when_no_sweeper_looked(desk: Desk) -> None:
    report, late = await desk.submitted(), datetime.now(UTC) + timedelta(hours=30)
    async with desk.kit.store.unit(context(late)) as unit:
        await acknowledge_report(unit, AcknowledgeReport(report=report))
    assert len(await types(desk, "deadline_missed")) == 1
    assert await sweeper(desk).sweep(late) == 0


async def test_one_record_that_fails_keeps_no_other_waiting(desk: Desk) -> None:
    """SORMAS #906: failure is per item, never per batch."""
    first, second = await desk.submitted(), await desk.submitted()
    done: list[UUID] = []

    async def find(conn: object, now: datetime, limit: int) -> list[UUID]:
        return [first, second]

    async def fail_on_the_first(unit: Unit, record: UUID) -> None:
        if record == first:
            raise DomainError("broken")
        done.append(record)

    one = sweeper(desk, (Sweep("test", find, fail_on_the_first),))
    assert await one.sweep(datetime.now(UTC)) == 1
    assert await one.sweep(datetime.now(UTC)) == 1
    assert done == [second, second]


async def test_a_hand_off_without_an_answer_lapses_and_goes_to_a_supervisor(
    desk: Desk, officer: httpx2.AsyncClient
) -> None:
    report, referral = await desk.referred()
    await sweeper(desk).sweep(datetime.now(UTC) + timedelta(days=6))
    assert (await desk.rows("select state from referral"))[0]["state"] == "sent"
    await sweeper(desk).sweep(datetime.now(UTC) + timedelta(days=8))
    [row] = await desk.rows("select state, escalated_at is not null as up from referral where id = $1", referral)
    assert tuple(row.values()) == ("lapsed", True)
    [row] = await desk.rows("select task, clock_started_by, waiting_for from report where id = $1", report)
    assert tuple(row.values()) == ("decide_again", "referral.lapsed", None)
    page = await officer.get("/triage")
    assert "책임자가 볼 것" in page.text
    assert (await officer.get(f"/hand-offs/{referral}")).status_code == 200


async def test_a_hand_off_is_taken_back_until_the_receiver_decides(desk: Desk, post: Post) -> None:
    report, referral = await desk.referred()
    answer = await post(f"/hand-offs/{referral}/revoke", reason="consent_withdrawn", seen="1")
    assert answer.status_code == 303
    [row] = await desk.rows("select state, revoke_reason from referral")
    assert tuple(row.values()) == ("revoked", "consent_withdrawn")
    other_report, other = await desk.referred()
    accepted = victim_support.ReferralAccepted(person=uuid4(), referral=other, case=uuid4())
    await desk.hear(accepted, other)
    with pytest.raises(DomainError) as refused:
        await act(
            desk, revoke_referral, RevokeReferral.model_validate({"referral": other, "reason": "sent_by_mistake"})
        )
    assert refused.value.rule == "decided_already"
    assert report != other_report


async def test_an_acceptance_that_crossed_the_taking_back_is_heard(desk: Desk) -> None:
    _, referral = await desk.referred()
    await act(desk, revoke_referral, RevokeReferral.model_validate({"referral": referral, "reason": "other_receiver"}))
    await desk.hear(victim_support.ReferralAccepted(person=uuid4(), referral=referral, case=uuid4()), referral)
    assert (await desk.rows("select state from referral"))[0]["state"] == "accepted"


async def test_what_is_unconfirmed_is_shown_as_that_and_sent_again(
    desk: Desk, officer: httpx2.AsyncClient, post: Post
) -> None:
    """ROOST Coop #1233, #661, #482: no success is shown before the receiver's own word; what is stuck can be retried."""
    _, referral = await desk.referred()
    page = await officer.get(f"/hand-offs/{referral}")
    assert "아직 우리를 떠나지 않았습니다" not in page.text, "a moment is no hold-up"
    by_hand = await owner(desk)
    await by_hand.execute("update journal set recorded_at = recorded_at - interval '11 seconds'")
    await by_hand.close()
    page = await officer.get(f"/hand-offs/{referral}")
    assert "아직 우리를 떠나지 않았습니다" in page.text
    async with desk.kit.store.pool.acquire() as conn:
        await conn.execute("update journal set position = entry")
    page = await officer.get(f"/hand-offs/{referral}")
    assert "보냈고, 도착 확인이 없습니다" in page.text
    assert (await post(f"/hand-offs/{referral}/send-again", seen="1")).status_code == 303
    [row] = await desk.rows("select sent_again, state, clock_started_at = last_sent_at as fresh from referral")
    assert tuple(row.values()) == (1, "sent", True)
    sent = await desk.rows("select payload from journal where aggregateid = $1 order by version", referral)
    first, again = (json.loads(row["payload"]) for row in sent)
    assert again["request"] == first, "a receiver that lost the first finds all of it in the second"
    received = victim_support.ReferralReceived(
        person=uuid4(), referral=referral, severity="high", harm_types=[], age_band="unknown", gender="unknown",
        district="unknown",
    )  # fmt: skip
    await desk.hear(received, referral)
    with pytest.raises(DomainError):
        await act(desk, send_again, SendAgain(referral=referral))


async def test_what_an_outside_body_says_is_noted_as_heard_and_by_what_way(
    desk: Desk, officer: httpx2.AsyncClient, post: Post
) -> None:
    _, referral = await desk.referred(target="police")
    sent = {"answer": "accepted", "heard_by": "telephone", "seen": "1"}
    assert (await post(f"/hand-offs/{referral}/note-answer", **sent)).status_code == 303
    [row] = await desk.rows("select state, heard_by, answered_by from referral")
    assert tuple(row.values()) == ("accepted", "telephone", None)
    text = (await officer.get("/hand-offs?state=accepted")).text
    assert "우리가 들음" in text
    back = {"answer": "received", "heard_by": "letter", "seen": "2"}
    assert (await post(f"/hand-offs/{referral}/note-answer", **back)).status_code == 422
    assert (
        await post(f"/hand-offs/{referral}/note-answer", answer="completed", heard_by="letter", seen="2")
    ).is_redirect


async def test_nobody_speaks_for_a_service_that_answers_by_itself(desk: Desk) -> None:
    _, referral = await desk.referred()
    said = {"referral": referral, "answer": "accepted", "heard_by": "telephone"}
    with pytest.raises(DomainError) as refused:
        await act(desk, note_answer, NoteAnswer.model_validate(said))
    assert refused.value.rule == "answers_itself"


async def test_a_stale_page_shows_both_changes(desk: Desk, officer: httpx2.AsyncClient, post: Post) -> None:
    """Primero #508: the last to press never wins silently."""
    _, referral = await desk.referred()
    await act(desk, send_again, SendAgain(referral=referral))
    answer = await post(f"/hand-offs/{referral}/revoke", reason="sent_by_mistake", seen="1")
    assert answer.status_code == 409
    assert "여신 뒤에 이 연계가 바뀌었습니다" in answer.text
    assert (await desk.rows("select state from referral"))[0]["state"] == "sent"


async def test_clocks_of_an_older_version_are_worked_out_again(desk: Desk) -> None:
    report = await desk.submitted()
    async with desk.kit.store.unit(context()) as unit:
        await unit.conn.execute("update report set clock_rule = null, clock_event = null")
    assert await sweeper(desk).sweep(datetime.now(UTC)) == 1
    assert (await desk.rows("select clock_rule from report where id = $1", report))[0]["clock_rule"] == "acknowledge"


async def test_the_queue_is_read_by_its_index_also_when_there_are_many(desk: Desk) -> None:
    """The page costs the same with a thousand reports and with a hundred thousand: EXPLAIN says so."""
    system = Context(Actor("system:test", "system"), datetime.now(UTC), uuid4())
    async with desk.kit.store.unit(system) as unit:
        await unit.conn.execute(
            """
            insert into report (id, person, version, state, submitted_event, reporter_role, about_minor, district,
                                language, harm_types, may_be_emergency, submitted_at, due_at, clock_rule, task)
            select gen_random_uuid(), gen_random_uuid(), 1, case when n % 50 = 0 then 'submitted' else 'closed' end,
                   gen_random_uuid(), 'victim', 'no', 'mapo', 'ko', '{distribution}', false, now(),
                   case when n % 50 = 0 then now() + n * interval '1 second' end, 'acknowledge', 'acknowledge'
              from generate_series(1, 20000) n
            """
        )
        await unit.conn.execute("set local enable_seqscan = on")
        plan = "\n".join(
            row[0]
            for row in await unit.conn.fetch(
                "explain select * from report where state <> 'closed' order by due_at, number limit 200"
            )
        )
    assert "report_queue" in plan
    assert "Seq Scan" not in plan
