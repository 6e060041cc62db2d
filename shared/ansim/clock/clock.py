"""A running clock, and the clocks of a story that ran out. Pure: the same events and rules always give the same answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, ReferralTarget


@dataclass(frozen=True, slots=True)
class Moment:
    """An event, the stream it belongs to, when it happened, and its id, by which a clock names what started it."""

    stream: UUID
    event: Event
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Clock:
    """`task` is waited for until `due_at`, under `rule`, since the event `started_by` (kind and id).

    `waiting_for` is None while it is our own turn, else whose turn it is.
    """

    task: StrEnum
    rule: DeadlineRule
    started_by: StrEnum
    started_event: UUID
    started_at: datetime
    due_at: datetime
    waiting_for: ReferralTarget | None = None

    @property
    def key(self) -> tuple[DeadlineRule, UUID]:
        """What makes this clock one and the same, whenever it is looked at."""
        return self.rule, self.started_event


def missed(
    moments: Sequence[Moment], clock_of: Callable[[Sequence[Moment]], Clock | None], now: datetime
) -> list[Clock]:
    """Every clock of a story that ran out, oldest first, each once: those still running late at `now`, and those that
    were ended too late. `clock_of` tells the clock that runs after some first part of the story.

    Moments are taken in the order of their times. A clock that stands still while another has the turn and then goes on
    from the same event is the same clock; it is missed when it was past its end while it ran.
    """
    story = sorted(moments, key=lambda moment: moment.at)
    found: dict[tuple[DeadlineRule, UUID], Clock] = {}
    for number in range(1, len(story) + 1):
        running = clock_of(story[:number])
        until = story[number].at if number < len(story) else now
        if running is not None and running.due_at < until:
            found.setdefault(running.key, running)
    return sorted(found.values(), key=lambda clock: clock.due_at)
