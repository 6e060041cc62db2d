"""Intake's part of the founding history: it plays through the commands and leaves a queue that looks alive."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from ansim.contracts import counseling, victim_support
from ansim.contracts.codes import RevokeReason
from ansim.history import HistoryPlayer, Step, VictimCase, World, victims, youths
from ansim.journal import Unit
from ansim.runtime import Kit
from intake.commands import ClaimReport, claim_report
from intake.commands.loading import load_report
from intake.domain import report as reports
from intake.domain.published import Window
from intake.history import history
from intake.history.open_reports import OPEN
from intake.queries import published

from .conftest import Desk, context

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
WORLD = World()


def steps() -> list[Step]:
    return list(history(WORLD, NOW))


def test_every_step_has_a_key_of_its_own_and_lies_before_now() -> None:
    plan = steps()
    assert len({step.key for step in plan}) == len(plan)
    assert all(step.at < NOW for step in plan)


def test_the_same_world_tells_the_same_story() -> None:
    assert [(step.key, step.at) for step in steps()] == [(step.key, step.at) for step in steps()]


def test_everybody_supported_in_2020_came_through_intake() -> None:
    kinds = Counter(tuple(step.key.split("/")[::2]) for step in steps())
    sent = [step for step in steps() if step.key.startswith("victim/") and "/refer/" in step.key]
    assert kinds["victim", "submit"] == kinds["victim", "close"] == 163
    assert len(sent) == 163
    assert all(step.at - victim.reported_at < timedelta(days=3) for step, victim in _with_victims(sent))


def test_twelve_youths_came_through_intake_at_the_time_of_their_referral() -> None:
    sent = {step.key: step.at for step in steps() if step.key.startswith("youth/") and "/refer/" in step.key}
    through = {f"youth/{y.index}/refer/counseling": y.referred_at for y in youths(WORLD) if y.referral is not None}
    assert sent == through
    assert len(sent) == 12


async def test_a_reaction_that_is_faster_makes_the_history_try_again_with_what_it_wrote(desk: Desk) -> None:
    """Both write to one stream at the same time: what decided on the older version leaves nothing and is played again."""
    report = await desk.submitted()
    seen: list[int] = []

    async def acknowledge(unit: Unit) -> None:
        stream, found = await load_report(unit, report)
        seen.append(stream.version)
        if len(seen) == 1:
            async with desk.kit.store.unit(context()) as faster:
                await claim_report(faster, ClaimReport(report=report))
        await stream.append(*reports.acknowledge(found))

    player = HistoryPlayer("intake", desk.kit.store, World(7), lambda _: None)
    assert await player.play([Step("acknowledge", NOW, acknowledge)]) == 1
    assert seen == [seen[0], seen[0] + 1]


def test_what_waits_for_receivers_comes_last() -> None:
    waits = [step.ready is not None for step in steps()]
    assert waits == sorted(waits)


async def test_answered_reports_give_the_public_page_its_figures_and_a_mailbox_waits(kit: Kit, desk: Desk) -> None:
    plan = [step for step in steps() if step.key.startswith(("open/", "recent/"))]
    await HistoryPlayer("intake", kit.store, WORLD, lambda progress: None).play(plan)
    async with kit.store.read(context()) as conn:
        figures = await published(conn, Window.at(NOW))
    assert figures.answered is not None
    assert figures.returned is not None
    assert 0.3 < figures.returned.share < 0.9
    assert [row["waiting"] for row in await desk.rows("select waiting from mailbox where waiting > 0")] == [1]


async def test_the_open_reports_make_a_queue_of_many_states(kit: Kit, desk: Desk) -> None:
    plan = [step for step in steps() if step.key.startswith("open/")]
    await HistoryPlayer("intake", kit.store, WORLD, lambda progress: None).play(plan)
    states = Counter((row["state"], row["task"]) for row in await desk.rows("select state, task from report"))
    assert sum(states.values()) == len(OPEN) >= 15
    assert states.keys() == {
        ("submitted", "acknowledge"),
        ("acknowledged", "triage"),
        ("triaged", "decide"),
        ("triaged", "answer"),
    }


async def test_reports_are_open_again_and_hand_offs_taken_back_for_every_reason(kit: Kit, desk: Desk) -> None:
    plan = [step for step in steps() if step.key.startswith(("reopened/", "taken-back/"))]
    await HistoryPlayer("intake", kit.store, WORLD, lambda progress: None).play(plan)
    again = await desk.rows("select state, count(*) as n from report where reopened = 1 group by state order by state")
    reasons = await desk.rows("select payload ->> 'reason' as reason from journal where type like '%referral.revoked%'")
    sent = Counter(row["state"] for row in await desk.rows("select state from referral"))
    assert again == [{"state": "closed", "n": 3}, {"state": "triaged", "n": 5}]
    assert Counter(row["reason"] for row in reasons) == dict.fromkeys(RevokeReason, 2)
    assert sent == {"revoked": 6, "sent": 2}


async def test_played_twice_it_happens_once(kit: Kit, desk: Desk) -> None:
    plan = [step for step in steps() if step.key.startswith("other/")]
    player = HistoryPlayer("intake", kit.store, WORLD, lambda progress: None)
    assert (await player.play(plan), await player.play(plan)) == (len(plan), 0)
    outcomes = await desk.rows("select distinct outcome from report where state = 'closed'")
    assert len(outcomes) >= 4


async def test_a_report_is_closed_as_handed_on_once_its_receiver_has_accepted(kit: Kit, desk: Desk) -> None:
    player = HistoryPlayer("intake", kit.store, WORLD, lambda progress: None)
    youth = next(youth for youth in youths(WORLD) if youth.referral is not None)
    plan = [s for s in steps() if s.key.startswith(("victim/0/", f"youth/{youth.index}/"))]
    await player.play(step for step in plan if step.ready is None)
    closing = [step for step in plan if step.ready is not None]
    async with kit.store.read(context()) as conn:
        assert [await step.ready(conn) for step in closing if step.ready] == [False, False]
    assert youth.referral is not None
    victim = victims(WORLD)[0].referral
    await desk.hear(
        counseling.ReferralAccepted(person=uuid4(), referral=youth.referral, enrolment=uuid4()), youth.referral
    )
    await desk.hear(victim_support.ReferralAccepted(person=uuid4(), referral=victim, case=uuid4()), victim)
    await player.play(closing)
    assert await desk.rows("select outcome, count(*) as n from report group by outcome") == [
        {"outcome": "referred_on", "n": 2}
    ]


def _with_victims(sent: list[Step]) -> list[tuple[Step, VictimCase]]:
    people = victims(WORLD)
    return [(step, people[int(step.key.split("/")[1])]) for step in sent]
