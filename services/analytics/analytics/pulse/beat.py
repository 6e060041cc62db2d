"""From messages to the pulse's counts: pure, so that it can be tested without Faust."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field

from analytics.statistics.ports import Place
from analytics.statistics.wire import Fact, Unreadable

BUCKETS_MS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 3_600_000)
"""Upper ends of the delay buckets; what took longer falls into the last."""
RECENT: Final = timedelta(hours=1)
"""Older events are a replay, not a pulse: they move the offsets and nothing else."""


class Counts(Struct):
    """What one batch adds, and how far each partition was read."""

    minutes: dict[tuple[datetime, str, str], int] = field(default_factory=dict)
    delays: dict[tuple[datetime, str, int], int] = field(default_factory=dict)
    next_offsets: dict[Place, int] = field(default_factory=dict)
    parked: dict[Place, int] = field(default_factory=dict)


def count(facts: Iterable[Fact | Unreadable], known: Mapping[Place, int], now: datetime) -> Counts:
    """Count what is new: a message before its partition's known offset came once already."""
    counts = Counts()
    for fact in facts:
        place = (fact.service, fact.partition)
        if fact.offset < known.get(place, 0):
            continue
        counts.next_offsets[place] = fact.offset + 1
        if isinstance(fact, Unreadable) or not fact.type:
            counts.parked[place] = counts.parked.get(place, 0) + 1
            continue
        delay = now - fact.recorded
        if delay > RECENT:
            continue
        minute = fact.recorded.replace(second=0, microsecond=0)
        by_type, bucket = (minute, fact.service, fact.type), (minute, fact.service, bucket_of(delay))
        counts.minutes[by_type] = counts.minutes.get(by_type, 0) + 1
        counts.delays[bucket] = counts.delays.get(bucket, 0) + 1
    return counts


def bucket_of(delay: timedelta) -> int:
    """The upper end in milliseconds of the bucket a delay falls into."""
    at = bisect_left(BUCKETS_MS, delay / timedelta(milliseconds=1))
    return BUCKETS_MS[min(at, len(BUCKETS_MS) - 1)]


def quantile(buckets: Mapping[int, int], share: float) -> int | None:
    """The upper end of the bucket that holds this quantile; None when nothing was counted."""
    whole, reached = sum(buckets.values()), 0
    for upto in sorted(buckets):
        reached += buckets[upto]
        if reached >= share * whole:
            return upto
    return None
