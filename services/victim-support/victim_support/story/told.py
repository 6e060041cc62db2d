"""How one event is told, and which function has the words for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ansim.contracts import Event
from ansim.errors import Message

E = TypeVar("E", bound=Event)

Words = tuple[str, Message, str]
"""The ring, the sentence, and what else stands on the line below, or nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """`ring` is a state of the ring (LOOK §6); `text` and `note` are ready to show."""

    ring: str
    text: str
    note: str


class Teller:
    """The words for events, registered by type and kept in several files, like the handlers of a `Projector`."""

    def __init__(self) -> None:
        self._words: dict[type[Event], Callable[[Any], Words]] = {}

    def on(self, event: type[E]) -> Callable[[Callable[[E], Words]], Callable[[E], Words]]:
        """Register the words for one type of event."""

        def register(words: Callable[[E], Words]) -> Callable[[E], Words]:
            self._words[event] = words
            return words

        return register

    def include(self, other: "Teller") -> None:
        self._words.update(other._words)

    def words(self, event: Event) -> Words:
        """Raises TypeError for an event that nobody has words for."""
        if type(event) not in self._words:
            raise TypeError(f"no words for {event.type_name()}")
        return self._words[type(event)](event)
