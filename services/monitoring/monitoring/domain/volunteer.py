"""A citizen monitor: applied → vetted → trained → active ⇄ resting → left (DOMAIN §4).

A volunteer counts as recruited from vetting on, for good: leaving does not undo it. The volunteer's id is also the
pseudonym under which the name is sealed.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import District, LeftReason
from ansim.contracts.monitoring import (
    VolunteerActivated,
    VolunteerApplied,
    VolunteerLeft,
    VolunteerRested,
    VolunteerTrained,
    VolunteerVetted,
)
from ansim.errors import DomainError, Message


class VolunteerState(StrEnum):
    APPLIED = "applied"
    VETTED = "vetted"
    TRAINED = "trained"
    ACTIVE = "active"
    RESTING = "resting"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Volunteer:
    id: UUID
    state: VolunteerState
    district: District
    left_reason: LeftReason | None = None


def evolve(volunteer: Volunteer | None, event: Event) -> Volunteer:
    """Fold one event. Trusts that decisions below made it; raises ValueError for an event that cannot follow."""
    match volunteer, event:
        case None, VolunteerApplied():
            return Volunteer(event.person, VolunteerState.APPLIED, event.district)
        case Volunteer(), VolunteerVetted():
            return replace(volunteer, state=VolunteerState.VETTED)
        case Volunteer(), VolunteerTrained():
            return replace(volunteer, state=VolunteerState.TRAINED)
        case Volunteer(), VolunteerActivated():
            return replace(volunteer, state=VolunteerState.ACTIVE)
        case Volunteer(), VolunteerRested():
            return replace(volunteer, state=VolunteerState.RESTING)
        case Volunteer(), VolunteerLeft():
            return replace(volunteer, state=VolunteerState.LEFT, left_reason=event.reason)
        case _:
            raise ValueError(f"{event.type_name()} cannot follow")


def apply(volunteer: Volunteer | None, person: UUID, district: District) -> list[Event]:
    """Register somebody who asked to join."""
    if volunteer is not None:
        raise DomainError("already_registered", "account", Message("This person is already registered."))
    return [VolunteerApplied(person=person, district=district)]


def vet(volunteer: Volunteer, *, of_age: bool) -> list[Event]:
    """Only people of 19 or older see this kind of material; the coordinator states to have checked it."""
    _require(volunteer, VolunteerState.APPLIED)
    if not of_age:
        raise DomainError("not_of_age", "of_age", Message("Only people of 19 or older can join. Check the age first."))
    return [VolunteerVetted(person=volunteer.id)]


def train(volunteer: Volunteer) -> list[Event]:
    _require(volunteer, VolunteerState.VETTED)
    return [VolunteerTrained(person=volunteer.id)]


def activate(volunteer: Volunteer) -> list[Event]:
    """First start after training. Coming back from a rest is `come_back`."""
    _require(volunteer, VolunteerState.TRAINED)
    return [VolunteerActivated(person=volunteer.id)]


def rest(volunteer: Volunteer) -> list[Event]:
    """Nobody has to give a reason for a rest."""
    _require(volunteer, VolunteerState.ACTIVE)
    return [VolunteerRested(person=volunteer.id)]


def come_back(volunteer: Volunteer) -> list[Event]:
    _require(volunteer, VolunteerState.RESTING)
    return [VolunteerActivated(person=volunteer.id)]


def leave(volunteer: Volunteer, reason: LeftReason) -> list[Event]:
    """Possible at any time before; final."""
    if volunteer.state is VolunteerState.LEFT:
        raise DomainError("already_left", None, Message("This volunteer has already left."))
    return [VolunteerLeft(person=volunteer.id, reason=reason)]


_NEEDED = {
    VolunteerState.APPLIED: Message("This is only possible before vetting."),
    VolunteerState.VETTED: Message("Training follows vetting."),
    VolunteerState.TRAINED: Message("A volunteer starts after training."),
    VolunteerState.ACTIVE: Message("Only an active volunteer can do this."),
    VolunteerState.RESTING: Message("Only a resting volunteer can come back."),
}


def _require(volunteer: Volunteer, state: VolunteerState) -> None:
    if volunteer.state is not state:
        raise DomainError(f"needs_{state}", None, _NEEDED[state])
