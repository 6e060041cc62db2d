"""A complaint belongs to the person: nobody else is given a version that they have not approved."""

import pytest

from ansim.contracts import Event
from ansim.contracts.codes import ComplaintReceiver, ReviewResult
from ansim.errors import DomainError
from victim_support.domain import complaint as c
from victim_support.domain.complaint import Complaint, ComplaintState, evolve

from .test_domain_deletion import CASE, PERSON

OTHERS = [receiver for receiver in ComplaintReceiver if receiver is not ComplaintReceiver.VICTIM]


def after(*steps: list[Event]) -> Complaint:
    state: Complaint | None = None
    for events in steps:
        for event in events:
            state = evolve(state, event)
    assert state is not None
    return state


def drafted() -> Complaint:
    begun = after(c.start(PERSON, CASE))
    return evolve(begun, *c.draft(begun))


def with_(state: Complaint, events: list[Event]) -> Complaint:
    for event in events:
        state = evolve(state, event)
    return state


@pytest.mark.parametrize("receiver", OTHERS)
def test_no_copy_leaves_before_the_person_approved_it(receiver: ComplaintReceiver) -> None:
    with pytest.raises(DomainError) as refused:
        c.hand_over(drafted(), receiver)
    assert (refused.value.rule, refused.value.field) == ("complaint.not_approved", "receiver")


def test_the_person_gets_a_copy_at_any_time() -> None:
    given = with_(drafted(), c.hand_over(drafted(), ComplaintReceiver.VICTIM))
    assert (given.state, given.handed_to) == (ComplaintState.DRAFTED, {ComplaintReceiver.VICTIM})


def test_an_approval_holds_for_its_version_only() -> None:
    approved = with_(drafted(), c.review(drafted(), ReviewResult.APPROVED, number=1))
    assert c.hand_over(approved, ComplaintReceiver.POLICE)
    changed = with_(approved, c.draft(approved))
    with pytest.raises(DomainError):
        c.hand_over(changed, ComplaintReceiver.POLICE)


def test_a_review_is_of_the_latest_version() -> None:
    second = with_(drafted(), c.draft(drafted()))
    with pytest.raises(DomainError) as refused:
        c.review(second, ReviewResult.APPROVED, number=1)
    assert refused.value.rule == "complaint.older_version"


def test_nothing_is_reviewed_or_handed_over_before_it_is_written() -> None:
    begun = after(c.start(PERSON, CASE))
    for act in (
        lambda: c.review(begun, ReviewResult.APPROVED, number=0),
        lambda: c.hand_over(begun, ComplaintReceiver.VICTIM),
    ):
        with pytest.raises(DomainError):
            act()


def test_who_got_a_copy_is_kept() -> None:
    state = with_(drafted(), c.review(drafted(), ReviewResult.APPROVED, number=1))
    for receiver in OTHERS:
        state = with_(state, c.hand_over(state, receiver))
    assert state.handed_to == set(OTHERS)
    assert state.state is ComplaintState.HANDED_OVER
