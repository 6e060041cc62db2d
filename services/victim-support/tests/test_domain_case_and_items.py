"""Cases and their items under random commands: nothing forbidden is ever reached, and only decisions make events."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    CaseOutcome,
    District,
    Gender,
    HarmType,
    ItemOutcome,
    NotDeliveredReason,
    SupportItemType,
)
from ansim.contracts.victim_support import ItemDelivered
from ansim.errors import DomainError
from victim_support.domain import case as cases
from victim_support.domain import item as items

PERSON, CASE = UUID(int=1), UUID(int=2)
TODAY = date(2020, 5, 4)
ITEM_TYPES = st.sampled_from(SupportItemType)


def opened(*harm_types: HarmType) -> cases.Case:
    [event] = cases.open_case(
        PERSON,
        referral=None,
        age_band=AgeBand.AGE_17_18,
        gender=Gender.FEMALE,
        district=District.GURO,
        harm_types=harm_types or (HarmType.DISTRIBUTION,),
    )
    return cases.evolve(None, event)


def planned(*item_types: SupportItemType) -> cases.Case:
    case = opened(HarmType.GROOMING, HarmType.SEXTORTION)
    case = cases.evolve(case, cases.check_safety(case, immediate_danger=False)[0])
    return cases.evolve(case, cases.agree_plan(case, item_types or (SupportItemType.LEGAL,))[0])


def scheduled(case: cases.Case, due_on: date = TODAY) -> items.Item:
    return items.evolve(None, items.schedule(case, CASE, SupportItemType.LEGAL, due_on, today=TODAY)[0])


def broken(error: pytest.ExceptionInfo[DomainError]) -> tuple[str, str | None]:
    return error.value.rule, error.value.field


def test_safety_is_checked_before_a_plan_is_agreed() -> None:
    with pytest.raises(DomainError) as refused:
        cases.agree_plan(opened(), [SupportItemType.LEGAL])

    assert broken(refused) == ("case.safety_first", None)


def test_a_case_needs_a_harm_type() -> None:
    with pytest.raises(DomainError) as refused:
        cases.open_case(
            PERSON,
            referral=None,
            age_band=AgeBand.UNKNOWN,
            gender=Gender.UNKNOWN,
            district=District.UNKNOWN,
            harm_types=[],
        )

    assert broken(refused) == ("case.needs_harm_type", "harm_types")


def test_nothing_outside_the_plan_is_scheduled() -> None:
    with pytest.raises(DomainError) as refused:
        items.schedule(planned(SupportItemType.LEGAL), CASE, SupportItemType.MEDICAL, TODAY, today=TODAY)

    assert broken(refused) == ("item.not_in_plan", "item_type")


@pytest.mark.parametrize(
    ("due_on", "rule_name"),
    [(TODAY - timedelta(days=1), "item.due_in_the_past"), (TODAY + timedelta(days=367), "item.due_too_far")],
)
def test_a_due_date_lies_within_the_coming_year(due_on: date, rule_name: str) -> None:
    with pytest.raises(DomainError) as refused:
        items.schedule(planned(), CASE, SupportItemType.LEGAL, due_on, today=TODAY)

    assert broken(refused) == (rule_name, "due_on")


def test_delivery_freezes_the_codes_that_figures_group_by() -> None:
    case = planned()

    [event] = items.deliver(scheduled(case), case, ItemOutcome.COMPLETED)

    assert event == ItemDelivered(
        person=PERSON,
        case=CASE,
        item_type=SupportItemType.LEGAL,
        harm_types=frozenset({HarmType.GROOMING, HarmType.SEXTORTION}),
        age_band=AgeBand.AGE_17_18,
        outcome=ItemOutcome.COMPLETED,
    )


def test_a_case_with_an_open_item_stays_open() -> None:
    with pytest.raises(DomainError) as refused:
        cases.close(planned(), CaseOutcome.GOALS_MET, open_items=1)

    assert broken(refused) == ("case.has_open_items", None)
    assert str(refused.value.message) == "Not closed: support items still open: 1. Settle each of them first."


class CaseLife(RuleBasedStateMachine):
    """Any staff doing anything in any order. A refusal changes nothing; an accepted command gives exactly one event."""

    item_ids = Bundle("item_ids")

    @initialize()
    def open(self) -> None:
        self.case = opened()
        self.items: dict[int, items.Item] = {}
        self.delivered: list[ItemDelivered] = []

    def _case_does(self, events: list[Event]) -> None:
        [event] = events
        self.case = cases.evolve(self.case, event)

    @rule(immediate_danger=st.booleans())
    def check_safety(self, immediate_danger: bool) -> None:
        if self.case.state is cases.CaseState.CLOSED:
            with pytest.raises(DomainError):
                cases.check_safety(self.case, immediate_danger=immediate_danger)
            return
        self._case_does(cases.check_safety(self.case, immediate_danger=immediate_danger))
        assert self.case.immediate_danger is immediate_danger

    @rule(item_types=st.frozensets(ITEM_TYPES, max_size=4))
    def agree_plan(self, item_types: frozenset[SupportItemType]) -> None:
        known_safe = self.case.immediate_danger is not None
        if self.case.state is not cases.CaseState.CLOSED and known_safe and item_types:
            self._case_does(cases.agree_plan(self.case, item_types))
            assert self.case.item_types == item_types
        else:
            with pytest.raises(DomainError):
                cases.agree_plan(self.case, item_types)

    @rule(target=item_ids, item_type=ITEM_TYPES, days=st.integers(-2, 400))
    def schedule(self, item_type: SupportItemType, days: int) -> int:
        number = len(self.items)
        due_on = TODAY + timedelta(days=days)
        allowed = (
            self.case.state is cases.CaseState.PLAN_AGREED and item_type in self.case.item_types and 0 <= days <= 366
        )
        if allowed:
            [event] = items.schedule(self.case, CASE, item_type, due_on, today=TODAY)
            self.items[number] = items.evolve(None, event)
        else:
            with pytest.raises(DomainError):
                items.schedule(self.case, CASE, item_type, due_on, today=TODAY)
        return number

    @rule(number=item_ids, outcome=st.sampled_from(ItemOutcome))
    def deliver(self, number: int, outcome: ItemOutcome) -> None:
        if (item := self.items.get(number)) is None:
            return
        if item.state is items.ItemState.SCHEDULED:
            [event] = items.deliver(item, self.case, outcome)
            assert isinstance(event, ItemDelivered)
            self.delivered.append(event)
            self.items[number] = items.evolve(item, event)
        else:
            with pytest.raises(DomainError):
                items.deliver(item, self.case, outcome)

    @rule(number=item_ids, reason=st.sampled_from(NotDeliveredReason))
    def give_up(self, number: int, reason: NotDeliveredReason) -> None:
        if (item := self.items.get(number)) is None:
            return
        if item.state is items.ItemState.SCHEDULED:
            [event] = items.give_up(item, self.case, reason)
            self.items[number] = items.evolve(item, event)
        else:
            with pytest.raises(DomainError):
                items.give_up(item, self.case, reason)

    @rule(outcome=st.sampled_from(CaseOutcome))
    def close(self, outcome: CaseOutcome) -> None:
        if self.open_items or self.case.state is cases.CaseState.CLOSED:
            with pytest.raises(DomainError):
                cases.close(self.case, outcome, open_items=self.open_items)
        else:
            self._case_does(cases.close(self.case, outcome, open_items=0))

    @property
    def open_items(self) -> int:
        return sum(item.state is items.ItemState.SCHEDULED for item in self.items.values())

    @invariant()
    def a_closed_case_has_no_open_item(self) -> None:
        assert self.case.state is not cases.CaseState.CLOSED or self.open_items == 0

    @invariant()
    def a_plan_has_a_safety_check_before_it(self) -> None:
        assert not self.case.item_types or self.case.immediate_danger is not None

    @invariant()
    def only_delivered_items_count(self) -> None:
        settled = [item for item in self.items.values() if item.state is items.ItemState.DELIVERED]
        assert len(settled) == len(self.delivered)


TestCaseLife = CaseLife.TestCase
