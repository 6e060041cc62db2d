"""A disclosure: asked → granted (until) | refused. The asker never decides; a granted view expires."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.privacy import DisclosureAsked, DisclosureGranted, DisclosureRefused, IdentityViewed
from ansim.errors import DomainError, Message


class DisclosureState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Decision(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Disclosure:
    person: UUID
    record: UUID
    state: DisclosureState = DisclosureState.ASKED
    until: datetime | None = None


def evolve(state: Disclosure | None, event: Event) -> Disclosure:
    match state, event:
        case None, DisclosureAsked():
            return Disclosure(event.person, event.record)
        case Disclosure(), DisclosureGranted():
            return replace(state, state=DisclosureState.GRANTED, until=event.until)
        case Disclosure(), DisclosureRefused():
            return replace(state, state=DisclosureState.REFUSED)
        case Disclosure(), IdentityViewed():
            return state
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def may_decide(disclosure: Disclosure, *, asked_by: str, by: str) -> None:
    """Raises DomainError for the asker, who never decides, and for what is decided already."""
    if by == asked_by:
        raise DomainError("disclosure.own", None, Message("You asked for this yourself. Another custodian decides."))
    if disclosure.state is not DisclosureState.ASKED:
        raise DomainError("disclosure.decided", None, Message("This has been decided already."))


def may_view(disclosure: Disclosure, *, asked_by: str, by: str, now: datetime) -> None:
    """Raises DomainError unless it was granted to `by` and the time for it has not passed."""
    if by != asked_by:
        raise DomainError("disclosure.not_yours", None, Message("Only whoever asked may look."))
    if disclosure.state is not DisclosureState.GRANTED or disclosure.until is None:
        raise DomainError("disclosure.not_granted", None, Message("This has not been granted."))
    if now >= disclosure.until:
        raise DomainError("disclosure.over", None, Message("The time for looking has passed. Ask again if need be."))
