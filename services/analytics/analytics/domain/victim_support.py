"""Victim support: cases, and the support items that its figures count."""

from collections.abc import Mapping

from msgspec.structs import replace

from analytics.domain.days import year_of
from analytics.domain.folding import Fold, Row, Rows, Window, as_a, codes
from analytics.domain.state import Case, Item, ReceivedReferral, State
from ansim.contracts import type_of, victim_support

ATTRIBUTES = {
    "item": frozenset({"state", "item_type", "age_band", "harm_types", "day", "year"}),
    "supported_person": frozenset({"age_band", "harm_types"}),
    "supported_person_year": frozenset({"age_band", "harm_types", "year"}),
    "case": frozenset({"state", "harm_types", "day"}),
    "received_referral": frozenset({"state", "reason"}),
}


def _received(state: State | None, data: victim_support.ReferralReceived, day: int, micros: int) -> State:
    return as_a(ReceivedReferral, state)


def _accepted(state: State | None, data: victim_support.ReferralAccepted, day: int, micros: int) -> State:
    return ReceivedReferral("accepted")


def _rejected(state: State | None, data: victim_support.ReferralRejected, day: int, micros: int) -> State:
    return ReceivedReferral("rejected", data.reason.value)


def _opened(state: State | None, data: victim_support.CaseOpened, day: int, micros: int) -> State:
    return replace(as_a(Case, state), opened_on=day, harm_types=codes(data.harm_types))


def _closed(state: State | None, data: victim_support.CaseClosed, day: int, micros: int) -> State:
    return replace(as_a(Case, state), state="closed")


def _scheduled(state: State | None, data: victim_support.ItemScheduled, day: int, micros: int) -> State:
    return replace(as_a(Item, state), item_type=data.item_type.value, day=day, micros=micros)


def _delivered(state: State | None, data: victim_support.ItemDelivered, day: int, micros: int) -> State:
    return Item("delivered", data.item_type.value, day, micros, data.age_band.value, codes(data.harm_types))


def _not_delivered(state: State | None, data: victim_support.ItemNotDelivered, day: int, micros: int) -> State:
    return replace(as_a(Item, state), state="not_delivered", item_type=data.item_type.value, day=day, micros=micros)


FOLDS: dict[str, Fold] = {
    type_of(victim_support.ReferralReceived): _received,
    type_of(victim_support.ReferralAccepted): _accepted,
    type_of(victim_support.ReferralRejected): _rejected,
    type_of(victim_support.CaseOpened): _opened,
    type_of(victim_support.CaseClosed): _closed,
    type_of(victim_support.ItemScheduled): _scheduled,
    type_of(victim_support.ItemDelivered): _delivered,
    type_of(victim_support.ItemNotDelivered): _not_delivered,
}


def _person(delivered: list[Item]) -> dict[str, str | tuple[str, ...]]:
    """A supported person's codes: the age band of the earliest item that knows one, the harm types of all items."""
    known = (item.age_band for item in delivered if item.age_band != "unknown")
    harm_types = {code for item in delivered for code in item.harm_types}
    return {"age_band": next(known, "unknown"), "harm_types": tuple(sorted(harm_types))}


def rows(streams: Mapping[str, State], window: Window, wanted: frozenset[str]) -> Rows:
    items = [state for state in streams.values() if isinstance(state, Item) and window.holds(state.day)]
    items.sort(key=lambda item: (item.micros, item.item_type, item.age_band, item.harm_types))
    delivered = [item for item in items if item.state == "delivered"]
    years: dict[str, list[Item]] = {}
    for item in delivered:
        years.setdefault(year_of(item.day), []).append(item)
    cases: list[Row] = []
    referrals: list[Row] = []
    for state in streams.values():
        if isinstance(state, Case) and window.holds(state.opened_on):
            cases.append({"state": state.state, "harm_types": state.harm_types, "day": str(state.opened_on)})
        elif isinstance(state, ReceivedReferral):
            referrals.append({"state": state.state, "reason": state.reason})
    return {
        "item": [
            {
                "state": item.state,
                "item_type": item.item_type,
                "age_band": item.age_band,
                "harm_types": item.harm_types,
                "day": str(item.day),
                "year": year_of(item.day),
            }
            for item in items
        ],
        "supported_person": [_person(delivered)] if delivered else [],
        "supported_person_year": [{**_person(of_year), "year": year} for year, of_year in years.items()],
        "case": cases,
        "received_referral": referrals,
    }
