"""Once a second: how the service's tables stand, for status, metrics and the strip that staff see."""

import asyncio
from datetime import UTC, datetime

from ansim.errors import Retriable
from ansim.runtime.kit import Kit
from ansim.telemetry import metrics as m

EVERY_SECONDS = 1.0

_SAMPLE = """
select (select count(*) from journal where position is null) as unpublished,
       (select min(recorded_at) from journal where position is null) as oldest,
       (select position from relay_state) as position,
       (select count(*) from parked where replayed_at is null) as parked,
       (select min(parked_at) from parked where replayed_at is null) as parked_since
"""


async def sample(kit: Kit, stopping: asyncio.Event) -> None:
    """Keep `kit.vitals` and the gauges current until `stopping` is set. A database that is away is a sample too."""
    beat = kit.vitals.loop("sampler")
    while not stopping.is_set():
        beat.beat()
        try:
            await sample_once(kit)
        except Retriable:
            kit.vitals.database = False
        try:
            async with asyncio.timeout(EVERY_SECONDS):
                await stopping.wait()
        except TimeoutError:
            continue


async def sample_once(kit: Kit) -> None:
    """One sample. Raises Retriable when the database is away."""
    async with kit.store.read() as conn:
        row = await conn.fetchrow(_SAMPLE)
    if row is None:
        return
    vitals, now = kit.vitals, datetime.now(UTC)
    vitals.database = True
    vitals.unpublished, vitals.oldest = row["unpublished"], row["oldest"]
    vitals.position, vitals.parked = row["position"] or 0, row["parked"]
    kit.metrics.set(m.OUTBOX_ROWS, vitals.unpublished)
    kit.metrics.set(m.OUTBOX_OLDEST_SECONDS, _age(row["oldest"], now))
    kit.metrics.set(m.RELAY_POSITION, vitals.position)
    kit.metrics.set(m.RELAY_LEADER, int(vitals.leading))
    kit.metrics.set(m.PARKED_EVENTS, vitals.parked)
    kit.metrics.set(m.PARKED_OLDEST_SECONDS, _age(row["parked_since"], now))
    for name, beat in vitals.loops.items():
        kit.metrics.set(m.PROGRESS_SECONDS, beat.age_seconds, worker=name)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
