"""Counting everything anew, from offset 0, beside the statistics in use; then switching to it in one transaction."""

import asyncio
import gc
from collections.abc import Callable

import asyncpg
from msgspec import Struct

from analytics.definitions import tallies
from analytics.statistics.kafka import KafkaSource
from analytics.statistics.loop import Loop
from analytics.statistics.postgres import PostgresLedger, connect, talking
from analytics.statistics.worker import all_places
from ansim.errors import Fatal

_LOCK = "select pg_try_advisory_lock(hashtext('statistics rebuild'))"


class Rebuilt(Struct, frozen=True):
    """What a rebuild counted, and the generation that is shown now."""

    generation: int
    events: int
    cells: int


async def rebuild(
    url: str,
    bootstrap: str,
    *,
    drop_old: bool = False,
    source: KafkaSource | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Rebuilt:
    """Count from offset 0 into a fresh generation and switch to it. The worker in use goes on until the switch and
    then follows by itself. The old generation stays until dropped.

    `progress` hears (events done, events in all). Raises Fatal when another rebuild runs, Retriable when a server is away.
    """
    conn = await connect(url)
    try:
        async with talking():
            if not await conn.fetchval(_LOCK):
                raise Fatal("another rebuild is running")
            await _drop(conn, "building")
            generation: int = await conn.fetchval("select statistics_create()")
            events, cells = await _count(url, source or KafkaSource(bootstrap), generation, progress)
            await conn.execute("select statistics_switch($1)", generation)
            if drop_old:
                await _drop(conn, "old")
    finally:
        conn.terminate()
    return Rebuilt(generation, events, cells)


async def _drop(conn: asyncpg.Connection, state: str) -> None:
    for row in await conn.fetch("select number from statistics_generation where state = $1", state):
        await conn.execute("select statistics_drop($1)", row["number"])


async def _count(
    url: str, source: KafkaSource, generation: int, progress: Callable[[int, int], None]
) -> tuple[int, int]:
    """Count up to the end, and again what came meanwhile, until hardly anything does."""
    ledger, places = PostgresLedger(url, generation, "rebuild"), all_places()
    done = total = 0

    def step(count: int) -> None:
        nonlocal done
        done += count
        progress(done, max(total, done))

    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        await ledger.open(tallies().values())
        for _ in range(5):
            await source.start(dict.fromkeys(places, 0))
            ends = await source.ends()
            if sum(ends.values()) == total and total:
                break
            total = sum(ends.values())
            loop = Loop(source, ledger, ledger.plan, limit=20_000, capacity=200_000)
            await loop.run(places, asyncio.Event(), until=ends, progress=step)
        return done, len(await ledger.cells())
    finally:
        gc.enable()
        await source.close()
        await ledger.close()
