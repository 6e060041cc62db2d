"""Facts in, changed entities and cells out. Nothing here knows of Kafka or PostgreSQL.

An entity is everything a service says of one person (its partition key). A change subtracts what the entity added to the cells before and
adds what it adds now, once per entity and batch; so any batching gives the same cells.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct, field

from analytics.domain.state import Stream
from analytics.domain.tally import CellKey, Plan
from analytics.statistics.wire import Fact, Unreadable, is_id
from ansim.errors import ParkReason

EntityKey = tuple[str, str]
"""(service, partition key)."""


class Entity(Struct):
    """The streams of one person, and what they add to the cells as of the last commit."""

    partition: int
    streams: dict[str, Stream] = field(default_factory=dict)
    contribution: dict[CellKey, int] = field(default_factory=dict)


class Parked(Struct, frozen=True, gc=False):
    """A message that was not counted, and where to find it. Never what it says: the topic keeps that."""

    service: str
    partition: int
    offset: int
    reason: ParkReason
    type: str = ""
    stream: str = ""
    sequence: int = 0


class Seen(Struct):
    """How far a partition was read: the highest position, the newest recorded time, events counted and parked."""

    next_offset: int
    highest: int = 0
    newest: datetime | None = None
    counted: int = 0
    parked: int = 0


class Change(Struct):
    """What one batch does: all of it is committed together, or none of it."""

    entities: dict[EntityKey, Entity] = field(default_factory=dict)
    cells: dict[CellKey, int] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    seen: dict[tuple[str, int], Seen] = field(default_factory=dict)


def reduce(facts: Iterable[Fact | Unreadable], entities: dict[EntityKey, Entity], plan: Plan) -> Change:
    """Count facts into `entities`, which holds every entity they name that was counted before.

    Facts of one partition come in offset order; partitions may be mixed in any way. Entities are changed in place, so
    after a failed commit they must be loaded anew. Repeats are skipped by the stream's sequence. A stream with a gap,
    an unknown type or a bad payload is parked from there on; all others flow.
    """
    change = Change()
    dirty, seen = change.entities, change.seen
    for fact in facts:
        at = (fact.service, fact.partition)
        here = seen.get(at)
        if here is None:
            here = seen[at] = Seen(fact.offset + 1)
        here.next_offset = fact.offset + 1
        if isinstance(fact, Unreadable):
            here.parked += 1
            change.parked.append(Parked(fact.service, fact.partition, fact.offset, fact.problem))
            continue
        if fact.position > here.highest:
            here.highest = fact.position
        if here.newest is None or fact.recorded > here.newest:
            here.newest = fact.recorded
        key = (fact.service, fact.key)
        entity = entities.get(key)
        stream = entity.streams.get(fact.stream) if entity is not None else None
        if entity is not None and stream is not None and fact.fold is not None and _follows(fact, entity, stream):
            stream.sequence = fact.sequence
            stream.state = fact.fold(stream.state, fact.data, fact.day, fact.micros)
            here.counted += 1
            dirty[key] = entity
        elif stream is None or fact.sequence > stream.sequence:
            _begin_or_park(change, here, fact, entities)
    _settle(change, plan)
    return change


def _begin_or_park(change: Change, here: Seen, fact: Fact, entities: dict[EntityKey, Entity]) -> None:
    """A fact that does not simply follow: it begins a stream, or is not to be counted."""
    key = (fact.service, fact.key)
    entity = entities.get(key)
    if entity is None:
        if not is_id(fact.key):
            return _park(change, here, fact, ParkReason.bad_envelope)
        entity = entities[key] = Entity(fact.partition)
    stream = entity.streams.get(fact.stream)
    reason = _refusal(fact, entity, stream)
    if reason is ParkReason.bad_key or reason is ParkReason.bad_envelope:
        return _park(change, here, fact, reason)
    if stream is None:
        stream = entity.streams[fact.stream] = Stream()
    if reason is None and fact.fold is not None:
        stream.sequence = fact.sequence
        stream.state = fact.fold(stream.state, fact.data, fact.day, fact.micros)
        here.counted += 1
    else:
        reason = reason or ParkReason.unknown_type
        stream.parked = stream.parked or reason.value
        _park(change, here, fact, reason)
    change.entities[key] = entity
    return None


def _follows(fact: Fact, entity: Entity, stream: Stream) -> bool:
    """The plain case, which nearly all facts are: the next of a known stream that flows."""
    return (
        fact.sequence == stream.sequence + 1
        and fact.problem is None
        and not stream.parked
        and entity.partition == fact.partition
    )


def _refusal(fact: Fact, entity: Entity, stream: Stream | None) -> ParkReason | None:
    """Why a new fact may not be counted, None when it may."""
    if entity.partition != fact.partition:
        return ParkReason.bad_key
    if stream is None:
        if not is_id(fact.stream.rpartition("/")[2]):
            return ParkReason.bad_envelope
        return ParkReason.sequence_gap if fact.sequence != 1 else fact.problem
    if stream.parked:
        return ParkReason.behind_parked
    return ParkReason.sequence_gap if fact.sequence != stream.sequence + 1 else fact.problem


def _park(change: Change, here: Seen, fact: Fact, reason: ParkReason) -> None:
    here.parked += 1
    change.parked.append(
        Parked(fact.service, fact.partition, fact.offset, reason, fact.type, fact.stream, fact.sequence)
    )


def _settle(change: Change, plan: Plan) -> None:
    """New contribution minus old, for every entity the batch touched."""
    cells = change.cells
    for (service, _), entity in change.entities.items():
        now = plan.contribution(service, entity.streams)
        before = entity.contribution
        if now == before:
            continue
        for cell, count in now.items():
            if delta := count - before.get(cell, 0):
                cells[cell] = cells.get(cell, 0) + delta
        for cell, count in before.items():
            if cell not in now:
                cells[cell] = cells.get(cell, 0) - count
        entity.contribution = now
    for cell in [cell for cell, delta in cells.items() if delta == 0]:
        del cells[cell]
