"""The rules of an enrolment, one by one and as a machine that is asked for anything in any order."""

from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ansim.contracts import Event
from ansim.contracts.codes import (
    CODE_LIST_VERSION,
    ActChannel,
    ActType,
    AgeBand,
    ConsentGiver,
    DeclineReason,
    DiscontinuedReason,
    District,
    EnrolmentSource,
    Gender,
    Motive,
    SchoolLevel,
)
from ansim.contracts.counseling import EnrolmentAccepted, EnrolmentMotivesAssessed
from ansim.errors import DomainError
from counseling.domain import enrolment as rules
from counseling.domain.enrolment import Enrolment, EnrolmentStatus


def referred(age_band: AgeBand = AgeBand.AGE_14_16) -> Enrolment:
    (event,) = rules.refer(
        person=uuid4(),
        referral=None,
        source=EnrolmentSource.COURT,
        age_band=age_band,
        school_level=SchoolLevel.MIDDLE,
        gender=Gender.MALE,
        district=District.JUNG,
    )
    return rules.evolve(None, event)


def after(state: Enrolment, *decisions: list[Event]) -> Enrolment:
    for events in decisions:
        for event in events:
            state = rules.evolve(state, event)
    return state


def active() -> Enrolment:
    state = referred()
    state = after(state, rules.consent(state, ConsentGiver.YOUTH))
    return after(state, rules.accept(state, AgeBand.AGE_14_16, SchoolLevel.MIDDLE))


def refusal_of(decision: object, *args: object) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        decision(*args)  # type: ignore[operator]
    return refusal.value


def test_nobody_is_accepted_without_the_young_persons_consent() -> None:
    assert refusal_of(rules.accept, referred(), AgeBand.AGE_14_16, SchoolLevel.MIDDLE).rule == "consent_of_youth"


def test_under_14_the_guardians_consent_is_needed_in_addition() -> None:
    state = referred(AgeBand.UNDER_14)
    state = after(state, rules.consent(state, ConsentGiver.YOUTH))
    refusal = refusal_of(rules.accept, state, AgeBand.UNDER_14, SchoolLevel.ELEMENTARY)
    assert (refusal.rule, refusal.field) == ("consent_of_guardian", "age_band")
    state = after(state, rules.consent(state, ConsentGiver.GUARDIAN))
    assert after(state, rules.accept(state, AgeBand.UNDER_14, SchoolLevel.ELEMENTARY)).status == "accepted"


def test_the_guardians_consent_alone_is_not_enough() -> None:
    state = referred(AgeBand.UNDER_14)
    state = after(state, rules.consent(state, ConsentGiver.GUARDIAN))
    assert refusal_of(rules.accept, state, AgeBand.UNDER_14, SchoolLevel.MIDDLE).rule == "consent_of_youth"


def test_a_consent_is_recorded_once() -> None:
    state = referred()
    state = after(state, rules.consent(state, ConsentGiver.YOUTH))
    assert refusal_of(rules.consent, state, ConsentGiver.YOUTH).rule == "consent_once"


def test_acceptance_freezes_age_band_and_school_level() -> None:
    state = referred(AgeBand.UNKNOWN)
    state = after(state, rules.consent(state, ConsentGiver.YOUTH))
    (event,) = rules.accept(state, AgeBand.AGE_17_18, SchoolLevel.HIGH)
    assert isinstance(event, EnrolmentAccepted)
    assert (event.age_band, event.school_level) == (AgeBand.AGE_17_18, SchoolLevel.HIGH)


def test_a_declined_enrolment_takes_nothing_more() -> None:
    state = after(referred(), rules.decline(referred(), DeclineReason.MOVED_AWAY))
    assert refusal_of(rules.consent, state, ConsentGiver.YOUTH).rule == "enrolment_undecided"
    assert refusal_of(rules.record_act, state, uuid4(), ActType.OTHER, ActChannel.GAME).rule == "enrolment_active"


def test_motives_are_a_set_with_the_version_of_their_code_list() -> None:
    (event,) = rules.assess_motives(active(), uuid4(), frozenset({Motive.FUN, Motive.CURIOSITY}))
    assert isinstance(event, EnrolmentMotivesAssessed)
    assert event.motives == {Motive.FUN, Motive.CURIOSITY}
    assert event.code_list_version == CODE_LIST_VERSION


def test_declined_to_answer_stands_alone() -> None:
    both = frozenset({Motive.DECLINED, Motive.FUN})
    assert refusal_of(rules.assess_motives, active(), uuid4(), both).rule == "declined_stands_alone"
    assert rules.assess_motives(active(), uuid4(), frozenset({Motive.DECLINED}))


def test_an_assessment_names_something() -> None:
    assert refusal_of(rules.assess_motives, active(), uuid4(), frozenset()).field == "motives"


@pytest.mark.parametrize(("held", "enough"), [(0, False), (9, False), (10, True), (24, True)])
def test_completion_needs_ten_held_sessions(held: int, enough: bool) -> None:
    if enough:
        assert after(active(), rules.complete(active(), held)).status is EnrolmentStatus.COMPLETED
    else:
        refusal = refusal_of(rules.complete, active(), held)
        assert refusal.rule == "ten_held_sessions"
        assert str(refusal.message) == f"Completion needs 10 held sessions. Held so far: {held}."


def test_an_ended_enrolment_stays_ended() -> None:
    ended = after(active(), rules.discontinue(active(), DiscontinuedReason.ABSENT))
    assert refusal_of(rules.complete, ended, 12).rule == "enrolment_active"
    assert refusal_of(rules.discontinue, ended, DiscontinuedReason.ABSENT).rule == "enrolment_active"


class EnrolmentMachine(RuleBasedStateMachine):
    """Anything may be asked at any time; refusals change nothing, and no order reaches a forbidden state."""

    def __init__(self) -> None:
        super().__init__()
        self.state = referred(AgeBand.UNDER_14)
        self.held = 0
        self.completed_with: int | None = None
        self.statuses = [self.state.status]
        self.acts: set[UUID] = set()

    def ask(self, decision: object, *args: object) -> bool:
        try:
            events: list[Event] = decision(self.state, *args)  # type: ignore[operator]
        except DomainError:
            return False
        self.state = after(self.state, events)
        if self.state.status != self.statuses[-1]:
            self.statuses.append(self.state.status)
        return True

    @rule(by=st.sampled_from(ConsentGiver))
    def consent(self, by: ConsentGiver) -> None:
        self.ask(rules.consent, by)

    @rule(age_band=st.sampled_from(AgeBand), school_level=st.sampled_from(SchoolLevel))
    def accept(self, age_band: AgeBand, school_level: SchoolLevel) -> None:
        if self.ask(rules.accept, age_band, school_level):
            assert ConsentGiver.YOUTH in self.state.consents
            assert age_band is not AgeBand.UNDER_14 or ConsentGiver.GUARDIAN in self.state.consents
            assert (self.state.age_band, self.state.school_level) == (age_band, school_level)

    @rule(reason=st.sampled_from(DeclineReason))
    def decline(self, reason: DeclineReason) -> None:
        self.ask(rules.decline, reason)

    @rule(act_type=st.sampled_from(ActType), channel=st.sampled_from(ActChannel))
    def record_act(self, act_type: ActType, channel: ActChannel) -> None:
        act = uuid4()
        if self.ask(rules.record_act, act, act_type, channel):
            self.acts.add(act)
            assert not self.ask(rules.record_act, act, act_type, channel)

    @rule(motives=st.frozensets(st.sampled_from(Motive)))
    def assess(self, motives: frozenset[Motive]) -> None:
        if self.ask(rules.assess_motives, uuid4(), motives):
            assert motives
            assert Motive.DECLINED not in motives or motives == {Motive.DECLINED}

    @rule(more=st.integers(0, 6))
    def hold(self, more: int) -> None:
        if self.state.status is EnrolmentStatus.ACCEPTED:
            self.held += more

    @rule()
    def complete(self) -> None:
        if self.ask(rules.complete, self.held):
            self.completed_with = self.held

    @rule(reason=st.sampled_from(DiscontinuedReason))
    def discontinue(self, reason: DiscontinuedReason) -> None:
        self.ask(rules.discontinue, reason)

    @invariant()
    def only_ever_forward(self) -> None:
        order = [EnrolmentStatus.REFERRED, EnrolmentStatus.ACCEPTED]
        ends = {
            1: {EnrolmentStatus.DECLINED, EnrolmentStatus.ACCEPTED},
            2: {EnrolmentStatus.COMPLETED, EnrolmentStatus.DISCONTINUED},
        }
        assert len(self.statuses) <= 3
        for position, status in enumerate(self.statuses[1:], start=1):
            assert status in ends[position]
            assert self.statuses[position - 1] is order[position - 1]

    @invariant()
    def completed_only_with_ten(self) -> None:
        if self.state.status is EnrolmentStatus.COMPLETED:
            assert self.completed_with is not None
            assert self.completed_with >= 10

    @invariant()
    def acts_are_those_recorded(self) -> None:
        assert self.state.acts == self.acts


TestEnrolmentMachine = EnrolmentMachine.TestCase
