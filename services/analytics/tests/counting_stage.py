"""A stage for tests: invented lives put on topics in memory, and everything needed to count them."""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from analytics.bench.lives import Happened, lives
from analytics.definitions import definitions, tallies
from analytics.domain.figure import figure
from analytics.domain.tally import CellKey, Plan
from analytics.statistics.memory import MemoryTopics
from analytics.statistics.worker import all_places

PLAN = Plan(dict(enumerate(tallies().values(), start=1)))
NUMBERS = {tally.hash: number for number, tally in PLAN.tallies.items()}
PLACES = all_places()


def partition_of(person: UUID) -> int:
    return person.int % 4


def put_on_topics(happened: Sequence[Happened], random: Random | None = None) -> MemoryTopics:
    """Each event on its service's topic. With `random`, some come twice, at once or later, as after a relay's crash."""
    topics = MemoryTopics()
    positions: dict[str, int] = {}
    for event in happened:
        service, person = type(event.event).service, event.event.person
        positions[service] = positions.get(service, 0) + 1
        wire = event.on_the_wire(positions[service], UUID(int=positions[service]))
        for _ in range(1 if random is None or random.random() > 0.1 else random.randint(2, 3)):
            topics.put(service, partition_of(person), str(person).encode(), wire)
        if random is not None and random.random() < 0.02:
            log = topics.logs[service, partition_of(person)]
            again = random.choice(log)
            topics.put(service, partition_of(person), again.key, again.value)
    return topics


def told(seed: int, persons: int, together: int = 20) -> list[Happened]:
    return list(lives(seed, persons, together))


def figures_of(cells: dict[CellKey, int]) -> dict[str, tuple[int, int | None, int | None]]:
    """Every count and share without a moving window, read from cells."""
    found = {}
    for d in definitions():
        if d.value != "breakdown" and d.current is None:
            number = NUMBERS[d.tally.hash]
            of_tally = {codes: count for (tally, codes), count in cells.items() if tally == number}
            read = figure(d.tally, d.measure("0", "0"), of_tally)
            found[d.id] = (read.numerator, read.denominator, read.unknown)
    return found
