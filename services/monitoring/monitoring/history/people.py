"""The volunteers of spring 2021."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from ansim.access import Role
from ansim.access.staff import demo_staff
from ansim.contracts.codes import District, LeftReason
from ansim.history import Step, World
from monitoring.commands import (
    LetVolunteerLeave,
    MoveVolunteer,
    RegisterVolunteer,
    VetVolunteer,
    activate_volunteer,
    let_volunteer_leave,
    register_volunteer,
    rest_volunteer,
    return_volunteer,
    train_volunteer,
    vet_volunteer,
    volunteer_of,
)
from monitoring.history.playing import step

APPLIED: Final = 1_060
RECRUITED: Final = 1_000
TRAINED: Final = 812
ACTIVATED: Final = 604
RESTED: Final = 66
RETURNED: Final = 24
LEFT_ACTIVE: Final = 22
LEFT_TRAINED: Final = 18
LEFT_BEFORE_VETTING: Final = 32

OPENED: Final = datetime(2021, 3, 2, tzinfo=UTC)
CLOSED: Final = datetime(2021, 5, 27, 6, tzinfo=UTC)
"""By then all who count as recruited were vetted."""

_FAMILY: Final = "김이박최정강조윤장임한오서신권황안송류홍"
_FIRST: Final = "가나다라마바사아자차하도로모보소오조호우유이지시"
_SECOND: Final = "온별솔결람담찬빛늘길들봄샘슬윤율은인진해"
_SEOUL: Final = tuple(d for d in District if d not in (District.OUTSIDE_SEOUL, District.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Person:
    """One volunteer's way. A time that is None did not come; `active` tells at which times they could log."""

    index: int
    id: UUID
    name: str
    contact: str
    district: District
    account: str | None
    applied: datetime
    vetted: datetime | None = None
    trained: datetime | None = None
    activated: datetime | None = None
    rested: datetime | None = None
    returned: datetime | None = None
    left: datetime | None = None
    reason: LeftReason = LeftReason.OWN_WISH

    def active(self, at: datetime) -> bool:
        if self.activated is None or at <= self.activated or (self.left and at >= self.left):
            return False
        return not (self.rested and at >= self.rested and not (self.returned and at > self.returned))


def people(world: World) -> tuple[Person, ...]:
    """Everybody who applied. Index 0 is the demonstration's monitor, so that their page has something to show."""
    return tuple(_person(world, index) for index in range(APPLIED))


def _person(world: World, index: int) -> Person:
    rng = world.rng("volunteer", index)
    monitor = next(member for member in demo_staff() if Role.monitor in member.roles) if index == 0 else None
    account = monitor.subject if monitor and world.founding else None
    last_day = 6 if index == 0 else 45 if index < TRAINED else 68
    applied = _working_hour(rng, OPENED + timedelta(days=rng.uniform(0, last_day)))
    vetted = _later(rng, applied, 2, 9) if index < RECRUITED else None
    trained = _later(rng, vetted, 7, 13) if vetted and index < TRAINED else None
    activated = _later(rng, trained, 1, 6) if trained and index < ACTIVATED else None
    rested = _between(rng, activated, CLOSED) if activated and 1 <= index <= RESTED else None
    returned = _between(rng, rested, CLOSED) if rested and index <= RETURNED else None
    return Person(
        index=index,
        id=volunteer_of(account) if account else world.uuid("volunteer", index),
        name=monitor.name if monitor else _name(rng),
        contact=f"010-0000-{rng.randrange(10_000):04}",
        district=rng.choice(_SEOUL),
        account=account,
        applied=applied,
        vetted=vetted,
        trained=trained,
        activated=activated,
        rested=rested,
        returned=returned,
        left=_left(rng, index, activated or trained or applied),
        reason=rng.choices(list(LeftReason)[:3], (6, 3, 2))[0],
    )


def _left(rng: Random, index: int, since: datetime) -> datetime | None:
    after_rest = range(RESTED + 1, RESTED + 1 + LEFT_ACTIVE)
    trained_only = range(ACTIVATED, ACTIVATED + LEFT_TRAINED)
    before_vetting = range(RECRUITED, RECRUITED + LEFT_BEFORE_VETTING)
    if index in after_rest or index in trained_only or index in before_vetting:
        return _between(rng, since, CLOSED)
    return None


def _name(rng: Random) -> str:
    return f"{rng.choice(_FAMILY)}{rng.choice(_FIRST)}{rng.choice(_SECOND)} (가상)"


def _working_hour(rng: Random, day: datetime) -> datetime:
    """Between nine and six in Seoul."""
    return day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=rng.randrange(0, 9 * 60))


def _later(rng: Random, since: datetime, least_days: int, most_days: int) -> datetime:
    return _working_hour(rng, since + timedelta(days=rng.uniform(least_days, most_days)))


def _between(rng: Random, since: datetime, until: datetime) -> datetime:
    return since + (until - since) * rng.uniform(0.2, 0.95)


def steps_of_person(person: Person) -> Iterator[Step]:
    key = f"volunteer/{person.index}"
    register = RegisterVolunteer(
        id=person.id, name=person.name, contact=person.contact, district=person.district, account=person.account
    )
    yield step(f"{key}/applied", person.applied, register_volunteer, register)
    if person.vetted:
        yield step(f"{key}/vetted", person.vetted, vet_volunteer, VetVolunteer(volunteer=person.id, of_age=True))
    moves = (
        ("trained", person.trained, train_volunteer),
        ("activated", person.activated, activate_volunteer),
        ("rested", person.rested, rest_volunteer),
        ("returned", person.returned, return_volunteer),
    )
    for name, at, carry_out in moves:
        if at:
            yield step(f"{key}/{name}", at, carry_out, MoveVolunteer(volunteer=person.id))
    if person.left:
        leave = LetVolunteerLeave(volunteer=person.id, reason=person.reason)
        yield step(f"{key}/left", person.left, let_volunteer_leave, leave)
