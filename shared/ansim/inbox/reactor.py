"""Which foreign events a service listens to, and what it does on hearing them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ansim.contracts import TOPICS, Envelope, Event
from ansim.journal import Unit


@dataclass(frozen=True, slots=True)
class Heard:
    """A foreign event and the envelope it came in. `envelope.subject` is the aggregate it belongs to."""

    event: Event
    envelope: Envelope


Handler = Callable[[Unit, Heard], Awaitable[None]]


class Reactor:
    """A service's reactions by event type.

    A handler works in the unit it is given and nowhere else: its effect, the inbox row and the stream's sequence
    commit together. It raises Poison to park the event and Retriable to have it tried again.
    """

    def __init__(self) -> None:
        self._handlers: dict[type[Event], list[Handler]] = {}

    def on(self, *events: type[Event]) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            for event in events:
                self._handlers.setdefault(event, []).append(handler)
            return handler

        return register

    def handlers(self, event: type[Event]) -> tuple[Handler, ...]:
        return tuple(self._handlers.get(event, ()))

    def listens_to(self, event: type[Event]) -> bool:
        """True for every event of an aggregate this service reacts to: their sequences must be followed whole."""
        return any(event.service == known.service and event.aggregate == known.aggregate for known in self._handlers)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({TOPICS[event.service].name for event in self._handlers}))
