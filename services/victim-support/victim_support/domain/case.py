"""A case (DOMAIN §4): opened → safety_checked → plan_agreed → active → watching → closed(outcome) → reopened(reason).

Safety comes first: without a safety check no plan, and after a reopening it is checked anew. The plan is what the person
agreed to, so nothing outside it is scheduled; the case is active once somebody other than the plan's author approved it. Help
does not wait for that. Both may be repeated while the case is open; the latest counts.

For a child under 14 the guardian's part is considered before the plan (Personal Information Protection Act art. 22-2), and a
guardian who is a suspect is never asked: support then rests on another basis.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    AssignmentReason,
    CaseOutcome,
    CaseReopenReason,
    District,
    Gender,
    HarmType,
    LegalBasis,
    SupportItemType,
)
from ansim.contracts.victim_support import (
    CaseAssigned,
    CaseClosed,
    CaseGuardianConsidered,
    CaseOpened,
    CasePlanAgreed,
    CasePlanApproved,
    CaseReopened,
    CaseSafetyChecked,
    CaseWatched,
)
from ansim.errors import DomainError, Message


class CaseState(StrEnum):
    OPENED = "opened"
    SAFETY_CHECKED = "safety_checked"
    PLAN_AGREED = "plan_agreed"
    ACTIVE = "active"
    WATCHING = "watching"
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
    guardian_suspect: bool | None = None
    guardian_basis: LegalBasis | None = None

    @property
    def of_a_child(self) -> bool:
        """Whether the law asks for a guardian's consent where consent is the basis."""
        return self.age_band is AgeBand.UNDER_14


WITH_A_PLAN: Final = frozenset({CaseState.PLAN_AGREED, CaseState.ACTIVE})
"""The states in which services are given dates."""
_WITHOUT_CONSENT: Final = frozenset({LegalBasis.STATUTORY_DUTY, LegalBasis.VITAL_INTEREST})
LONGEST_REST: Final = timedelta(days=366)


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
        case Case(), CasePlanApproved():
            return replace(state, state=CaseState.ACTIVE)
        case Case(), CaseGuardianConsidered():
            return replace(state, guardian_suspect=event.suspect, guardian_basis=event.basis)
        case Case(), CaseWatched():
            return replace(state, state=CaseState.WATCHING)
        case Case(), CaseReopened():
            return replace(state, state=CaseState.OPENED, immediate_danger=None, outcome=None)
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


def check_safety(
    state: Case, *, immediate_danger: bool, next_check_on: date | None = None, today: date | None = None
) -> list[Event]:
    """Say how safe the person is, and when to ask again. `today` is the calendar day in Seoul, needed with a next day."""
    _still_open(state)
    if next_check_on is not None and today is not None:
        _soon_enough(next_check_on, today)
    return [CaseSafetyChecked(person=state.person, immediate_danger=immediate_danger, next_check_on=next_check_on)]


def consider_guardian(state: Case, *, suspect: bool, basis: LegalBasis) -> list[Event]:
    """Say what the guardian's part is, before anybody asks them. May be repeated: what becomes known later counts."""
    _still_open(state)
    if suspect and basis not in _WITHOUT_CONSENT:
        raise DomainError(
            "case.guardian_is_suspect",
            "basis",
            Message("The guardian is a suspect, so their consent is not sought. Choose another basis."),
        )
    if state.of_a_child and basis is LegalBasis.CONSENT:
        raise DomainError(
            "case.child_cannot_consent_alone",
            "basis",
            Message("A child under 14 does not consent alone. Choose the guardian's consent or another basis."),
        )
    return [CaseGuardianConsidered(person=state.person, suspect=suspect, basis=basis)]


def agree_plan(state: Case, item_types: Iterable[SupportItemType]) -> list[Event]:
    """Agree with the person on the kinds of support. Raises `case.safety_first` before the first safety check."""
    _still_open(state)
    if state.immediate_danger is None:
        raise DomainError(
            "case.safety_first",
            message=Message("Check safety first. A plan is agreed once the person's safety is known."),
        )
    if state.of_a_child and state.guardian_basis is None:
        raise DomainError(
            "case.guardian_first",
            message=Message("Say first what the guardian's part is. The person is under 14."),
        )
    kinds = frozenset(item_types)
    if not kinds:
        raise DomainError("case.plan_is_empty", "item_types", Message("Choose at least one kind of support."))
    return [CasePlanAgreed(person=state.person, item_types=kinds)]


def approve_plan(state: Case, *, author: str, by: str) -> list[Event]:
    """A second pair of eyes: never the author's own."""
    _still_open(state)
    if state.state is not CaseState.PLAN_AGREED:
        raise DomainError("case.nothing_to_approve", message=Message("There is no plan that waits for approval."))
    if author == by:
        raise DomainError("case.own_plan", message=Message("Your own plan is approved by somebody else."))
    return [CasePlanApproved(person=state.person)]


def watch(state: Case, next_check_on: date, *, open_items: int, today: date) -> list[Event]:
    """From now on the case is only looked at again, on `next_check_on`. `open_items` must be 0."""
    _still_open(state)
    if state.state is not CaseState.ACTIVE:
        raise DomainError("case.not_active", message=Message("Only a case with an approved plan is watched."))
    _nothing_open(open_items)
    _soon_enough(next_check_on, today)
    return [CaseWatched(person=state.person, next_check_on=next_check_on)]


def reopen(state: Case, reason: CaseReopenReason) -> list[Event]:
    """Begin again, with safety. Only what is closed or only watched is reopened."""
    if state.state not in (CaseState.CLOSED, CaseState.WATCHING):
        raise DomainError("case.is_open", message=Message("This case is open."))
    return [CaseReopened(person=state.person, reason=reason)]


def close(state: Case, outcome: CaseOutcome, *, open_items: int) -> list[Event]:
    """End the support. `open_items` is the number of items neither delivered nor given up; it must be 0."""
    _still_open(state)
    _nothing_open(open_items)
    return [CaseClosed(person=state.person, outcome=outcome)]


def _nothing_open(open_items: int) -> None:
    if open_items:
        raise DomainError(
            "case.has_open_items",
            message=Message(
                "Not closed: support items still open: {count}. Settle each of them first.", count=open_items
            ),
        )


def _soon_enough(next_check_on: date, today: date) -> None:
    if not today <= next_check_on <= today + LONGEST_REST:
        raise DomainError("case.next_check", "next_check_on", Message("Choose today or a later day, within a year."))


def _still_open(state: Case) -> None:
    if state.state is CaseState.CLOSED:
        raise DomainError("case.closed", message=Message("This case is closed. Nothing can be added to it."))
