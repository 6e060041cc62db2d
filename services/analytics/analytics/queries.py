"""What pages, API and command line read: figures with everything that belongs to a number.

All of a reading comes from one snapshot of the current generation, so that no two figures of a page contradict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec

from analytics.definitions import Definition, definitions
from analytics.domain.days import today, year_of
from analytics.domain.figure import Cells, Figure, figure, parts
from analytics.domain.tally import Tally
from ansim.contracts import SERVICES

_spec: msgspec.json.Decoder[Tally] = msgspec.json.Decoder(Tally)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one service's events are counted. `position` is the highest counted; `newest` the recorded time of it."""

    position: int
    newest: datetime | None
    counted: int
    parked: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All figures as of one moment."""

    at: datetime
    as_of: datetime | None
    generation: int
    progress: Mapping[str, Progress]
    cells: Mapping[str, Cells]

    @property
    def uncounted(self) -> list[str]:
        """Figures whose definition this generation does not count: they wait for a rebuild."""
        return [d.id for d in definitions() if d.tally.hash not in self.cells]

    def figure(self, definition: Definition) -> Figure | None:
        """None when the definition is newer than the counts: then a rebuild is due."""
        day = today(self.at)
        cells = self.cells.get(definition.tally.hash)
        if cells is None:
            return None
        return figure(definition.tally, definition.measure(str(day), year_of(day)), cells)

    def parts(self, definition: Definition) -> dict[str, int]:
        """A breakdown: counts by the first code it groups by."""
        cells = self.cells.get(definition.tally.hash, {})
        return parts(definition.tally, cells, definition.group_by[0])

    def positions(self, definition: Definition) -> dict[str, int]:
        service = definition.service
        return {service: self.progress[service].position}

    def as_json(self, definition: Definition) -> dict[str, Any]:
        """A figure as the command line and the API give it."""
        found = self.figure(definition)
        return {
            "id": definition.id,
            "title": definition.title.en,
            "value": found.value if found else None,
            "numerator": found.numerator if found else None,
            "denominator": found.denominator if found else None,
            "unit": definition.unit,
            "unknown": found.unknown if found else None,
            "published": definition.published,
            "code_list_version": definition.code_list_version,
            "positions": self.positions(definition),
        }


async def read_figures(conn: asyncpg.Connection, now: datetime | None = None) -> Reading:
    """All of one snapshot. To be called first thing in a transaction."""
    await conn.execute("set transaction isolation level repeatable read")
    generation = await conn.fetchval("select number from statistics_generation where state = 'current'")
    specs = await conn.fetch("select number, hash from statistics_tally")
    counts = await conn.fetch(
        "select k.tally, k.codes, c.count from statistics_cell c join statistics_cell_key k using (id)"
        " where c.count <> 0"
    )
    rows = await conn.fetch(
        "select service, max(position) as position, max(newest) as newest, sum(counted)::bigint as counted,"
        " sum(parked)::bigint as parked from statistics_progress group by service"
    )
    names = {row["number"]: row["hash"] for row in specs}
    cells: dict[str, dict[tuple[str, ...], int]] = {name: {} for name in names.values()}
    for row in counts:
        cells[names[row["tally"]]][tuple(row["codes"])] = row["count"]
    found = {row["service"]: Progress(row["position"], row["newest"], row["counted"], row["parked"]) for row in rows}
    return Reading(
        at=now or datetime.now(UTC),
        as_of=await read_as_of(conn),
        generation=generation or 0,
        progress={service: found.get(service, Progress(0, None, 0, 0)) for service in SERVICES},
        cells=cells,
    )


async def read_as_of(conn: asyncpg.Connection) -> datetime | None:
    """When the figures were last known to hold all there was: the worker furthest behind had read to its end."""
    found: datetime | None = await conn.fetchval(
        "select coalesce("
        " (select case when bool_and(caught_up_at is not null) then min(caught_up_at) end from statistics_beat b"
        "   join statistics_generation g on g.number = b.generation and g.state = 'current' where share <> 'rebuild'),"
        " (select max(counted_at) from statistics_progress))"
    )
    return found


@dataclass(frozen=True, slots=True)
class Check:
    """A rebuild or a reconciliation that took place."""

    kind: str
    at: datetime
    events: int | None
    figures: int | None
    differences: int | None


async def read_checks(conn: asyncpg.Connection) -> list[Check]:
    """The latest rebuilds and reconciliations, newest first."""
    rows = await conn.fetch("select kind, at, events, figures, differences from figure_check order by at desc limit 10")
    return [Check(**dict(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message that statistics did not count, by its place in the topic. The topic keeps what it says."""

    service: str
    partition: int
    offset: int
    type: str
    reason: str
    parked_at: datetime


async def read_parked(conn: asyncpg.Connection, limit: int = 20) -> list[ParkedMessage]:
    """The first messages parked by the statistics, oldest first."""
    rows = await conn.fetch(
        'select service, partition, "offset", type, reason, parked_at from statistics_parked order by parked_at limit $1',
        limit,
    )
    return [ParkedMessage(**dict(row)) for row in rows]
