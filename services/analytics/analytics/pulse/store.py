"""The pulse's tables: counts and offsets in one transaction, so that a message that comes twice counts once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from analytics.pulse.beat import count
from analytics.statistics.wire import Fact, Unreadable
from ansim.errors import Retriable
from ansim.journal import Store
from ansim.journal.store import AWAY

_MINUTES: Final = (
    "insert into pulse_minute (minute, service, type, events) values ($1, $2, $3, $4)"
    " on conflict (minute, service, type) do update set events = pulse_minute.events + excluded.events"
)
_DELAYS: Final = (
    "insert into pulse_delay (minute, service, upto, events) values ($1, $2, $3, $4)"
    " on conflict (minute, service, upto) do update set events = pulse_delay.events + excluded.events"
)
_PROGRESS: Final = (
    "insert into pulse_progress (service, partition, next_offset, parked, seen_at)"
    " values ($1, $2, $3, $4, clock_timestamp()) on conflict (service, partition) do update set"
    " next_offset = excluded.next_offset, parked = pulse_progress.parked + excluded.parked, seen_at = excluded.seen_at"
)


async def add(store: Store, facts: Sequence[Fact | Unreadable]) -> int:
    """Count what was not counted before; returns how many messages were new. Raises Retriable."""
    try:
        async with store.pool.acquire(timeout=5) as conn, conn.transaction():
            rows = await conn.fetch("select service, partition, next_offset from pulse_progress for update")
            known = {(row["service"], row["partition"]): row["next_offset"] for row in rows}
            counts = count(facts, known, datetime.now(UTC))
            await conn.executemany(_MINUTES, [(*key, n) for key, n in sorted(counts.minutes.items())])
            await conn.executemany(_DELAYS, [(*key, n) for key, n in sorted(counts.delays.items())])
            await conn.executemany(
                _PROGRESS,
                [(*place, offset, counts.parked.get(place, 0)) for place, offset in counts.next_offsets.items()],
            )
    except AWAY as error:
        raise Retriable("the database is away") from error
    return sum(counts.minutes.values())


async def forget_yesterday(store: Store) -> None:
    """The pulse is kept for a day."""
    try:
        async with store.pool.acquire(timeout=5) as conn:
            await conn.execute("delete from pulse_minute where minute < clock_timestamp() - interval '1 day'")
            await conn.execute("delete from pulse_delay where minute < clock_timestamp() - interval '1 day'")
    except AWAY as error:
        raise Retriable("the database is away") from error
