"""What monitoring does on hearing victim support: it keeps an eye open where it is asked to."""

from ansim.contracts.victim_support import WatchEnded, WatchRequested
from ansim.inbox import Heard, Reactor
from ansim.journal import Unit
from monitoring.commands import end_watch, receive_watch

reactor = Reactor()


@reactor.on(WatchRequested)
async def take_note_of_watch(unit: Unit, heard: Heard) -> None:
    """Say "received": our event is the asker's only proof of it. Taking it up is for people."""
    asked = heard.event
    assert isinstance(asked, WatchRequested)
    await receive_watch(unit, heard.envelope.subject, asked)


@reactor.on(WatchEnded)
async def stop_watching(unit: Unit, heard: Heard) -> None:
    await end_watch(unit, heard.envelope.subject)
