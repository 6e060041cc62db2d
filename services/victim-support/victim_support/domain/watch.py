"""A watch: our wish that monitoring looks out for what was seen gone. requested → answered (received, accepted) → ended.

It stands under an id and a pseudonym of its own. What it belongs to stands in our own table and nowhere else.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import Platform, WatchAnswer
from ansim.contracts.victim_support import WatchAnswered, WatchEnded, WatchRequested


@dataclass(frozen=True, slots=True)
class Watch:
    person: UUID
    answer: WatchAnswer | None = None
    ended: bool = False


def evolve(watch: Watch | None, event: Event) -> Watch:
    match watch, event:
        case None, WatchRequested():
            return Watch(event.person)
        case Watch(), WatchAnswered():
            return replace(watch, answer=event.answer)
        case Watch(), WatchEnded():
            return replace(watch, ended=True)
        case _:
            raise TypeError(f"{event.type_name()} does not follow on {watch!r}")


def request(person: UUID, platform: Platform) -> list[Event]:
    """`person` is a pseudonym that was never used and is used for nothing else."""
    return [WatchRequested(person=person, platform=platform, seen_gone=True)]


def note_answer(watch: Watch, answer: WatchAnswer, heard: UUID) -> list[Event]:
    """Note what monitoring said. A word already known, an arrival told after the yes, or a word after the end adds nothing."""
    if watch.ended or watch.answer in (answer, WatchAnswer.ACCEPTED):
        return []
    return [WatchAnswered(person=watch.person, answer=answer, heard=heard)]


def end(watch: Watch) -> list[Event]:
    return [] if watch.ended else [WatchEnded(person=watch.person)]
