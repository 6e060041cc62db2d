"""What the operations page reads of the pulse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from analytics.pulse.beat import quantile
from ansim.contracts import SERVICES

MINUTES = 60


@dataclass(frozen=True, slots=True)
class Delay:
    """From recorded to seen by the pulse, in milliseconds, over the last ten minutes. None when nothing came."""

    p50: int | None
    p95: int | None
    most: int | None
    events: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last hour. `minutes` are events a minute, oldest first, the running minute last."""

    minutes: Mapping[str, list[int]]
    types: list[tuple[str, str, int, int]]
    delays: Mapping[str, Delay]
    parked: int
    seen_at: datetime | None

    @property
    def top(self) -> int:
        """The largest minute, rounded up: the shared scale of the drawings."""
        most = max((max(values) for values in self.minutes.values()), default=0)
        return next(step for step in (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10**9) if most <= step)


async def read_pulse(conn: asyncpg.Connection, now: datetime) -> Pulse:
    """The last hour, in the caller's transaction."""
    start = now.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    rows = await conn.fetch(
        "select minute, service, sum(events)::bigint as events from pulse_minute where minute >= $1"
        " group by minute, service",
        start,
    )
    minutes = {service: [0] * MINUTES for service in SERVICES}
    for row in rows:
        at = int((row["minute"] - start).total_seconds() // 60)
        if row["service"] in minutes and 0 <= at < MINUTES:
            minutes[row["service"]][at] = row["events"]
    types = await conn.fetch(
        "select service, type, sum(events)::bigint as hour,"
        " coalesce(sum(events) filter (where minute >= $2), 0)::bigint as recent"
        " from pulse_minute where minute >= $1 group by service, type order by hour desc, type limit 12",
        start,
        now - timedelta(minutes=5),
    )
    progress = await conn.fetchrow("select sum(parked)::bigint as parked, max(seen_at) as seen_at from pulse_progress")
    return Pulse(
        minutes,
        [(row["service"], row["type"], row["hour"], row["recent"]) for row in types],
        await _delays(conn, now - timedelta(minutes=10)),
        (progress["parked"] if progress else None) or 0,
        progress["seen_at"] if progress else None,
    )


async def _delays(conn: asyncpg.Connection, since: datetime) -> dict[str, Delay]:
    rows = await conn.fetch(
        "select service, upto, sum(events)::bigint as events from pulse_delay where minute >= $1 group by service, upto",
        since,
    )
    buckets: dict[str, dict[int, int]] = {service: {} for service in SERVICES}
    for row in rows:
        buckets.setdefault(row["service"], {})[row["upto"]] = row["events"]
    return {
        service: Delay(quantile(found, 0.5), quantile(found, 0.95), max(found, default=None), sum(found.values()))
        for service, found in buckets.items()
    }
