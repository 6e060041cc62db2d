"""kill -9 of every process at random moments while history is played in: nothing twice, nothing missing.

ANSIM_FAULT_SEEDS says how many seeds; the first is the day's, ANSIM_FAULT_SEED sets another, to repeat a run. Each seed is printed with the
order of killing. The first seed plays the founding history to its end, on a suite of its own, and compares the published figures.
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date

import asyncpg
import pytest

from ansim.contracts import SERVICES
from ansim.history.world import FOUNDING_SEED
from tests.conftest import RunningSuite, a_suite, wait_for
from tests.topics import read_topics

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1_500)]

SEEDS = int(os.environ.get("ANSIM_FAULT_SEEDS", "1"))
FIRST = int(os.environ.get("ANSIM_FAULT_SEED", "0")) or date.today().toordinal()  # noqa: DTZ011 - any day will do
ROUND_SECONDS = 600


@contextlib.contextmanager
def a_player(suite: RunningSuite, world: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ansim.cli", "history", "--seed", str(world)],
        env=suite.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def play_while_killing(suite: RunningSuite, rng: random.Random, world: int, *, to_its_end: bool) -> list[str]:
    """Play a world's history; kill each process once, in random order, at random moments, the player too.

    Returns the names in the order in which they were killed. With `to_its_end` the player is started again until it has
    played everything; otherwise the rest of that world never happens.
    """
    victims = [process["name"] for process in suite.processes()] + ["history"]
    rng.shuffle(victims)
    killed: list[str] = []
    deadline = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < deadline:
        with a_player(suite, world) as player:
            while player.poll() is None and victims:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    player.wait(rng.uniform(0.2, 2.0))
                if player.poll() is None:
                    killed.append(kill(suite, victims.pop(), player))
            if not victims and not to_its_end:
                return killed
            with contextlib.suppress(subprocess.TimeoutExpired):
                player.wait(max(1.0, deadline - time.monotonic()))
            if player.returncode == 0:
                return killed + [kill(suite, name, None) for name in victims if name != "history"]
    pytest.fail(f"the history was not played to its end in {ROUND_SECONDS} s; killed {killed}")


def kill(suite: RunningSuite, name: str, player: "subprocess.Popen[bytes] | None") -> str:
    if name == "history":
        assert player is not None
        player.kill()
    else:
        suite.kill(name)
    return name


async def journals(suite: RunningSuite) -> dict[str, set[str]]:
    """Event ids in each service's journal; checks that given positions are gapless. Reactions to what was killed may still
    be adding to it."""
    found: dict[str, set[str]] = {}
    for service in SERVICES:
        conn = await asyncpg.connect(suite.owner_url().rsplit("/", 1)[0] + f"/ansim_{service.replace('-', '_')}")
        rows = await conn.fetch("select event_id, position from journal order by position nulls last")
        await conn.close()
        given = [row["position"] for row in rows if row["position"] is not None]
        assert given == list(range(1, len(given) + 1)), service
        found[service] = {str(row["event_id"]) for row in rows}
    return found


async def topics(suite: RunningSuite) -> dict[str, set[str]]:
    """Event ids on each topic, however often they are there."""
    found: dict[str, set[str]] = {service: set() for service in SERVICES}
    async for service, record in read_topics(suite):
        found[service].add(json.loads(record.value)["id"])
    return found


@pytest.fixture(scope="module")
def battered() -> Iterator[RunningSuite]:
    """One suite for all seeds: each seed adds a world of its own to what the former left."""
    with a_suite("--no-history") as suite:
        yield suite


def batter(suite: RunningSuite, seed: int, world: int, *, to_its_end: bool) -> None:
    """Kill everything once while a world is played; then nothing may be lost, sent twice, parked or counted wrongly."""
    killed = play_while_killing(suite, random.Random(seed), world, to_its_end=to_its_end)
    sys.stdout.write(f"fault seed {seed} (repeat with ANSIM_FAULT_SEED={seed}): killed {', '.join(killed)}\n")
    wait_for(suite.ready, 120, "every process up again")
    wait_for(suite.settled, 120, "an empty outbox everywhere")

    code, said = suite.cli("reconcile", check=False)
    assert code == 0, said
    assert all(process["parked"] in (0, None) for process in suite.processes())
    wait_for(lambda: asyncio.run(journals(suite)) == asyncio.run(topics(suite)), 60, "every journal on its topic")


def test_the_founding_figures_come_out_although_everything_was_killed_on_the_way() -> None:
    with a_suite("--no-history") as suite:
        batter(suite, FIRST, FOUNDING_SEED, to_its_end=True)
        wrong = {
            name: (figure["value"], figure["published"])
            for name, figure in suite.figures().items()
            if figure["published"] is not None and round(figure["value"]) != figure["published"]
        }
    assert wrong == {}


@pytest.mark.parametrize("seed", [FIRST + n for n in range(1, SEEDS)])
def test_whatever_is_killed_nothing_is_lost_and_nothing_counts_twice(battered: RunningSuite, seed: int) -> None:
    batter(battered, seed, seed, to_its_end=False)
