"""A watch: somebody's wish that we keep an eye open on a platform, because what was gone there may come back.

received → accepted by a coordinator → ended by whoever asked. Who asked knows what it belongs to; we know the platform.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import Platform
from ansim.contracts.monitoring import WatchAccepted, WatchEnded, WatchReceived
from ansim.errors import DomainError, Message


class WatchState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Watch:
    person: UUID
    platform: Platform
    state: WatchState = WatchState.RECEIVED


def evolve(watch: Watch | None, event: Event) -> Watch:
    """Fold one event. Raises ValueError for an event that cannot follow."""
    match watch, event:
        case None, WatchReceived():
            return Watch(event.person, event.platform)
        case Watch(), WatchAccepted() | WatchEnded():
            return replace(watch, state=WatchState(event.name))
        case _:
            raise ValueError(f"{event.type_name()} cannot follow")


def receive(watch: Watch | None, person: UUID, platform: Platform, *, seen_gone: bool) -> list[Event]:
    """Note that it arrived. One that is here already changes nothing."""
    if watch is not None:
        return []
    return [WatchReceived(person=person, platform=platform, seen_gone=seen_gone)]


def accept(watch: Watch) -> list[Event]:
    if watch.state is WatchState.ACCEPTED:
        raise DomainError("watch_accepted", None, Message("This watch has been taken up already."))
    if watch.state is WatchState.ENDED:
        raise DomainError("watch_ended", None, Message("This watch has ended. Nobody needs to look any more."))
    return [WatchAccepted(person=watch.person)]


def end(watch: Watch) -> list[Event]:
    """Nobody needs it any more. Said once."""
    if watch.state is WatchState.ENDED:
        return []
    return [WatchEnded(person=watch.person)]
