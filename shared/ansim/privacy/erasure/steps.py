"""An erasure (DOMAIN §4): requested → hold_checked → approved → keys_destroyed → each service confirms → certified | overdue.

The order of the steps is what makes a crash harmless (docs/decisions/0012): approved is written before anything is
destroyed, and destroyed is written after. What lies between can be done twice.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.codes import ErasureGround, SuiteService
from ansim.contracts.privacy import (
    ErasureApproved,
    ErasureCertified,
    ErasureConfirmed,
    ErasureDeclined,
    ErasureHoldChecked,
    ErasureOverdue,
    ErasureRequested,
    KeysDestroyed,
)
from ansim.errors import DomainError, Message


class ErasureState(StrEnum):
    """`held`: a legal hold forbids it; `free`: none does, a second person may approve."""

    REQUESTED = "requested"
    HELD = "held"
    FREE = "free"
    APPROVED = "approved"
    DECLINED = "declined"
    DESTROYED = "destroyed"
    CERTIFIED = "certified"


WAITING = frozenset({ErasureState.REQUESTED, ErasureState.HELD, ErasureState.FREE})
BEGUN = frozenset({ErasureState.APPROVED, ErasureState.DESTROYED})
OVER = frozenset({ErasureState.DECLINED, ErasureState.CERTIFIED})


@dataclass(frozen=True, slots=True)
class Erasure:
    person: UUID
    record: UUID
    ground: ErasureGround
    state: ErasureState = ErasureState.REQUESTED
    confirmed: frozenset[SuiteService] = frozenset()
    overdue: bool = False


def evolve(state: Erasure | None, event: Event) -> Erasure:
    match state, event:
        case None, ErasureRequested():
            return Erasure(event.person, event.record, event.ground)
        case Erasure(), ErasureHoldChecked():
            return replace(state, state=ErasureState.HELD if event.held else ErasureState.FREE)
        case Erasure(), ErasureApproved():
            return replace(state, state=ErasureState.APPROVED)
        case Erasure(), ErasureDeclined():
            return replace(state, state=ErasureState.DECLINED)
        case Erasure(), KeysDestroyed():
            return replace(state, state=ErasureState.DESTROYED)
        case Erasure(), ErasureConfirmed():
            return replace(state, confirmed=state.confirmed | {event.by_service})
        case Erasure(), ErasureCertified():
            return replace(state, state=ErasureState.CERTIFIED)
        case Erasure(), ErasureOverdue():
            return replace(state, overdue=True)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def may_approve(erasure: Erasure, *, requested_by: str, by: str, held: bool, kept_again: bool) -> None:
    """Raises DomainError for the requester, under a legal hold, and for an expiry that new content has put off."""
    _must_wait(erasure)
    if by == requested_by:
        raise DomainError("erasure.own", None, Message("You asked for this yourself. A second person approves."))
    if held:
        raise DomainError("erasure.held", None, Message("A legal hold forbids it. Lift the hold first."))
    if kept_again:
        raise DomainError(
            "erasure.kept_again",
            None,
            Message("Something new came in, so the time of keeping runs anew. Decline this."),
        )


def may_decline(erasure: Erasure) -> None:
    _must_wait(erasure)


def _must_wait(erasure: Erasure) -> None:
    if erasure.state not in WAITING:
        raise DomainError("erasure.decided", None, Message("This has been decided already."))
