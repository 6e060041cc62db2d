"""A case (DOMAIN §4): opened → safety_checked → plan_agreed → closed(outcome).

Safety comes first: without a safety check no plan. The plan is what the person agreed to, so nothing outside it is
scheduled. Both may be repeated while the case is open; the latest counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import AgeBand, AssignmentReason, CaseOutcome, District, Gender, HarmType, SupportItemType
from ansim.contracts.victim_support import CaseAssigned, CaseClosed, CaseOpened, CasePlanAgreed, CaseSafetyChecked
from ansim.errors import DomainError, Message


class CaseState(StrEnum):
    OPENED = "opened"
    SAFETY_CHECKED = "safety_checked"
    PLAN_AGREED = "plan_agreed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    person: UUID
    referral: UUID | None
    age_band: AgeBand
    harm_types: frozenset[HarmType]
    state: CaseState = CaseState.OPENED
    immediate_danger: bool | None = None
    item_types: frozenset[SupportItemType] = frozenset()
    outcome: CaseOutcome | None = None
    team: str = ""
    worker: UUID | None = None


def evolve(state: Case | None, event: Event) -> Case:
    match state, event:
        case None, CaseOpened():
            return Case(
                person=event.person,
                referral=event.referral,
                age_band=event.age_band,
                harm_types=event.harm_types,
                team=event.team,
                worker=event.worker,
            )
        case Case(), CaseSafetyChecked():
            reached = CaseState.SAFETY_CHECKED if state.state is CaseState.OPENED else state.state
            return replace(state, state=reached, immediate_danger=event.immediate_danger)
        case Case(), CasePlanAgreed():
            return replace(state, state=CaseState.PLAN_AGREED, item_types=event.item_types)
        case Case(), CaseClosed():
            return replace(state, state=CaseState.CLOSED, outcome=event.outcome)
        case Case(), CaseAssigned():
            return replace(state, team=event.team, worker=event.worker)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def open_case(
    person: UUID,
    *,
    referral: UUID | None,
    age_band: AgeBand,
    gender: Gender,
    district: District,
    harm_types: Iterable[HarmType],
    team: str = "",
    worker: UUID | None = None,
) -> list[Event]:
    """Begin a case, with a referral or without one (someone who came by themselves), in a team, with a worker or none yet."""
    kinds = frozenset(harm_types)
    if not kinds:
        raise DomainError("case.needs_harm_type", "harm_types", Message("Choose at least one type of harm."))
    return [
        CaseOpened(
            person=person,
            referral=referral,
            age_band=age_band,
            gender=gender,
            district=district,
            harm_types=kinds,
            team=team,
            worker=worker,
        )
    ]


def assign(state: Case, team: str, worker: UUID | None, reason: AssignmentReason) -> list[Event]:
    """Give the case to a team and a worker of it; `worker` none: the team has it, and nobody in it yet.

    The team that had it stops seeing it. Closed cases move too: whoever inherits a desk inherits its past.
    """
    if (team, worker) == (state.team, state.worker):
        raise DomainError("case.already_theirs", "to", Message("This case is with them already."))
    return [CaseAssigned(person=state.person, team=team, worker=worker, reason=reason)]


def check_safety(state: Case, *, immediate_danger: bool) -> list[Event]:
    _still_open(state)
    return [CaseSafetyChecked(person=state.person, immediate_danger=immediate_danger)]


def agree_plan(state: Case, item_types: Iterable[SupportItemType]) -> list[Event]:
    """Agree with the person on the kinds of support. Raises `case.safety_first` before the first safety check."""
    _still_open(state)
    if state.immediate_danger is None:
        raise DomainError(
            "case.safety_first",
            message=Message("Check safety first. A plan is agreed once the person's safety is known."),
        )
    kinds = frozenset(item_types)
    if not kinds:
        raise DomainError("case.plan_is_empty", "item_types", Message("Choose at least one kind of support."))
    return [CasePlanAgreed(person=state.person, item_types=kinds)]


def close(state: Case, outcome: CaseOutcome, *, open_items: int) -> list[Event]:
    """End the support. `open_items` is the number of items neither delivered nor given up; it must be 0."""
    _still_open(state)
    if open_items:
        raise DomainError(
            "case.has_open_items",
            message=Message(
                "Not closed: support items still open: {count}. Settle each of them first.", count=open_items
            ),
        )
    return [CaseClosed(person=state.person, outcome=outcome)]


def _still_open(state: Case) -> None:
    if state.state is CaseState.CLOSED:
        raise DomainError("case.closed", message=Message("This case is closed. Nothing can be added to it."))
