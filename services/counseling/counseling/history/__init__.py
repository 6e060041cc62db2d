"""The founding history of counseling: the plan of the youths turned into commands, and a few enrolments of today."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ansim.history import Step, World, youths
from counseling.history.founding import steps_of
from counseling.history.today import steps_today

__all__ = ["history"]


def history(world: World) -> Iterator[Step]:
    """All steps of counseling in time order: 118 youths of 2019 to 2021, then what makes today's desk look alive.

    Ids depend on the world only. The enrolments of today lie around the present, so outside every closed period.
    """
    past = [step for case in youths(world) for step in steps_of(world, case)]
    yield from sorted(past, key=lambda step: step.at)
    yield from sorted(steps_today(world, datetime.now(UTC)), key=lambda step: step.at)
