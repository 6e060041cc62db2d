"""The founding history of victim support: 163 people supported in 2020, driven through this service's own commands.

Everything depends on the seed of the world only. All people are invented; their sealed names end with " (가상)".
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ansim.access import seed_demo_staff
from ansim.history import Step, World
from victim_support.history.cases import case_histories
from victim_support.history.long_cases import long_steps
from victim_support.history.open_cases import open_steps

__all__ = ["case_histories", "founding_steps", "history"]


def history(world: World, now: datetime | None = None) -> Iterator[Step]:
    """The founding years, then the cases that lie open in the days before `now`, where the demo's staff have accounts."""
    yield from founding_steps(world)
    if world.founding:
        now = now or datetime.now(UTC)
        yield from sorted([*open_steps(world, now), *long_steps(world, now)], key=lambda step: step.at)


def founding_steps(world: World) -> Iterator[Step]:
    """All steps of the founding years in order of time. Each case waits for its referral to have arrived from intake."""
    steps = [step for plan in case_histories(world) for step in plan.steps()]
    if world.founding:
        before_all = min(step.at for step in steps) - timedelta(hours=1)
        steps.append(Step("victim-support/0/staff", before_all, lambda unit: seed_demo_staff(unit.conn)))
    yield from sorted(steps, key=lambda step: step.at)
