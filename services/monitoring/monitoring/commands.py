"""What people may ask of monitoring: the only writers. Each loads, decides and appends in the caller's unit of work.

All raise DomainError when a rule says no, NotFound for an unknown id and VersionConflict when somebody else changed the
record since the version `seen`. Repeats are stopped by the caller (`unit.once`) before a command is carried out.
"""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID, uuid5

from pydantic import Field

from ansim.contracts import Event
from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    District,
    LeftReason,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.contracts.victim_support import WatchRequested
from ansim.journal import Fact, Unit
from ansim.web.commands import Command, Line
from monitoring.domain import sighting as sightings
from monitoring.domain import volunteer as volunteers
from monitoring.domain import watch as watches
from monitoring.domain.address import checked_address
from monitoring.domain.sighting import Observation, Sighting
from monitoring.domain.volunteer import Volunteer

ACCOUNTS: Final = UUID("5e2f6f0a-3a0c-5c59-9c5f-0d3b8f6f2a61")


def volunteer_of(subject: str) -> UUID:
    """The volunteer behind a sign-in: the one link between an account and a volunteer, so none has to be stored."""
    return uuid5(ACCOUNTS, subject)


class RegisterVolunteer(Command):
    """`account` is the sign-in subject of somebody who will log sightings here; without one the id is a fresh one."""

    id: UUID | None = None
    name: Line
    contact: Line
    district: District
    account: Line | None = None


class VetVolunteer(Command):
    volunteer: UUID
    seen: int | None = None
    of_age: bool = False


class MoveVolunteer(Command):
    """An order without any detail: train, activate, rest or come back."""

    volunteer: UUID
    seen: int | None = None


class LetVolunteerLeave(Command):
    volunteer: UUID
    seen: int | None = None
    reason: LeftReason


class LogSighting(Command):
    """`url` is checked for its form only; it is sealed at once and nobody fetches it. It is not searched for resident
    registration numbers: a time in an address looks like one, and the post could not be reported then."""

    id: UUID | None = None
    volunteer: UUID
    platform: Platform
    channel: ActChannel
    categories: Annotated[frozenset[SightingCategory], Field(min_length=1)]
    depicted_age: DepictedAge
    depicted_gender: DepictedGender
    url: str


class ConfirmSighting(Command):
    """`reader` is the volunteer who read it second; none when the one who confirms read it themselves."""

    sighting: UUID
    seen: int | None = None
    reader: UUID | None = None


class RejectSighting(Command):
    sighting: UUID
    seen: int | None = None
    reason: SightingRejection


class ReportSighting(Command):
    sighting: UUID
    seen: int | None = None
    report_channel: ReportChannel


class CheckSighting(Command):
    sighting: UUID
    seen: int | None = None
    result: CheckResult


class RecordAction(Command):
    sighting: UUID
    seen: int | None = None
    action: PlatformAction


class AcceptWatch(Command):
    watch: UUID
    seen: int | None = None


async def register_volunteer(unit: Unit, command: RegisterVolunteer) -> UUID:
    volunteer = volunteer_of(command.account) if command.account else command.id or unit.ids()
    stream = await unit.stream("volunteer", volunteer, volunteers.evolve)
    [applied] = volunteers.apply(stream.state, volunteer, command.district)
    await stream.append(Fact(applied, {"name": command.name, "contact": command.contact}))
    return volunteer


async def vet_volunteer(unit: Unit, command: VetVolunteer) -> UUID:
    return await _move(unit, command, lambda volunteer: volunteers.vet(volunteer, of_age=command.of_age))


async def train_volunteer(unit: Unit, command: MoveVolunteer) -> UUID:
    return await _move(unit, command, volunteers.train)


async def activate_volunteer(unit: Unit, command: MoveVolunteer) -> UUID:
    return await _move(unit, command, volunteers.activate)


async def rest_volunteer(unit: Unit, command: MoveVolunteer) -> UUID:
    return await _move(unit, command, volunteers.rest)


async def return_volunteer(unit: Unit, command: MoveVolunteer) -> UUID:
    return await _move(unit, command, volunteers.come_back)


async def let_volunteer_leave(unit: Unit, command: LetVolunteerLeave) -> UUID:
    return await _move(unit, command, lambda volunteer: volunteers.leave(volunteer, command.reason))


async def log_sighting(unit: Unit, command: LogSighting) -> UUID:
    """The address goes under a key of the sighting's own: nobody in the material is identified, and erasing one
    sighting's address touches no other."""
    url = checked_address(command.url)
    finder = await unit.stream("volunteer", command.volunteer, volunteers.evolve)
    post = command.id or unit.ids()
    stream = await unit.stream("sighting", post, sightings.evolve)
    seen = Observation(
        command.platform, command.channel, command.categories, command.depicted_age, command.depicted_gender
    )
    [logged] = sightings.log(stream.state, post, finder.state, seen)
    await stream.append(Fact(logged, {"url": url}))
    return post


async def confirm_sighting(unit: Unit, command: ConfirmSighting) -> UUID:
    if command.reader is not None:
        await unit.existing("volunteer", command.reader, volunteers.evolve)
    mine = frozenset({volunteer_of(unit.context.actor.subject)})
    return await _decide(unit, command, lambda post: sightings.confirm(post, command.reader, readers=mine))


async def reject_sighting(unit: Unit, command: RejectSighting) -> UUID:
    mine = frozenset({volunteer_of(unit.context.actor.subject)})
    return await _decide(unit, command, lambda post: sightings.reject(post, command.reason, readers=mine))


async def report_sighting(unit: Unit, command: ReportSighting) -> UUID:
    return await _decide(unit, command, lambda post: sightings.report(post, command.report_channel))


async def check_sighting(unit: Unit, command: CheckSighting) -> UUID:
    return await _decide(unit, command, lambda post: sightings.check(post, command.result))


async def record_action(unit: Unit, command: RecordAction) -> UUID:
    return await _decide(unit, command, lambda post: sightings.act(post, command.action))


async def receive_watch(unit: Unit, watch: UUID, asked: WatchRequested) -> None:
    """Note that a watch was asked for, under a pseudonym of ours, once."""
    stream = await unit.stream("watch", watch, watches.evolve)
    await stream.append(*watches.receive(stream.state, unit.ids(), asked.platform, seen_gone=asked.seen_gone))


async def accept_watch(unit: Unit, command: AcceptWatch) -> UUID:
    stream, watch = await unit.existing("watch", command.watch, watches.evolve, command.seen)
    await stream.append(*watches.accept(watch))
    return command.watch


async def end_watch(unit: Unit, watch: UUID) -> None:
    """Whoever asked needs it no longer. One that never came to us is left at that."""
    stream = await unit.stream("watch", watch, watches.evolve)
    if stream.state is not None:
        await stream.append(*watches.end(stream.state))


type_of_volunteer_order = VetVolunteer | MoveVolunteer | LetVolunteerLeave
type_of_sighting_order = ConfirmSighting | RejectSighting | ReportSighting | CheckSighting | RecordAction


async def _move(unit: Unit, command: type_of_volunteer_order, decide: Callable[[Volunteer], list[Event]]) -> UUID:
    stream, volunteer = await unit.existing("volunteer", command.volunteer, volunteers.evolve, command.seen)
    await stream.append(*decide(volunteer))
    return command.volunteer


async def _decide(unit: Unit, command: type_of_sighting_order, decide: Callable[[Sighting], list[Event]]) -> UUID:
    stream, sighting = await unit.existing("sighting", command.sighting, sightings.evolve, command.seen)
    await stream.append(*decide(sighting))
    return command.sighting
