"""The clock is a function of the events: who has the turn, since which event, until when."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.clock import Clock, Moment, Rule, Rules, missed
from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    DeadlineRule,
    District,
    Gender,
    HarmType,
    Language,
    LegalBasis,
    ReferralAnswer,
    ReferralTarget,
    ReopenReason,
    ReporterRole,
    ReportOutcome,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralRequested,
    ReportAcknowledged,
    ReportClosed,
    ReportReopened,
    ReportSubmitted,
    ReportTriaged,
)
from intake.domain import deadlines
from intake.domain.deadlines import CENTRE_PERIODS, Start, Task, own_clock

PERSON, REPORT, FIRST, SECOND = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
START = datetime(2021, 5, 27, 1, tzinfo=UTC)
T, A = ReferralTarget, ReferralAnswer
RULES = Rules(CENTRE_PERIODS)


def moment(stream: UUID, event: Event, when: datetime) -> Moment:
    return Moment(stream, event, when, uuid5(stream, f"{event.type_name()} {when.isoformat()}"))


def report_clock(moments: Sequence[Moment], rules: Rules = RULES) -> Clock | None:
    return deadlines.report_clock(moments, rules)


def hand_off_clock(moments: Sequence[Moment], rules: Rules = RULES) -> Clock | None:
    return deadlines.hand_off_clock(moments, rules)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def submitted(*harm_types: HarmType, minor: YesNoUnknown = YesNoUnknown.UNKNOWN) -> Moment:
    event = ReportSubmitted(
        person=PERSON,
        reporter_role=ReporterRole.VICTIM,
        harm_types=frozenset(harm_types or {HarmType.DISTRIBUTION}),
        about_minor=minor,
        district=District.JUNG,
        language=Language.KO,
    )
    return moment(REPORT, event, START)


def acknowledged(hours: float = 1) -> Moment:
    return moment(REPORT, ReportAcknowledged(person=PERSON), at(hours))


def triaged(hours: float = 5, severity: Severity = Severity.HIGH) -> Moment:
    event = ReportTriaged(
        person=PERSON,
        severity=severity,
        harm_types=frozenset({HarmType.DISTRIBUTION}),
        age_band=AgeBand.UNKNOWN,
        minor=YesNoUnknown.UNKNOWN,
    )
    return moment(REPORT, event, at(hours))


def requested(hours: float, stream: UUID = FIRST, target: ReferralTarget = T.VICTIM_SUPPORT) -> Moment:
    event = ReferralRequested(
        person=PERSON,
        report=REPORT,
        target=target,
        severity=Severity.HIGH,
        harm_types=frozenset(),
        age_band=AgeBand.UNKNOWN,
        school_level=SchoolLevel.UNKNOWN,
        gender=Gender.UNKNOWN,
        district=District.JUNG,
        legal_basis=LegalBasis.CONSENT,
        consent=ConsentState.GIVEN,
    )
    return moment(stream, event, at(hours))


def answered(hours: float, answer: ReferralAnswer, stream: UUID = FIRST) -> Moment:
    event = ReferralAnswered(person=PERSON, target=T.VICTIM_SUPPORT, answer=answer, heard=UUID(int=9))
    return moment(stream, event, at(hours))


def clock(*moments: Moment) -> Clock:
    running = report_clock(moments)
    assert running is not None
    return running


def test_a_new_report_is_acknowledged_within_a_day() -> None:
    running = clock(submitted())
    assert (running.task, running.started_by, running.started_at, running.due_at) == (
        *(Task.ACKNOWLEDGE, Start.SUBMITTED, START, at(24)),
    )


def test_a_possible_emergency_is_acknowledged_within_an_hour() -> None:
    assert clock(submitted(HarmType.THREAT_TO_DISTRIBUTE)).due_at == at(1)


def test_triage_is_due_three_days_after_the_report_not_after_the_reading() -> None:
    running = clock(submitted(), acknowledged(20))
    assert (running.task, running.started_by, running.due_at) == (Task.TRIAGE, Start.SUBMITTED, at(72))


def test_each_clock_names_the_event_that_started_it() -> None:
    """Coop #380: what was promised, and since which event, can be proved."""
    assert clock(submitted()).started_event == submitted().id
    assert clock(submitted(), acknowledged(), triaged()).started_event == triaged().id


def test_the_judged_urgency_decides_how_soon_something_must_follow() -> None:
    emergency = clock(submitted(), acknowledged(), triaged(5, Severity.EMERGENCY))
    low = clock(submitted(), acknowledged(), triaged(5, Severity.LOW))
    assert (emergency.due_at, low.due_at) == (at(5 + 3), at(5 + 7 * 24))
    assert emergency.started_by is Start.TRIAGED


def test_a_second_triage_does_not_give_new_time() -> None:
    assert clock(submitted(), acknowledged(), triaged(5), triaged(20)).started_at == at(5)


def test_after_sending_it_is_the_receivers_turn() -> None:
    running = clock(submitted(), acknowledged(), triaged(), requested(6))
    assert (running.waiting_for, running.started_by, running.due_at) == (T.VICTIM_SUPPORT, Start.REQUESTED, at(6 + 72))


def test_an_arrival_does_not_restart_the_receivers_clock() -> None:
    life = (submitted(), acknowledged(), triaged(), requested(6))
    assert clock(*life, answered(9, A.RECEIVED)) == clock(*life)


def test_after_a_refusal_it_is_our_turn_again() -> None:
    running = clock(submitted(), acknowledged(), triaged(), requested(6), answered(30, A.REJECTED))
    assert (running.task, running.waiting_for, running.started_at) == (Task.DECIDE_AGAIN, None, at(30))


def test_sending_it_elsewhere_settles_a_refusal() -> None:
    running = clock(
        submitted(), acknowledged(), triaged(), requested(6), answered(30, A.REJECTED), requested(31, SECOND, T.POLICE)
    )
    assert running.waiting_for is T.POLICE


def test_after_acceptance_only_the_closing_is_left() -> None:
    running = clock(submitted(), acknowledged(), triaged(), requested(6), answered(30, A.ACCEPTED))
    assert (running.task, running.started_by, running.waiting_for) == (Task.CLOSE, Start.ACCEPTED, None)


def test_nothing_runs_on_a_closed_report() -> None:
    closed = moment(REPORT, ReportClosed(person=PERSON, outcome=ReportOutcome.ANSWERED), at(9))
    assert report_clock([submitted(), acknowledged(), closed]) is None


def test_an_unconfirmed_hand_off_is_expected_to_arrive_within_the_hour() -> None:
    running = hand_off_clock([requested(6)])
    assert running is not None
    assert (running.task, running.due_at, running.waiting_for) == (Task.ARRIVAL, at(7), T.VICTIM_SUPPORT)


def test_receivers_outside_have_days_for_their_first_word() -> None:
    running = hand_off_clock([requested(6, target=T.POLICE)])
    assert running is not None
    assert running.due_at == at(6 + 72)


def test_an_answered_hand_off_has_no_clock() -> None:
    assert hand_off_clock([requested(6), answered(8, A.REJECTED)]) is None


LIFE = (
    submitted(),
    acknowledged(),
    triaged(),
    requested(6),
    answered(7, A.RECEIVED),
    answered(30, A.REJECTED),
    requested(31, SECOND, T.POLICE),
    answered(40, A.ACCEPTED, SECOND),
)


@given(st.integers(1, len(LIFE)), st.randoms(use_true_random=False))
def test_the_order_between_streams_does_not_matter_only_the_times_do(length: int, rng: object) -> None:
    past = LIFE[:length]
    streams = [[each for each in past if each.stream == stream] for stream in (SECOND, FIRST, REPORT)]
    assert report_clock([each for stream in streams for each in stream]) == report_clock(past)


@given(st.integers(1, len(LIFE)), st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
def test_another_period_from_the_beginning_moves_the_end_and_never_the_start(length: int, period: timedelta) -> None:
    past = LIFE[:length]
    usual = report_clock(past)
    changed = report_clock(past, Rules({**CENTRE_PERIODS, DeadlineRule.ANSWER: period}))
    assert usual is not None
    assert changed is not None
    assert (usual.task, usual.started_at, usual.waiting_for) == (changed.task, changed.started_at, changed.waiting_for)
    if usual.task is Task.ANSWER:
        assert changed.due_at - changed.started_at == period


@given(st.integers(1, len(LIFE)))
def test_a_clock_starts_at_one_of_its_events(length: int) -> None:
    running = report_clock(LIFE[:length])
    assert running is not None
    assert running.started_at in {each.at for each in LIFE[:length]}
    assert isinstance(LIFE[0].event, Event)


def reopened(hours: float) -> Moment:
    return moment(REPORT, ReportReopened(person=PERSON, reason=ReopenReason.NEW_FACTS), at(hours))


def closed(hours: float) -> Moment:
    return moment(REPORT, ReportClosed(person=PERSON, outcome=ReportOutcome.ANSWERED), at(hours))


def test_reopening_starts_a_clock_of_its_own() -> None:
    """glpi #15605: reopening gives new time, and the old clock is neither lengthened nor forgotten."""
    life = (submitted(), acknowledged(), triaged(5), closed(200), reopened(500))
    running = clock(*life)
    assert (running.task, running.started_by, running.started_at) == (Task.DECIDE, Start.REOPENED, at(500))
    late = missed(life, lambda story: own_clock(story, RULES), at(510))
    assert [each.started_event for each in late] == [triaged(5).id]


hours = st.floats(0.1, 400, allow_nan=False)
changes = st.lists(
    st.builds(
        Rule,
        st.sampled_from(sorted(CENTRE_PERIODS)),
        st.timedeltas(timedelta(minutes=1), timedelta(days=20)),
        hours.map(at),
    ),
    max_size=6,
)


@st.composite
def lives(draw: st.DrawFn) -> list[Moment]:
    """A report's life with everything that moves a clock: pauses while a receiver has the turn, transfers, reopenings."""
    at_hours = iter(sorted(draw(st.lists(hours, min_size=8, max_size=8, unique=True))))
    life = [submitted(), acknowledged(next(at_hours)), triaged(next(at_hours))]
    life.append(requested(next(at_hours)))
    if draw(st.booleans()):
        life.append(answered(next(at_hours), draw(st.sampled_from([A.RECEIVED, A.ACCEPTED, A.REJECTED]))))
    if draw(st.booleans()):
        life.append(requested(next(at_hours), SECOND, T.POLICE))
    if draw(st.booleans()):
        life += [closed(next(at_hours)), reopened(next(at_hours))]
    return life


def ran_out(life: Sequence[Moment], rules: Rules, now: datetime) -> set[tuple[DeadlineRule, UUID]]:
    return {each.key for each in missed(life, lambda story: own_clock(story, rules), now)}


@given(lives(), changes, st.lists(hours, min_size=1, max_size=6))
def test_looked_at_as_often_as_one_likes_a_breach_is_never_lost_and_never_doubled(
    life: list[Moment], changed: list[Rule], looks: list[float]
) -> None:
    """open-mercato #2293, zammad #1322 and #5177: what a sweeper tells, whenever it looks, is what the whole story says."""
    rules, end = Rules(CENTRE_PERIODS, changed), at(500)
    told: list[tuple[DeadlineRule, UUID]] = []
    for look in [*sorted(looks), 500.0]:
        so_far = [each for each in life if each.at <= at(look)]
        told += [key for key in ran_out(so_far, rules, at(look)) if key not in told]
    assert len(told) == len(set(told))
    assert set(told) == ran_out(life, rules, end)


@given(lives(), changes, changes)
def test_a_rule_changed_later_never_touches_what_started_before(
    life: list[Moment], changed: list[Rule], later: list[Rule]
) -> None:
    since = max(each.at for each in life)
    after = [Rule(rule.name, rule.period, since + timedelta(seconds=1) + (rule.since - START)) for rule in later]
    assert ran_out(life, Rules(CENTRE_PERIODS, changed), at(900)) == ran_out(
        life, Rules(CENTRE_PERIODS, [*changed, *after]), at(900)
    )


@given(lives(), changes)
def test_while_a_receiver_has_the_turn_no_deadline_of_ours_runs_out(life: list[Moment], changed: list[Rule]) -> None:
    rules = Rules(CENTRE_PERIODS, changed)
    running = report_clock(life, rules)
    if running is not None and running.waiting_for is not None:
        assert own_clock(life, rules) is None


def test_a_rule_has_every_period_it_ever_had() -> None:
    rules = Rules(CENTRE_PERIODS, [Rule(DeadlineRule.TRIAGE, timedelta(days=1), at(10))])
    periods = [rules.period(DeadlineRule.TRIAGE, when) for when in (at(0), at(9.9), at(10), at(11))]
    assert [period.days for period in periods] == [3, 3, 1, 1]
    assert [rule.period.days for rule in rules.history(DeadlineRule.TRIAGE)] == [3, 1]
    with pytest.raises(KeyError):
        rules.period(DeadlineRule.RECHECK, at(0))
