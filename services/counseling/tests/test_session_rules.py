"""The rules of a session, one by one and as a machine that is asked for anything in any order."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ansim.contracts import Event
from ansim.contracts.codes import AgeBand, CancelledBy, SchoolLevel
from ansim.errors import DomainError
from counseling.domain import session as rules
from counseling.domain.enrolment import Enrolment, EnrolmentStatus
from counseling.domain.session import Session, SessionStatus

NOW = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
ACTIVE = Enrolment(uuid4(), AgeBand.AGE_14_16, SchoolLevel.MIDDLE, EnrolmentStatus.ACCEPTED)


def planned(starts_at: datetime = NOW) -> Session:
    (event,) = rules.schedule(uuid4(), ACTIVE, starts_at, NOW)
    return rules.evolve(None, event)


def after(state: Session, events: list[Event]) -> Session:
    for event in events:
        state = rules.evolve(state, event)
    return state


@pytest.mark.parametrize("status", [status for status in EnrolmentStatus if status is not EnrolmentStatus.ACCEPTED])
def test_sessions_belong_to_accepted_enrolments_only(status: EnrolmentStatus) -> None:
    other = Enrolment(uuid4(), AgeBand.AGE_14_16, SchoolLevel.MIDDLE, status)
    with pytest.raises(DomainError) as refusal:
        rules.schedule(uuid4(), other, NOW, NOW)
    assert refusal.value.rule == "sessions_need_acceptance"


@pytest.mark.parametrize("days", [-32, 367])
def test_a_session_lies_within_the_past_month_and_the_coming_year(days: int) -> None:
    with pytest.raises(DomainError) as refusal:
        planned(NOW + timedelta(days=days))
    assert (refusal.value.rule, refusal.value.field) == ("plausible_time", "starts_at")


def test_a_session_is_not_held_before_its_day_in_seoul() -> None:
    one_in_the_morning = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)
    with pytest.raises(DomainError) as refusal:
        rules.hold(planned(one_in_the_morning), 50, NOW)
    assert refusal.value.rule == "not_before_its_day"
    assert rules.hold(planned(NOW + timedelta(hours=5)), 50, NOW)


@pytest.mark.parametrize("minutes", [0, -5, 601])
def test_minutes_are_plausible(minutes: int) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.hold(planned(), minutes, NOW)
    assert refusal.value.field == "minutes"


def test_moving_a_session_keeps_it_the_same_session() -> None:
    moved = after(planned(), rules.reschedule(planned(), NOW + timedelta(days=2), NOW))
    assert moved.status is SessionStatus.SCHEDULED
    assert moved.starts_at == NOW + timedelta(days=2)


def test_moving_to_the_same_time_is_no_move() -> None:
    with pytest.raises(DomainError) as refusal:
        rules.reschedule(planned(), NOW, NOW)
    assert refusal.value.rule == "another_time"


class SessionMachine(RuleBasedStateMachine):
    """However it is moved, missed, cancelled and asked again: a session counts at most once, and an end is an end."""

    def __init__(self) -> None:
        super().__init__()
        self.state = planned()
        self.now = NOW
        self.ends: list[SessionStatus] = []

    def ask(self, decision: object, *args: object) -> None:
        before = self.state
        try:
            events: list[Event] = decision(self.state, *args)  # type: ignore[operator]
        except DomainError:
            assert self.state == before
            return
        self.state = after(self.state, events)
        if self.state.status is not SessionStatus.SCHEDULED:
            self.ends.append(self.state.status)

    @rule(hours=st.integers(0, 72))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(minutes=st.integers(-10, 700))
    def hold(self, minutes: int) -> None:
        self.ask(rules.hold, minutes, self.now)
        if self.ends == [SessionStatus.HELD] and self.state.status is SessionStatus.HELD:
            assert self.now.astimezone(rules.SEOUL).date() >= self.state.starts_at.astimezone(rules.SEOUL).date()

    @rule()
    def miss(self) -> None:
        self.ask(rules.miss, self.now)

    @rule(by=st.sampled_from(CancelledBy))
    def cancel(self, by: CancelledBy) -> None:
        self.ask(rules.cancel, by)

    @rule(days=st.integers(-60, 400))
    def move(self, days: int) -> None:
        self.ask(rules.reschedule, self.now + timedelta(days=days), self.now)

    @invariant()
    def ends_at_most_once(self) -> None:
        assert len(self.ends) <= 1
        assert not self.ends or self.state.status is self.ends[0]


TestSessionMachine = SessionMachine.TestCase
