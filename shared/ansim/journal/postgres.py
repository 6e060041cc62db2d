"""The journal in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import orjson

from ansim.contracts import EVENTS
from ansim.errors import Fatal, VersionConflict
from ansim.journal.facts import Actor, Recorded

_COLUMNS = (
    "event_id, aggregatetype, aggregateid, version, type, payload, sealed, actor, "
    "correlationid, causationid, occurred_at, recorded_at, position"
)

_APPEND = """
insert into journal (event_id, aggregatetype, aggregateid, version, type, schema_version, payload, sealed, actor,
                     correlationid, causationid, occurred_at, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""


def recorded_from(row: asyncpg.Record) -> Recorded:
    """Read a journal row. Raises Fatal for a type this code does not know: the database is newer than the program."""
    cls = EVENTS.get(row["type"])
    if cls is None:
        raise Fatal(f"the journal holds the unknown type {row['type']}; run the release that wrote it")
    actor = orjson.loads(row["actor"])
    return Recorded(
        event_id=row["event_id"],
        aggregatetype=row["aggregatetype"],
        aggregateid=row["aggregateid"],
        version=row["version"],
        event=cls.read(orjson.loads(row["payload"])),
        sealed=row["sealed"],
        actor=Actor(actor["subject"], actor["role"], actor.get("name", "")),
        correlationid=row["correlationid"],
        causationid=row["causationid"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        position=row["position"],
    )


class PostgresJournal:
    """See `Journal`. Lives as long as the transaction on `conn`."""

    def __init__(self, conn: asyncpg.Connection) -> None:
        self._conn = conn

    async def append(self, rows: Sequence[Recorded]) -> None:
        try:
            await self._conn.executemany(_APPEND, [_values(row) for row in rows])
        except asyncpg.UniqueViolationError as error:
            first = rows[0]
            raise VersionConflict(first.aggregatetype, first.aggregateid, first.version - 1, first.version) from error

    async def load(self, aggregatetype: str, aggregateid: UUID) -> list[Recorded]:
        rows = await self._conn.fetch(
            f"select {_COLUMNS} from journal where aggregatetype = $1 and aggregateid = $2 order by version",  # noqa: S608 - constant column list
            aggregatetype,
            aggregateid,
        )
        return [recorded_from(row) for row in rows]

    async def find(self, event_id: UUID) -> Recorded | None:
        row = await self._conn.fetchrow(
            f"select {_COLUMNS} from journal where event_id = $1",  # noqa: S608 - constant column list
            event_id,
        )
        return None if row is None else recorded_from(row)


def _values(row: Recorded) -> tuple[object, ...]:
    actor = {"subject": row.actor.subject, "role": row.actor.role, "name": row.actor.name}
    return (
        row.event_id,
        row.aggregatetype,
        row.aggregateid,
        row.version,
        row.event.type_name(),
        type(row.event).version,
        row.event.model_dump_json(),
        row.sealed,
        orjson.dumps(actor).decode(),
        row.correlationid,
        row.causationid,
        row.occurred_at,
        row.recorded_at,
    )
