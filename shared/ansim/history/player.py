"""Plays services' histories through their own commands: resumable, in order, each step once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from time import monotonic
from typing import Final
from uuid import uuid4

import structlog

from ansim.clock.rest import HISTORY, end_rest, rest
from ansim.errors import Fatal, Retriable, VersionConflict
from ansim.history.world import Step, World
from ansim.journal import Actor, Context, Store, Unit

HISTORIAN: Final = Actor("system:history", "historian", "")
CHUNK: Final = 25
PATIENCE_SECONDS: Final = 120.0
"""How long a step may wait for what must arrive from another service before the history gives up."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one service's history is: steps done of all."""

    service: str
    done: int
    total: int


class HistoryPlayer:
    """Plays one service's steps.

    Promises: steps run in order; each is carried out once, however often the player is started or killed, because its
    key is kept in the same transaction as its effect. Steps share transactions of up to 25.
    """

    def __init__(self, service: str, store: Store, world: World, report: Callable[[Progress], None]) -> None:
        self._service = service
        self._store = store
        self._world = world
        self._report = report
        self._log = structlog.get_logger("history").bind(service=service)

    async def begin(self) -> None:
        """Nothing lapses, is missed or expires by time alone from now on, until `end`. May be repeated."""
        await self._patiently(rest)

    async def end(self) -> None:
        """Time goes its way again. Only when every history is through that this one hands something to."""
        await self._patiently(end_rest)

    async def _patiently(self, act: Callable[[Store, Context, str], Awaitable[None]]) -> None:
        while True:
            try:
                return await act(self._store, Context(HISTORIAN, datetime.now(UTC), uuid4()), HISTORY)
            except Retriable:
                await asyncio.sleep(0.5)

    async def play(self, steps: Iterable[Step]) -> int:
        """Play all steps; returns how many were new. Raises Fatal when something awaited does not arrive."""
        plan = list(steps)
        done = await self._already_done(plan)
        todo = [step for step in plan if self._world.uuid("step", step.key) not in done]
        finished, waiting = len(plan) - len(todo), monotonic()
        self._report(Progress(self._service, finished, len(plan)))
        source = iter(todo)
        pending = list(islice(source, CHUNK))
        while pending:
            count = await self._play_chunk(pending)
            if count:
                waiting = monotonic()
            elif monotonic() - waiting > PATIENCE_SECONDS:
                raise Fatal(f"the history of {self._service} waited too long at step {pending[0].key}")
            else:
                await asyncio.sleep(0.1)
            finished += count
            self._report(Progress(self._service, finished, len(plan)))
            pending = [*pending[count:], *islice(source, count)]
        return len(todo)

    async def _already_done(self, plan: list[Step]) -> set[object]:
        keys = [self._world.uuid("step", step.key) for step in plan]
        if len(set(keys)) != len(keys):
            raise Fatal(f"the history of {self._service} names a step twice")
        while True:
            try:
                async with self._store.read() as conn:
                    rows = await conn.fetch("select key from command_done where key = any($1)", keys)
                return {row["key"] for row in rows}
            except Retriable:
                await asyncio.sleep(0.5)

    async def _play_chunk(self, steps: list[Step]) -> int:
        """Play as many of these steps as are ready, in one transaction; returns how many."""
        try:
            async with self._store.unit(self._context(steps[0])) as unit:
                count = 0
                for step in steps:
                    if step.ready is not None and not await step.ready(unit.conn):
                        break
                    await self._run(unit, step)
                    count += 1
        except Retriable:
            self._log.warning("history_waits")
            await asyncio.sleep(0.5)
            return 0
        except VersionConflict:
            return 0  # a reaction to another service's event was faster; nothing of this chunk was written, the next try sees it
        return count

    async def _run(self, unit: Unit, step: Step) -> None:
        unit.context = self._context(step)
        if await unit.once(self._world.uuid("step", step.key)):
            await step.run(unit)

    def _context(self, step: Step) -> Context:
        return Context(HISTORIAN, step.at.astimezone(UTC), self._world.uuid("correlation", step.key), all_teams=True)
