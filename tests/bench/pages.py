"""How long a person waits for intake's two busiest pages, and what a page costs with a thousand reports and with a hundred
thousand."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import psutil

from ansim.cli.surroundings import settings_for
from ansim.provision.databases import at_database, database_of
from ansim.runtime import installed_service, open_kit
from ansim.testing.kits import subject_of
from tests.bench.browsers import Browser
from tests.bench.delay import Percentiles
from tests.bench.filling import fill, sealed
from tests.conftest import RunningSuite, form_fields

SIZES: Final = (1_000, 10_000, 100_000)
PER_SECOND: Final = 50
REST_SECONDS: Final = 4
SENDINGS_OF_ONE_ADDRESS: Final = 20
"""Fewer than the report page takes from one address without slowing it down."""

Request = Callable[[int], Awaitable[tuple[int, str]]]


@dataclass(frozen=True)
class Cost:
    """Processor milliseconds for each page, of everything that runs: in intake's process, in PostgreSQL, in the other
    processes of the suite, and in this one, which asks. Seconds that the machine's processors were busy, as a share."""

    intake: float
    postgres: float
    others: float
    asking: float
    busy: float

    @property
    def page(self) -> float:
        """What the page itself costs."""
        return self.intake + self.postgres

    def __str__(self) -> str:
        return f"intake {self.intake:5.1f}   PostgreSQL {self.postgres:5.1f}   other processes {self.others:5.1f} ms"


@dataclass(frozen=True)
class Kind:
    """One of the pages: what it is called, what is sent for the n-th time, and the status of a good answer."""

    name: str
    request: Request
    status: int


@dataclass(frozen=True)
class Run:
    """`refused`: statuses of answers that were not the page, and how many."""

    waited: Percentiles
    refused: Counter[int]
    cost: Cost

    @property
    def complaint(self) -> str:
        return "".join(f"   NOT THE PAGE: {count} x {status}" for status, count in sorted(self.refused.items()))


class Processes:
    """The processor time that the suite's processes have used so far."""

    def __init__(self, suite: RunningSuite) -> None:
        self._pids = {each["name"]: each["pid"] for each in suite.processes()}

    def used(self) -> dict[str, float]:
        seconds = {name: self._of(pid, name) for name, pid in self._pids.items()}
        return {**seconds, "asking": time.process_time(), "clock": time.monotonic()}

    @staticmethod
    def _of(pid: int, name: str) -> float:
        """Of one process; of PostgreSQL's with all that it started. Raises RuntimeError when it is not there any more."""
        try:
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)] if name == "postgres" else [process]
        except psutil.NoSuchProcess:
            raise RuntimeError(f"{name} ended while it was measured") from None
        total = 0.0
        for each in family:
            with suppress(psutil.NoSuchProcess):  # a connection's process may end at any time
                times = each.cpu_times()
                total += times.user + times.system
        return total

    async def at_rest(self) -> dict[str, float]:
        """Seconds of processor time that each process uses in a second in which nobody asks for anything."""
        before = self.used()
        await asyncio.sleep(REST_SECONDS)
        return {name: (used - before[name]) / REST_SECONDS for name, used in self.used().items()}

    @staticmethod
    def between(
        before: dict[str, float], after: dict[str, float], count: int, rest: dict[str, float] | None = None
    ) -> Cost:
        """With `rest`, only what the pages cost beyond it."""
        seconds = after["clock"] - before["clock"]
        beyond = {name: after[name] - before[name] - (rest or {}).get(name, 0.0) * seconds for name in before}
        spent = {name: seconds * 1000 / count for name, seconds in (beyond | {"clock": seconds}).items()}
        others = sum(spent[name] for name in spent.keys() - {"intake", "postgres", "asking", "clock"})
        busy = (others + spent["intake"] + spent["postgres"] + spent["asking"]) / spent["clock"]
        return Cost(spent["intake"], spent["postgres"], others, spent["asking"], busy)


@asynccontextmanager
async def kinds(suite: RunningSuite, sendings: int) -> AsyncIterator[tuple[Kind, Kind]]:
    """Both pages, with browsers for so many sendings of the report page."""
    url = suite.url("intake")
    async with open_kit(settings_for("intake"), installed_service("intake")) as kit:
        cookies = await kit.access.sign_in_as(subject_of("intake_officer"))
    people = [Browser(url, person) for person in range(1 + (sendings - 1) // SENDINGS_OF_ONE_ADDRESS)]
    desk = [Browser(url, 10_000 + seat) for seat in range(20)]
    tokens = [form_fields((await person.get("/report"))[1])["csrf"] for person in people]
    for seat in desk:
        seat.cookies |= cookies

    async def report(number: int) -> tuple[int, str]:
        who = number % len(people)
        return await people[who].post("/report", _last_step(tokens[who]))

    async def queue(number: int) -> tuple[int, str]:
        return await desk[number % len(desk)].get("/triage")

    try:
        yield Kind("report page POST", report, 303), Kind("staff queue page", queue, 200)
    finally:
        for browser in people + desk:
            await browser.close()


def _last_step(token: str) -> dict[str, str]:
    answer = {"reporter_role": "witness", "about_minor": "unknown", "harm_types": "other", "step": "5", "go": "next"}
    answer |= {"seen_on": "website", "narrative": "bench (invented) " * 20, "district": "mapo", "contact": ""}
    return {"csrf": token, "once": str(uuid4()), **answer}


async def steadily(
    kind: Kind,
    processes: Processes,
    count: int,
    per_second: float,
    after: int = 0,
    rest: dict[str, float] | None = None,
) -> Run:
    """`count` requests at a fixed pace, each on time however long the earlier ones take; `after` is how many were sent before.
    What each waited counts from when it was due; the cost is that beyond `rest`."""
    waited: list[float] = []
    refused: Counter[int] = Counter()

    async def one(number: int, due: float) -> None:
        status, _ = await kind.request(number)
        waited.append(time.monotonic() - due)
        refused[status] += status != kind.status

    before, begun = processes.used(), time.monotonic()
    async with asyncio.TaskGroup() as requests:
        for number in range(count):
            due = begun + number / per_second
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            requests.create_task(one(after + number, due))
    return Run(Percentiles.of(waited), +refused, processes.between(before, processes.used(), count, rest))


async def at_sizes(suite: RunningSuite, count: int, say: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> None:
    """What each page costs at each of the sizes, sent one after another at an easy pace; at the last one also what people
    wait at the pace of the goal."""
    processes, intake = Processes(suite), at_database(suite.owner_url(), database_of("intake"))
    easy = count // 5
    async with kinds(suite, (easy + 20) * len(sizes) + count + PER_SECOND) as both:
        costs: dict[str, list[Cost]] = {kind.name: [] for kind in both}
        sent = dict.fromkeys(costs, 0)

        async def run(kind: Kind, number: int, per_second: float, rest: dict[str, float] | None = None) -> Run:
            done = await steadily(kind, processes, number, per_second, sent[kind.name], rest)
            sent[kind.name] += number
            return done

        for earlier, size in zip((0, *sizes), sizes, strict=False):
            begun = time.monotonic()
            await fill(intake, earlier + 1, size)
            while not await sealed(intake):
                await asyncio.sleep(0.2)
            say(f"  {size:>7,} reports, filled in by SQL and analysed in {time.monotonic() - begun:.0f} s")
            for kind in both:
                await run(kind, 20, 20)
                done = await run(kind, easy, 20, await processes.at_rest())
                costs[kind.name].append(done.cost)
                say(f"    {kind.name:<18}  {done.cost}{done.complaint}")
        for kind in both:
            ratios = " : ".join(f"{cost.page / costs[kind.name][0].page:.2f}" for cost in costs[kind.name])
            say(f"  {kind.name}, cost at {' : '.join(f'{size:,}' for size in sizes)} reports = {ratios}")
        for kind in both:
            await run(kind, PER_SECOND, PER_SECOND)
            done = await run(kind, count, PER_SECOND)
            say(f"  {kind.name + f', {PER_SECOND} a second':<34} {done.waited}{done.complaint}")
            say(f"    {done.cost}, asking {done.cost.asking:.1f} ms; {done.cost.busy:.2f} processors busy")
