"""The clock is a function of the events: who has the turn, since which event, until when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    District,
    Gender,
    HarmType,
    Language,
    LegalBasis,
    ReferralAnswer,
    ReferralTarget,
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
    ReportSubmitted,
    ReportTriaged,
)
from intake.domain.deadlines import Clock, Moment, Periods, Start, Task, hand_off_clock, report_clock

PERSON, REPORT, FIRST, SECOND = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
START = datetime(2021, 5, 27, 1, tzinfo=UTC)
T, A = ReferralTarget, ReferralAnswer


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
    return Moment(REPORT, event, START)


def acknowledged(hours: float = 1) -> Moment:
    return Moment(REPORT, ReportAcknowledged(person=PERSON), at(hours))


def triaged(hours: float = 5, severity: Severity = Severity.HIGH) -> Moment:
    event = ReportTriaged(
        person=PERSON,
        severity=severity,
        harm_types=frozenset({HarmType.DISTRIBUTION}),
        age_band=AgeBand.UNKNOWN,
        minor=YesNoUnknown.UNKNOWN,
    )
    return Moment(REPORT, event, at(hours))


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
    return Moment(stream, event, at(hours))


def answered(hours: float, answer: ReferralAnswer, stream: UUID = FIRST) -> Moment:
    event = ReferralAnswered(person=PERSON, target=T.VICTIM_SUPPORT, answer=answer, heard=UUID(int=9))
    return Moment(stream, event, at(hours))


def clock(*moments: Moment) -> Clock:
    running = report_clock(moments)
    assert running is not None
    return running


def test_a_new_report_is_acknowledged_within_a_day() -> None:
    assert clock(submitted()) == Clock(Task.ACKNOWLEDGE, Start.SUBMITTED, START, at(24))


def test_a_possible_emergency_is_acknowledged_within_an_hour() -> None:
    assert clock(submitted(HarmType.THREAT_TO_DISTRIBUTE)).due_at == at(1)


def test_triage_is_due_three_days_after_the_report_not_after_the_reading() -> None:
    assert clock(submitted(), acknowledged(20)) == Clock(Task.TRIAGE, Start.SUBMITTED, START, at(72))


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
    closed = Moment(REPORT, ReportClosed(person=PERSON, outcome=ReportOutcome.ANSWERED), at(9))
    assert report_clock([submitted(), acknowledged(), closed]) is None


def test_an_unconfirmed_hand_off_is_expected_to_arrive_within_the_hour() -> None:
    assert hand_off_clock([requested(6)]) == Clock(Task.ARRIVAL, Start.REQUESTED, at(6), at(7), T.VICTIM_SUPPORT)


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
    streams = [[moment for moment in past if moment.stream == stream] for stream in (SECOND, FIRST, REPORT)]
    assert report_clock([moment for stream in streams for moment in stream]) == report_clock(past)


@given(st.integers(1, len(LIFE)), st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
def test_a_changed_period_applies_to_the_past_without_touching_the_start(length: int, period: timedelta) -> None:
    past = LIFE[:length]
    usual, changed = report_clock(past), report_clock(past, Periods(answer=period))
    assert usual is not None
    assert changed is not None
    assert (usual.task, usual.started_at, usual.waiting_for) == (changed.task, changed.started_at, changed.waiting_for)
    if usual.task is Task.ANSWER:
        assert changed.due_at - changed.started_at == period


@given(st.integers(1, len(LIFE)))
def test_a_clock_starts_at_one_of_its_events(length: int) -> None:
    running = report_clock(LIFE[:length])
    assert running is not None
    assert running.started_at in {moment.at for moment in LIFE[:length]}
    assert isinstance(LIFE[0].event, Event)
