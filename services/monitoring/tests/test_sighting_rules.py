"""The sighting's states: a second reader, reports before checks, and facts that are never merged."""

from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from ansim.contracts import Event
from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    District,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.contracts.monitoring import SightingChecked, SightingReported
from ansim.errors import DomainError
from monitoring.domain import sighting as rules
from monitoring.domain.sighting import Observation, Sighting, SightingState
from monitoring.domain.volunteer import Volunteer, VolunteerState

FINDER, OTHER, POST = UUID(int=1), UUID(int=2), UUID(int=3)
ACTIVE = Volunteer(FINDER, VolunteerState.ACTIVE, District.MAPO)


def seen(*categories: SightingCategory) -> Observation:
    return Observation(
        Platform.BOARD_DA,
        ActChannel.COMMUNITY,
        frozenset(categories or {SightingCategory.DISTRIBUTION}),
        DepictedAge.NOT_IDENTIFIABLE,
        DepictedGender.FEMALE,
    )


def at(state: SightingState, checks: int = 0) -> Sighting:
    return Sighting(POST, FINDER, Platform.BOARD_DA, state, checks)


@pytest.mark.parametrize("state", [s for s in VolunteerState if s is not VolunteerState.ACTIVE])
def test_only_an_active_volunteer_logs(state: VolunteerState) -> None:
    with pytest.raises(DomainError) as refused:
        rules.log(None, POST, Volunteer(FINDER, state, District.MAPO), seen())
    assert refused.value.rule == "volunteer_not_active"


def test_somebody_who_is_no_volunteer_does_not_log() -> None:
    with pytest.raises(DomainError) as refused:
        rules.log(None, POST, None, seen())
    assert refused.value.rule == "volunteer_not_active"


def test_not_sure_cannot_stand_beside_another_category() -> None:
    with pytest.raises(DomainError) as refused:
        rules.log(None, POST, ACTIVE, seen(SightingCategory.UNSURE, SightingCategory.GROOMING))
    assert refused.value.field == "categories"


def test_whoever_logged_it_is_never_the_second_reader() -> None:
    with pytest.raises(DomainError) as refused:
        rules.confirm(at(SightingState.LOGGED), FINDER)
    assert (refused.value.rule, refused.value.field) == ("second_reader", "reader")


def test_a_coordinator_who_logged_it_as_a_volunteer_cannot_decide_on_it() -> None:
    mine = frozenset({FINDER})
    with pytest.raises(DomainError):
        rules.confirm(at(SightingState.LOGGED), None, readers=mine)
    with pytest.raises(DomainError):
        rules.reject(at(SightingState.LOGGED), SightingRejection.NOT_ILLEGAL, readers=mine)


def test_a_second_report_of_the_same_post_is_another_report() -> None:
    again = rules.report(at(SightingState.REPORTED), ReportChannel.TRUSTED_CHANNEL)
    assert again == [
        SightingReported(person=POST, platform=Platform.BOARD_DA, report_channel=ReportChannel.TRUSTED_CHANNEL)
    ]


def test_checks_are_numbered_from_one_upwards() -> None:
    assert rules.check(at(SightingState.REPORTED, 4), CheckResult.GONE) == [
        SightingChecked(person=POST, number=5, result=CheckResult.GONE)
    ]


@pytest.mark.parametrize("state", [SightingState.LOGGED, SightingState.CONFIRMED, SightingState.REJECTED])
def test_nothing_is_checked_or_answered_before_it_was_reported(state: SightingState) -> None:
    with pytest.raises(DomainError):
        rules.check(at(state), CheckResult.STILL_UP)
    with pytest.raises(DomainError):
        rules.act(at(state), PlatformAction.DELETED)


class AnyOrders(RuleBasedStateMachine):
    posts = Bundle("posts")

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[UUID, Sighting] = {}
        self.events: dict[UUID, list[Event]] = {}

    @rule(target=posts)
    def log(self) -> UUID:
        post = uuid4()
        self._keep(post, rules.log(None, post, ACTIVE, seen()))
        return post

    @rule(post=posts, reader=st.sampled_from([FINDER, OTHER, None]), mine=st.sampled_from([FINDER, OTHER]))
    def confirm(self, post: UUID, reader: UUID | None, mine: UUID) -> None:
        self._try(post, lambda s: rules.confirm(s, reader, readers=frozenset({mine})))

    @rule(post=posts, reason=st.sampled_from(SightingRejection))
    def reject(self, post: UUID, reason: SightingRejection) -> None:
        self._try(post, lambda s: rules.reject(s, reason))

    @rule(post=posts, channel=st.sampled_from(ReportChannel))
    def report(self, post: UUID, channel: ReportChannel) -> None:
        self._try(post, lambda s: rules.report(s, channel))

    @rule(post=posts, result=st.sampled_from(CheckResult))
    def check(self, post: UUID, result: CheckResult) -> None:
        self._try(post, lambda s: rules.check(s, result))

    @rule(post=posts, action=st.sampled_from(PlatformAction))
    def act(self, post: UUID, action: PlatformAction) -> None:
        self._try(post, lambda s: rules.act(s, action))

    def _try(self, post: UUID, decide) -> None:  # type: ignore[no-untyped-def]
        try:
            events = decide(self.states[post])
        except DomainError:
            return
        self._keep(post, events)

    def _keep(self, post: UUID, events: list[Event]) -> None:
        for event in events:
            assert event.person == post
            self.states[post] = rules.evolve(self.states.get(post), event)
            self.events.setdefault(post, []).append(event)

    @invariant()
    def the_order_of_facts_is_that_of_the_state_machine(self) -> None:
        for events in self.events.values():
            names = [event.name for event in events]
            assert names[0] == "logged"
            assert names.count("confirmed") + names.count("rejected") <= 1
            if "rejected" in names:
                assert names == ["logged", "rejected"]
            if {"reported", "checked", "actioned"} & set(names):
                assert names[1:3] == ["confirmed", "reported"]

    @invariant()
    def checks_are_numbered_without_a_gap(self) -> None:
        for events in self.events.values():
            numbers = [event.number for event in events if isinstance(event, SightingChecked)]
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def no_confirmed_sighting_was_read_by_its_finder(self) -> None:
        for post, events in self.events.items():
            readers = [event.reader for event in events if event.name == "confirmed"]  # type: ignore[attr-defined]
            assert self.states[post].volunteer not in readers


TestAnyOrders = AnyOrders.TestCase
