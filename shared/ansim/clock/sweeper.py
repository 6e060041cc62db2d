"""Upkeep that time alone brings about: missed deadlines, lapses, expiries. One process of a service sweeps at a time.

A sweep finds records that need something and does it to one record in a transaction of its own. One that fails is told
in the log and tried again later; it never keeps the others waiting. Doing it twice has no second effect: what
was done is in the record's own stream.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import structlog

from ansim.clock.rest import resting
from ansim.errors import AnsimError, Retriable
from ansim.journal import Actor, Context, Store, Unit
from ansim.relay.leader import Leader

EVERY_SECONDS: Final = 5.0
BATCH: Final = 200
REST_SECONDS: Final = 60.0
"""A record that failed is left alone for this long, so that failures never fill the batches."""
LOCK_KEY: Final = 0x5377656570  # "Sweep": one sweeper a database

log = structlog.get_logger("sweeper")


@dataclass(frozen=True, slots=True)
class Sweep:
    """`find` gives at most so many records that need it now; `act` does it to one of them."""

    name: str
    find: Callable[[asyncpg.Connection, datetime, int], Awaitable[Sequence[UUID]]]
    act: Callable[[Unit, UUID], Awaitable[None]]


class Sweeper:
    """Runs a service's sweeps while it leads. `beat` is the time of its last round."""

    def __init__(self, service: str, sweeps: Sequence[Sweep], store: Store, leader: Leader) -> None:
        self._service = service
        self._sweeps = sweeps
        self._store = store
        self._leader = leader
        self.beat = monotonic()
        self.done = 0
        self._resting: dict[tuple[str, UUID], float] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        try:
            while not stopping.is_set():
                self.beat = monotonic()
                try:
                    if await self._leader.acquire():
                        await self.sweep(datetime.now(UTC))
                except Retriable as error:
                    log.warning("sweeper_waits", reason=type(error).__name__)
                with suppress(TimeoutError):
                    async with asyncio.timeout(EVERY_SECONDS):
                        await stopping.wait()
        finally:
            await self._leader.release()

    async def sweep(self, now: datetime) -> int:
        """One round over all sweeps, none while upkeep rests. Returns how many records were dealt with. Raises Retriable."""
        if await resting(self._store, self._context(now)):
            return 0
        done = 0
        for sweep in self._sweeps:
            async with self._store.unit(self._context(now)) as unit:
                found = await sweep.find(unit.conn, now, BATCH + len(self._resting))
            for record in found:
                self.beat = monotonic()
                if self._resting.get((sweep.name, record), 0.0) <= self.beat:
                    done += await self._act(sweep, record, now)
        self.done += done
        return done

    async def _act(self, sweep: Sweep, record: UUID, now: datetime) -> bool:
        try:
            async with self._store.unit(self._context(now)) as unit:
                await sweep.act(unit, record)
        except Retriable:
            raise
        except (AnsimError, ValueError, TypeError, asyncpg.PostgresError) as error:
            self._resting[sweep.name, record] = monotonic() + REST_SECONDS
            log.exception("sweep_failed", sweep=sweep.name, record=record, error=type(error).__name__)
            return False
        self._resting.pop((sweep.name, record), None)
        return True

    def _context(self, now: datetime) -> Context:
        return Context(Actor(f"system:{self._service}", "system"), now, uuid4(), all_teams=True)
