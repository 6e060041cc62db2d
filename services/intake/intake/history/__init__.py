"""Intake's part of the founding history: what people did, with past times, through the service's own commands."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ansim.history import Step, World

from .founding import closing_steps, founding_steps
from .open_reports import open_steps
from .others import other_steps
from .recent import recent_steps
from .turned import turned_steps

__all__ = ["history"]


def history(world: World, now: datetime | None = None) -> Iterator[Step]:
    """All steps: the past in the order of time, then the reports that lie open now, then what waits for receivers.

    The founding years depend on the world only; the open reports lie in the days before `now`, so that a queue looks as
    on a working day whenever the history is first played.
    """
    yield from sorted([*founding_steps(world), *other_steps(world)], key=lambda step: step.at)
    now = now or datetime.now(UTC)
    of_today = [*recent_steps(world, now), *turned_steps(world, now), *open_steps(world, now)]
    yield from sorted(of_today, key=lambda step: step.at)
    yield from closing_steps(world)
