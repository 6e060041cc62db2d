"""The volunteer's states: what may follow what, and that no sequence of orders gets around it."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from ansim.contracts import Event
from ansim.contracts.codes import District, LeftReason
from ansim.contracts.monitoring import VolunteerActivated, VolunteerVetted
from ansim.errors import DomainError
from monitoring.domain import volunteer as rules
from monitoring.domain.volunteer import Volunteer, VolunteerState

PERSON = UUID(int=7)


def volunteer(state: VolunteerState) -> Volunteer:
    return Volunteer(PERSON, state, District.MAPO)


def test_a_volunteer_under_nineteen_is_not_vetted() -> None:
    with pytest.raises(DomainError) as refused:
        rules.vet(volunteer(VolunteerState.APPLIED), of_age=False)
    assert (refused.value.rule, refused.value.field) == ("not_of_age", "of_age")


def test_a_person_is_registered_once() -> None:
    with pytest.raises(DomainError) as refused:
        rules.apply(volunteer(VolunteerState.LEFT), PERSON, District.MAPO)
    assert refused.value.rule == "already_registered"


def test_coming_back_from_a_rest_is_the_same_fact_as_starting() -> None:
    assert rules.come_back(volunteer(VolunteerState.RESTING)) == [VolunteerActivated(person=PERSON)]


def test_an_event_without_a_beginning_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot follow"):
        rules.evolve(None, VolunteerVetted(person=PERSON))


@given(state=st.sampled_from(VolunteerState), reason=st.sampled_from(LeftReason))
def test_leaving_is_possible_from_everywhere_but_only_once(state: VolunteerState, reason: LeftReason) -> None:
    if state is VolunteerState.LEFT:
        with pytest.raises(DomainError):
            rules.leave(volunteer(state), reason)
    else:
        [left] = rules.leave(volunteer(state), reason)
        assert rules.evolve(volunteer(state), left) == Volunteer(PERSON, VolunteerState.LEFT, District.MAPO, reason)


FOLLOWS: dict[VolunteerState, set[VolunteerState]] = {
    VolunteerState.APPLIED: {VolunteerState.VETTED, VolunteerState.LEFT},
    VolunteerState.VETTED: {VolunteerState.TRAINED, VolunteerState.LEFT},
    VolunteerState.TRAINED: {VolunteerState.ACTIVE, VolunteerState.LEFT},
    VolunteerState.ACTIVE: {VolunteerState.RESTING, VolunteerState.LEFT},
    VolunteerState.RESTING: {VolunteerState.ACTIVE, VolunteerState.LEFT},
    VolunteerState.LEFT: set(),
}


class AnyOrders(RuleBasedStateMachine):
    """Any orders in any sequence: states only move along the arrows, and the fold of all events is the state."""

    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[UUID, Volunteer] = {}
        self.events: dict[UUID, list[Event]] = {}

    @rule(target=people, district=st.sampled_from(District))
    def apply(self, district: District) -> UUID:
        person = uuid4()
        self._keep(person, rules.apply(None, person, district))
        return person

    @rule(person=people, of_age=st.booleans())
    def vet(self, person: UUID, of_age: bool) -> None:
        self._try(person, lambda v: rules.vet(v, of_age=of_age))

    @rule(person=people, order=st.sampled_from([rules.train, rules.activate, rules.rest, rules.come_back]))
    def order(self, person: UUID, order) -> None:  # type: ignore[no-untyped-def]
        self._try(person, order)

    @rule(person=people, reason=st.sampled_from(LeftReason))
    def leave(self, person: UUID, reason: LeftReason) -> None:
        self._try(person, lambda v: rules.leave(v, reason))

    def _try(self, person: UUID, decide) -> None:  # type: ignore[no-untyped-def]
        before = self.states[person]
        try:
            events = decide(before)
        except DomainError:
            assert self.states[person] == before
            return
        self._keep(person, events)
        assert self.states[person].state in FOLLOWS[before.state]

    def _keep(self, person: UUID, events: list[Event]) -> None:
        for event in events:
            assert event.person == person
            self.states[person] = rules.evolve(self.states.get(person), event)
            self.events.setdefault(person, []).append(event)

    @invariant()
    def the_fold_of_all_events_is_the_state(self) -> None:
        for person, events in self.events.items():
            state: Volunteer | None = None
            for event in events:
                state = rules.evolve(state, event)
            assert state == self.states[person]

    @invariant()
    def whoever_was_active_was_vetted_and_trained_before(self) -> None:
        for events in self.events.values():
            names = [event.name for event in events]
            if "activated" in names:
                assert names[:4] == ["applied", "vetted", "trained", "activated"]


TestAnyOrders = AnyOrders.TestCase
