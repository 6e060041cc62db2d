"""Monitoring's part of the founding history: the thousand citizens of spring 2021, what they found and what became of it.

Everything is invented and drawn from the world's seed. The numbers that the published text rests on hold exactly:
`RECRUITED` people are vetted by 27 May 2021. A few sightings are told as of the last days before `now`, so that the
lists of a demonstration are alive; their ids and contents are seeded like all others, only their times follow `now`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from ansim.history import Step, World
from monitoring.history.people import ACTIVATED, APPLIED, RECRUITED, TRAINED, people, steps_of_person
from monitoring.history.posts import POSTS, RECENT, posts, recent_posts, steps_of_post

__all__ = ["ACTIVATED", "APPLIED", "POSTS", "RECENT", "RECRUITED", "TRAINED", "history"]


def history(world: World, now: datetime | None = None) -> Iterator[Step]:
    """All steps in the order of their times."""
    everybody = people(world)
    steps = [step for person in everybody for step in steps_of_person(person)]
    found = [*posts(world, everybody), *recent_posts(world, everybody, now or datetime.now(UTC))]
    steps += [step for post in found for step in steps_of_post(post)]
    yield from sorted(steps, key=lambda step: (step.at, step.key))
