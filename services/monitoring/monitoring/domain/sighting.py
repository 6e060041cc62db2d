"""A sighting: one post on one platform, found by a volunteer (DOMAIN §4).

logged → confirmed by a second reader, or rejected → reported to the platform → checked again and again; the platform's
actions are recorded beside the checks. What a platform says it did and what a check saw are different facts, and so are
deletion, blocking, restriction and de-listing: nothing here merges them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.contracts.monitoring import (
    SightingActioned,
    SightingChecked,
    SightingConfirmed,
    SightingLogged,
    SightingRejected,
    SightingReported,
)
from ansim.errors import DomainError, Message
from monitoring.domain.volunteer import Volunteer, VolunteerState


class SightingState(StrEnum):
    """How far our own work is. What platforms did and what checks saw stand beside it, never in it."""

    LOGGED = "logged"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Observation:
    """What a volunteer saw, without the address."""

    platform: Platform
    channel: ActChannel
    categories: frozenset[SightingCategory]
    depicted_age: DepictedAge
    depicted_gender: DepictedGender


@dataclass(frozen=True, slots=True)
class Sighting:
    id: UUID
    volunteer: UUID
    platform: Platform
    state: SightingState = SightingState.LOGGED
    checks: int = 0


def evolve(sighting: Sighting | None, event: Event) -> Sighting:
    """Fold one event. Raises ValueError for an event that cannot follow."""
    match sighting, event:
        case None, SightingLogged():
            return Sighting(event.person, event.volunteer, event.platform)
        case Sighting(), SightingConfirmed():
            return replace(sighting, state=SightingState.CONFIRMED)
        case Sighting(), SightingRejected():
            return replace(sighting, state=SightingState.REJECTED)
        case Sighting(), SightingReported():
            return replace(sighting, state=SightingState.REPORTED)
        case Sighting(), SightingChecked():
            return replace(sighting, checks=event.number)
        case Sighting(), SightingActioned():
            return sighting
        case _:
            raise ValueError(f"{event.type_name()} cannot follow")


def log(sighting: Sighting | None, post: UUID, volunteer: Volunteer | None, seen: Observation) -> list[Event]:
    """Only an active volunteer logs: who rests or has left is not to look at such posts."""
    if sighting is not None:
        raise DomainError("already_logged", None, Message("This sighting is already logged."))
    if volunteer is None or volunteer.state is not VolunteerState.ACTIVE:
        raise DomainError("volunteer_not_active", None, Message("Only an active volunteer can log a sighting."))
    if SightingCategory.UNSURE in seen.categories and len(seen.categories) > 1:
        raise DomainError(
            "unsure_stands_alone", "categories", Message("“Not sure” cannot stand beside another choice.")
        )
    return [
        SightingLogged(
            person=post,
            volunteer=volunteer.id,
            platform=seen.platform,
            channel=seen.channel,
            categories=seen.categories,
            depicted_age=seen.depicted_age,
            depicted_gender=seen.depicted_gender,
        )
    ]


def confirm(sighting: Sighting, reader: UUID | None, *, readers: frozenset[UUID] = frozenset()) -> list[Event]:
    """A second person agrees. `reader` is the volunteer who read it, None for a coordinator.

    `readers` are all volunteer identities of the one who confirms: a coordinator who is also a volunteer must not
    confirm what they logged themselves.
    """
    _require(sighting, SightingState.LOGGED)
    _second_person(sighting, readers | ({reader} if reader else set()))
    return [SightingConfirmed(person=sighting.id, reader=reader)]


def reject(sighting: Sighting, reason: SightingRejection, *, readers: frozenset[UUID] = frozenset()) -> list[Event]:
    _require(sighting, SightingState.LOGGED)
    _second_person(sighting, readers)
    return [SightingRejected(person=sighting.id, reason=reason)]


def report(sighting: Sighting, channel: ReportChannel) -> list[Event]:
    """One report to the platform. A later report of the same post is another report, never refused."""
    if sighting.state is not SightingState.REPORTED:
        _require(sighting, SightingState.CONFIRMED)
    return [SightingReported(person=sighting.id, platform=sighting.platform, report_channel=channel)]


def check(sighting: Sighting, result: CheckResult) -> list[Event]:
    """One look at whether it is still there. Every check is kept; the number counts up from 1."""
    _require(sighting, SightingState.REPORTED)
    return [SightingChecked(person=sighting.id, number=sighting.checks + 1, result=result)]


def act(sighting: Sighting, action: PlatformAction) -> list[Event]:
    """What the platform says it did, or that it refused or stayed silent. There may be several, one after another."""
    _require(sighting, SightingState.REPORTED)
    return [SightingActioned(person=sighting.id, action=action)]


_NEEDED = {
    SightingState.LOGGED: Message("This sighting has already been decided on."),
    SightingState.CONFIRMED: Message("Only a confirmed sighting can be reported."),
    SightingState.REPORTED: Message("This is only possible after the report to the platform."),
}


def _require(sighting: Sighting, state: SightingState) -> None:
    if sighting.state is not state:
        raise DomainError(f"needs_{state}", None, _NEEDED[state])


def _second_person(sighting: Sighting, readers: frozenset[UUID] | set[UUID]) -> None:
    if sighting.volunteer in readers:
        raise DomainError(
            "second_reader", "reader", Message("Whoever logged a sighting cannot decide on it. Ask a second person.")
        )
