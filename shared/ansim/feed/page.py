"""A page of a feed: published events of the journal, cut down to what the agreement allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import orjson

from ansim.contracts.catalogue import source_of
from ansim.feed.agreements import Agreement

# Positions are given out in order by one relay, so below the newest one nothing can appear later.
_TOP = "select coalesce(max(position), 0) from journal"

_READ = """
select event_id, type, aggregateid, version, payload::text as payload, correlationid, causationid,
       occurred_at, recorded_at, position
from journal
where position > $1 and position <= $2 and type = any($3::text[])
order by position
limit $4
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Events in their wire form, whom they are about, and the position after which the next page begins."""

    events: Sequence[Mapping[str, object]]
    persons: Sequence[UUID]
    position: int


async def read_page(conn: asyncpg.Connection, agreement: Agreement, service: str, after: int, limit: int) -> Page:
    """Up to `limit` allowed events after position `after`, in order, with nothing left out and nothing twice.

    A page shorter than `limit` has seen everything published so far, also what the agreement hides.
    """
    top = int(await conn.fetchval(_TOP))
    rows = await conn.fetch(_READ, after, top, agreement.types_of(service), limit)
    payloads = [orjson.loads(row["payload"]) for row in rows]
    events = [minimised(agreement, service, row, data) for row, data in zip(rows, payloads, strict=True)]
    persons = list(dict.fromkeys(UUID(data["person"]) for data in payloads))
    position = rows[-1]["position"] if len(rows) == limit else max(after, top)
    return Page(events, persons, position)


def minimised(
    agreement: Agreement, service: str, row: Mapping[str, object] | asyncpg.Record, data: Mapping[str, object]
) -> dict[str, object]:
    """One event in CloudEvents JSON: what every event has, and of the rest what the agreement names."""
    attributes = {
        "subject": row["aggregateid"],
        "sequence": row["version"],
        "position": row["position"],
        "recordedtime": row["recorded_at"],
        "correlationid": row["correlationid"],
        "causationid": row["causationid"],
        "partitionkey": data["person"],
    }
    allowed = agreement.events[str(row["type"])]
    return {
        "specversion": "1.0",
        "id": row["event_id"],
        "source": source_of(service),
        "type": row["type"],
        "time": row["occurred_at"],
        "datacontenttype": "application/json",
        **{name: attributes[name] for name in sorted(agreement.attributes) if attributes[name] is not None},
        "data": {name: value for name, value in data.items() if name in allowed},
    }
