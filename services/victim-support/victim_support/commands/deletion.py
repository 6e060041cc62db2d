"""What deletion officers and support workers do with the addresses of a case."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from ansim.clock import missed
from ansim.clock.stories import moments_of
from ansim.contracts import Event
from ansim.contracts.codes import (
    CheckResult,
    Platform,
    PlatformAction,
    RegulatorDecision,
    ReportChannel,
    SupportItemType,
)
from ansim.errors import DomainError, Message
from ansim.journal import Fact, Stream, Unit
from ansim.web.commands import Command, Line
from victim_support.commands.consent import need_consent
from victim_support.commands.loading import case as load_case
from victim_support.commands.watch import ask_to_watch, end_watch
from victim_support.domain import deletion as deletions
from victim_support.domain.case import CaseState
from victim_support.domain.deletion import Deletion
from victim_support.rulebook import RULES

Address = Annotated[Line, StringConstraints(max_length=2000)]
"""Text. It is sealed, shown defanged, and never fetched."""


class AboutDeletion(Command):
    deletion: UUID
    seen: int | None = None


class Finding(Command):
    url: Address
    platform: Platform


class LocateMaterial(Finding):
    """An address at which the person's material was found."""

    case: UUID
    id: UUID | None = None


class Asking(Command):
    channel: ReportChannel


class RequestDeletion(AboutDeletion, Asking):
    """The platform was asked."""


class AcknowledgeDeletion(AboutDeletion):
    """The platform confirmed that it has the request."""


class Answering(Command):
    action: PlatformAction


class NotePlatformAction(AboutDeletion, Answering):
    """What the platform says it did."""


class RenotifyPlatform(AboutDeletion):
    """The platform was told again."""


class EscalateDeletion(AboutDeletion):
    """It was brought before the regulator."""


class Deciding(Command):
    decision: RegulatorDecision


class NoteDecision(AboutDeletion, Deciding):
    """What the regulator decided."""


class Looking(Command):
    result: CheckResult


class CheckAddress(AboutDeletion, Looking):
    """Somebody looked at the address."""


class Returning(Command):
    url: Address


class NoteReappearance(AboutDeletion, Returning):
    """It is back, at this address: the next generation begins."""


async def locate_material(unit: Unit, command: LocateMaterial) -> UUID:
    """Note an address of an open case. Returns the id of the new request."""
    _, case = await load_case(unit, command.case)
    if case.state is CaseState.CLOSED:
        raise DomainError("case.closed", message=Message("This case is closed. Nothing can be added to it."))
    begun = deletions.locate(case.person, command.case, command.platform, previous=None, generation=1)
    stream = await unit.stream("deletion", command.id or unit.ids(), deletions.evolve)
    stream.expect(0)
    await stream.append(*(Fact(event, {"url": command.url}) for event in begun))
    return stream.id


async def request_deletion(unit: Unit, command: RequestDeletion) -> None:
    """Needs a plan that holds deletion support and, as telling them again does, a consent towards platforms."""
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    _, case = await load_case(unit, deletion.case)
    allowed = SupportItemType.DELETION in case.item_types
    events = deletions.request(deletion, command.channel, allowed=allowed)
    await need_consent(unit, deletion.case, deletions.TELL_PLATFORM)
    await _append(unit, stream, events)


async def acknowledge_deletion(unit: Unit, command: AcknowledgeDeletion) -> None:
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    await _append(unit, stream, deletions.acknowledge(deletion))


async def note_platform_action(unit: Unit, command: NotePlatformAction) -> None:
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    await _append(unit, stream, deletions.answer(deletion, command.action))


async def renotify_platform(unit: Unit, command: RenotifyPlatform) -> None:
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    events = deletions.renotify(deletion)
    await need_consent(unit, deletion.case, deletions.TELL_PLATFORM)
    await _append(unit, stream, events)


async def escalate_deletion(unit: Unit, command: EscalateDeletion) -> None:
    """Needs a consent towards the regulator: one towards platforms does not say who else may know."""
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    events = deletions.escalate(deletion)
    await need_consent(unit, deletion.case, deletions.TELL_REGULATOR)
    await _append(unit, stream, events)


async def note_decision(unit: Unit, command: NoteDecision) -> None:
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    await _append(unit, stream, deletions.decide(deletion, command.decision))


async def check_address(unit: Unit, command: CheckAddress) -> None:
    """Note a look. Seen gone for the first time, the address is handed to whoever watches, without a trace to the person."""
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    events = deletions.check(deletion, command.result)
    await _append(unit, stream, events)
    if len(events) > 1:
        await ask_to_watch(unit, command.deletion, deletion.platform)


async def note_reappearance(unit: Unit, command: NoteReappearance) -> UUID:
    """Say that it is back and open the next generation, linked both ways. Returns the id of the next request."""
    stream, deletion = await load_deletion(unit, command.deletion, command.seen)
    following = unit.ids()
    await _append(unit, stream, deletions.reappear(deletion, following))
    begun = deletions.locate(
        deletion.person,
        deletion.case,
        deletion.platform,
        previous=command.deletion,
        generation=deletion.generation + 1,
    )
    next_stream = await unit.stream("deletion", following, deletions.evolve)
    await next_stream.append(*(Fact(event, {"url": command.url}) for event in begun))
    await end_watch(unit, command.deletion)
    return following


async def load_deletion(unit: Unit, deletion_id: UUID, seen: int | None = None) -> tuple[Stream[Deletion], Deletion]:
    """Raises NotFound, also for whoever may not see the case, and VersionConflict."""
    return await unit.existing("deletion", deletion_id, deletions.evolve, seen)


async def tell_missed_of_deletion(unit: Unit, deletion_id: UUID) -> None:
    """Tell of each look or answer that is late, once."""
    rules = await RULES.read(unit.conn)
    moments = await moments_of(unit, "deletion", deletion_id)
    ran_out = missed(moments, lambda story: deletions.clock(story, rules), unit.context.at)
    if ran_out:
        stream, deletion = await load_deletion(unit, deletion_id)
        await stream.append(*deletions.note_missed(deletion, ran_out))


async def _append(unit: Unit, stream: Stream[Deletion], events: list[Event]) -> None:
    await stream.append(*events)
    await tell_missed_of_deletion(unit, stream.id)
