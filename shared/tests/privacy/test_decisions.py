"""Two people, always: who asks never decides, and what is decided is decided."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from ansim.contracts import EVENTS
from ansim.contracts import privacy as contracts
from ansim.contracts.codes import ErasureGround
from ansim.errors import DomainError
from ansim.privacy.disclosure.decide import Disclosure, DisclosureState, may_decide, may_view
from ansim.privacy.erasure.steps import Erasure, ErasureState, may_approve
from ansim.privacy.events import event_of
from ansim.privacy.told import told

PERSON, RECORD = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ASKED = Disclosure(PERSON, RECORD)
GRANTED = Disclosure(PERSON, RECORD, DisclosureState.GRANTED, NOON + timedelta(hours=1))
REQUESTED = Erasure(PERSON, RECORD, ErasureGround.PERSON_ASKED, ErasureState.FREE)


def rule_of(refused: pytest.ExceptionInfo[DomainError]) -> str:
    return refused.value.rule


def test_the_asker_never_decides_on_their_own_request() -> None:
    may_decide(ASKED, asked_by="supervisor", by="custodian")
    with pytest.raises(DomainError) as refused:
        may_decide(ASKED, asked_by="custodian", by="custodian")
    assert rule_of(refused) == "disclosure.own"


def test_a_decision_is_made_once() -> None:
    with pytest.raises(DomainError) as refused:
        may_decide(GRANTED, asked_by="supervisor", by="custodian")
    assert rule_of(refused) == "disclosure.decided"


@pytest.mark.parametrize(
    ("disclosure", "by", "at", "rule"),
    [
        (GRANTED, "custodian", NOON, "disclosure.not_yours"),
        (ASKED, "supervisor", NOON, "disclosure.not_granted"),
        (GRANTED, "supervisor", NOON + timedelta(hours=1), "disclosure.over"),
    ],
)
def test_only_the_asker_looks_and_only_for_the_time_granted(
    disclosure: Disclosure, by: str, at: datetime, rule: str
) -> None:
    may_view(GRANTED, asked_by="supervisor", by="supervisor", now=NOON + timedelta(minutes=59))
    with pytest.raises(DomainError) as refused:
        may_view(disclosure, asked_by="supervisor", by=by, now=at)
    assert rule_of(refused) == rule


def test_the_requester_of_an_erasure_never_approves_it() -> None:
    may_approve(REQUESTED, requested_by="supervisor", by="privacy-officer", held=False, kept_again=False)
    with pytest.raises(DomainError) as refused:
        may_approve(REQUESTED, requested_by="supervisor", by="supervisor", held=False, kept_again=False)
    assert rule_of(refused) == "erasure.own"


@pytest.mark.parametrize(
    ("held", "kept_again", "rule"), [(True, False, "erasure.held"), (False, True, "erasure.kept_again")]
)
def test_a_hold_or_new_content_stands_against_the_approval(held: bool, kept_again: bool, rule: str) -> None:
    with pytest.raises(DomainError) as refused:
        may_approve(REQUESTED, requested_by="system", by="privacy-officer", held=held, kept_again=kept_again)
    assert rule_of(refused) == rule


def test_every_event_of_the_room_has_words_and_a_type_in_both_services() -> None:
    kinds = [
        each for each in vars(contracts).values() if isinstance(each, type) and each.__module__ == contracts.__name__
    ]
    assert len(kinds) == 16
    for service in ("intake", "victim-support"):
        assert all(event_of(service, kind).type_name() in EVENTS for kind in kinds)
    with pytest.raises(LookupError):
        event_of("monitoring", contracts.DisclosureAsked)


def test_events_of_other_rooms_are_not_told_here() -> None:
    others = [
        cls
        for cls in EVENTS.values()
        if not issubclass(
            cls,
            tuple(
                contracts.__dict__[n]
                for n in dir(contracts)
                if n.startswith(("Disclosure", "Erasure", "Legal", "Expiry", "Keeping", "Keys", "Identity"))
            ),
        )
    ]
    assert others
    assert all(told(cls.model_construct()) is None for cls in others)
