"""Deletion requests: what a platform says and what a person sees are two facts, and generations are linked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.clock import Moment, Rule, Rules, missed
from ansim.contracts import Event
from ansim.contracts.codes import (
    CheckResult,
    DeadlineRule,
    Platform,
    PlatformAction,
    RegulatorDecision,
    ReportChannel,
)
from ansim.contracts.victim_support import DeletionVerifiedGone
from ansim.errors import DomainError
from victim_support.domain import deletion as d
from victim_support.domain.deletion import CENTRE_PERIODS, Deletion, DeletionState, DeletionTask, clock, evolve

PERSON, CASE, STREAM, NEXT = (UUID(int=n) for n in (1, 2, 3, 4))
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
RULES = Rules(CENTRE_PERIODS)


class Life:
    """One request's events with their times."""

    def __init__(self) -> None:
        self.state: Deletion | None = None
        self.moments: list[Moment] = []

    def on(self, day: float, events: list[Event]) -> "Life":
        at = BEGIN + timedelta(days=day)
        for event in events:
            self.state = evolve(self.state, event)
            self.moments.append(Moment(STREAM, event, at, uuid5(STREAM, f"{len(self.moments)}")))
        return self

    def do(self, day: float, act: Callable[..., list[Event]], *args: object, **named: object) -> "Life":
        assert self.state is not None
        return self.on(day, act(self.state, *args, **named))


def located() -> Life:
    return Life().on(0, d.locate(PERSON, CASE, Platform.VIDEO_GA, previous=None, generation=1))


def asked() -> Life:
    return located().do(1, d.request, ReportChannel.PLATFORM_FORM, allowed=True)


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("deleted", "removed"),
        ("account_closed", "removed"),
        ("temporarily_restricted", "restricted"),
        ("suspended", "restricted"),
        ("access_blocked", "blocked_only"),
        ("delisted", "delisted"),
        ("refused", "refused"),
        ("no_response", "silent"),
    ],
)
def test_what_a_platform_says_is_kept_apart(action: str, state: str) -> None:
    life = asked().do(3, d.answer, PlatformAction(action))
    assert life.state is not None
    assert (life.state.state, life.state.action) == (DeletionState(state), PlatformAction(action))


def test_removed_by_the_platforms_word_is_not_gone_until_somebody_looked() -> None:
    life = asked().do(2, d.answer, PlatformAction.DELETED)
    running = clock(life.moments, RULES)
    assert running is not None
    assert running.task is DeletionTask.LOOK
    life.do(3, d.check, CheckResult.GONE)
    assert life.state is not None
    assert life.state.state is DeletionState.VERIFIED_GONE
    assert isinstance(life.moments[-1].event, DeletionVerifiedGone)


@pytest.mark.parametrize("result", [r for r in CheckResult if r is not CheckResult.GONE])
def test_a_look_that_sees_nothing_gone_ends_nothing(result: CheckResult) -> None:
    life = asked().do(2, d.check, result)
    assert life.state is not None
    assert (life.state.state, life.state.checks) == (DeletionState.REQUESTED, 1)


def test_nothing_is_asked_of_a_platform_without_the_persons_agreement() -> None:
    with pytest.raises(DomainError) as refused:
        located().do(1, d.request, ReportChannel.IN_APP, allowed=False)
    assert refused.value.rule == "deletion.needs_plan"


def test_what_came_back_opens_the_next_generation_and_ends_this_clock() -> None:
    life = asked().do(2, d.check, CheckResult.GONE)
    with pytest.raises(DomainError) as refused:
        life.do(30, d.check, CheckResult.STILL_UP)
    assert refused.value.rule == "deletion.is_back"
    life.do(30, d.reappear, NEXT)
    assert life.state is not None
    assert life.state.state is DeletionState.REAPPEARED
    assert clock(life.moments, RULES) is None
    with pytest.raises(DomainError):
        life.do(31, d.check, CheckResult.GONE)


def test_notifications_are_numbered_and_each_gives_the_platform_its_time_anew() -> None:
    life = asked().do(5, d.answer, PlatformAction.NO_RESPONSE).do(6, d.renotify).do(9, d.renotify)
    assert life.state is not None
    assert life.state.notified == 3
    running = clock(life.moments, RULES)
    assert running is not None
    assert (running.task, running.due_at) == (DeletionTask.PLATFORM, BEGIN + timedelta(days=12))


def test_the_regulator_decides_once_and_only_when_asked() -> None:
    life = asked()
    with pytest.raises(DomainError):
        life.do(2, d.decide, RegulatorDecision.DELETE)
    life.do(2, d.escalate).do(9, d.decide, RegulatorDecision.BLOCK_ACCESS)
    with pytest.raises(DomainError):
        life.do(10, d.decide, RegulatorDecision.DELETE)
    assert life.state is not None
    assert life.state.state is DeletionState.DECIDED


@pytest.mark.parametrize("act", [d.answer, d.renotify, d.escalate])
def test_before_the_platform_was_asked_there_is_nothing_to_follow_up(act: Callable[..., list[Event]]) -> None:
    arguments = [PlatformAction.DELETED] if act is d.answer else []
    with pytest.raises(DomainError) as refused:
        located().do(1, act, *arguments)
    assert refused.value.rule == "deletion.ask_first"


def test_after_it_was_seen_gone_it_is_looked_at_now_and_then() -> None:
    life = asked().do(2, d.check, CheckResult.GONE).do(20, d.check, CheckResult.GONE)
    running = clock(life.moments, RULES)
    assert running is not None
    assert (running.task, running.due_at) == (DeletionTask.LOOK_AGAIN, BEGIN + timedelta(days=50))


steps = st.lists(
    st.tuples(
        st.floats(0.1, 6),
        st.sampled_from(["ack", "answer", "renotify", "escalate", "decide", "check", "reappear"]),
        st.sampled_from(sorted(PlatformAction)),
        st.sampled_from(sorted(CheckResult)),
    ),
    max_size=12,
)


@given(steps, st.timedeltas(timedelta(hours=1), timedelta(days=9)), st.lists(st.floats(0, 90), max_size=5))
def test_whatever_happens_each_missed_deadline_is_found_once_whenever_one_looks(
    moves: list[tuple[float, str, PlatformAction, CheckResult]], period: timedelta, looks: list[float]
) -> None:
    life, day = asked(), 1.0
    for wait, move, action, result in moves:
        day += wait
        try:
            match move:
                case "ack":
                    life.do(day, d.acknowledge)
                case "answer":
                    life.do(day, d.answer, action)
                case "decide":
                    life.do(day, d.decide, RegulatorDecision.DELETE)
                case "check":
                    life.do(day, d.check, result)
                case "reappear":
                    life.do(day, d.reappear, NEXT)
                case _:
                    life.do(day, {"renotify": d.renotify, "escalate": d.escalate}[move])
        except DomainError:
            continue
    rules = Rules(CENTRE_PERIODS, [Rule(DeadlineRule.RECHECK, period, BEGIN + timedelta(days=10))])
    end = BEGIN + timedelta(days=100)

    def found(now: datetime) -> list[object]:
        so_far = [moment for moment in life.moments if moment.at <= now]
        return [each.key for each in missed(so_far, lambda story: clock(story, rules), now)]

    told: list[object] = []
    for look in [*sorted(BEGIN + timedelta(days=each) for each in looks), end]:
        told += [key for key in found(look) if key not in told]
    assert sorted(map(str, told)) == sorted(map(str, found(end)))
    assert len(told) == len(set(map(str, told)))
