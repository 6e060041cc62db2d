"""How long a person waits from a commit to the dashboard's number."""

import asyncio
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx2

from ansim.cli.surroundings import settings_for
from ansim.contracts.codes import District
from ansim.contracts.monitoring import VolunteerApplied
from ansim.journal import Unit
from ansim.runtime import Kit, installed_service, open_kit
from ansim.testing.kits import subject_of
from ansim.testing.stores import some_context
from tests.conftest import RunningSuite


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds of `count` observations."""

    count: int
    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Percentiles":
        ordered = sorted(seconds)

        def at(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

        return cls(len(ordered), at(0.50), at(0.95), at(0.99))

    def __str__(self) -> str:
        return f"p50 {self.p50:7.1f}   p95 {self.p95:7.1f}   p99 {self.p99:7.1f} ms   (n = {self.count})"


async def commit_to_dashboard(suite: RunningSuite, per_second: int, seconds: int) -> Percentiles:
    """From a command's commit to the number that an open dashboard was sent, at a steady rate of events.

    The dashboard's stream names the highest position that its numbers count; the n-th event of this run is on the page
    once that has grown by n.
    """
    analytics, monitoring = installed_service("analytics"), installed_service("monitoring")
    async with open_kit(settings_for("monitoring"), monitoring) as writer:
        async with open_kit(settings_for("analytics"), analytics) as reader:
            cookies = await reader.access.sign_in_as(subject_of("analyst"))
        shown: list[tuple[float, int]] = []
        ready, stop = asyncio.Event(), asyncio.Event()
        watching = asyncio.create_task(_watch(suite.url("analytics"), cookies, shown, ready, stop))
        await ready.wait()
        base = shown[-1][1]
        commits = await _commit_steadily(writer, per_second, seconds)
        async with asyncio.timeout(60):
            while not shown or shown[-1][1] < base + len(commits):
                await asyncio.sleep(0.01)
        stop.set()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    delays, cursor = [], 0
    for number, at in enumerate(commits, start=1):
        while shown[cursor][1] < base + number:
            cursor += 1
        delays.append(max(0.0, shown[cursor][0] - at))
    return Percentiles.of(delays)


async def _watch(
    url: str, cookies: dict[str, str], shown: list[tuple[float, int]], ready: asyncio.Event, stop: asyncio.Event
) -> None:
    async with (
        httpx2.AsyncClient(base_url=url, cookies=cookies, trust_env=False, timeout=30) as client,
        client.stream("GET", "/live") as stream,
    ):
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                shown.append((time.perf_counter(), int(line[4:])))
                ready.set()
            if stop.is_set():
                return


async def _commit_steadily(kit: Kit, per_second: int, seconds: int) -> list[float]:
    """One volunteer's application a time, spread evenly; returns when each was committed."""
    begun, commits = time.perf_counter(), []

    def evolve(state: object, event: object) -> str:
        return "applied"

    async def apply(unit: Unit) -> None:
        person = uuid4()
        stream = await unit.stream("volunteer", person, evolve)
        await stream.append(VolunteerApplied(person=person, district=District.MAPO))

    for number in range(per_second * seconds):
        await asyncio.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
        async with kit.store.unit(some_context(role="coordinator")) as unit:
            await apply(unit)
        commits.append(time.perf_counter())
    return commits
