"""The ledger on PostgreSQL: one generation of the statistics, one statement a batch.

Commits are not flushed to disk one by one (`synchronous_commit` off): counts and offsets are lost together, and what is
lost is counted again from the topics.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import msgspec

from analytics.domain.rows import REDUCER_VERSION
from analytics.domain.state import Stream
from analytics.domain.tally import CellKey, Plan, Tally
from analytics.statistics.ports import Fenced, Place, Superseded
from analytics.statistics.reducer import Change, Entity, EntityKey
from ansim.errors import Fatal, Retriable
from ansim.journal.store import AWAY

_FENCED: Final = "AN001"
_SUPERSEDED: Final = "AN002"
_NEGATIVE: Final = "AN003"
_COMMIT: Final = f"select statistics_commit({', '.join(f'${n}' for n in range(1, 22))})"


class _State(msgspec.Struct, array_like=True):
    """An entity as it is stored."""

    partition: int
    streams: dict[str, Stream]


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(_State)
_spec_decoder: Final = msgspec.json.Decoder(Tally)


@asynccontextmanager
async def talking() -> AsyncIterator[None]:
    """What asyncpg raises when the server is away becomes Retriable."""
    try:
        yield
    except AWAY as error:
        raise Retriable("the database is away") from error
    except asyncpg.InterfaceError as error:
        raise Retriable("the connection to the database was lost") from error


async def connect(url: str, generation: int | None = None) -> asyncpg.Connection:
    """A connection of the worker's own, reading and writing one generation. Raises Retriable."""
    settings = {"application_name": "ansim analytics statistics", "synchronous_commit": "off"}
    if generation is not None:
        settings["search_path"] = f"statistics_{int(generation)}, public"
    async with talking():
        return await asyncpg.connect(url, server_settings=settings, timeout=5, command_timeout=120)


async def current_generation(conn: asyncpg.Connection) -> int:
    """The generation that is shown. Raises Fatal when there is none: then the database was never migrated."""
    number = await conn.fetchval("select number from statistics_generation where state = 'current'")
    if number is None:
        raise Fatal("there are no statistics yet: run `ansim migrate`")
    return int(number)


class PostgresLedger:
    """Reads and writes one generation. Two connections, so that loading never waits for a commit."""

    def __init__(self, url: str, generation: int, share: str) -> None:
        self._url = url
        self._share = share
        self._ids: dict[CellKey, int] = {}
        self._reader: asyncpg.Connection | None = None
        self._writer: asyncpg.Connection | None = None
        self.generation = generation
        self.plan = Plan({})

    async def open(self, wanted: Iterable[Tally]) -> None:
        """Connect and learn what this generation counts; a generation that counts nothing yet takes on `wanted`.

        Raises Fatal for counts made by another version of the reducer: they must be rebuilt.
        """
        self._reader = await connect(self._url, self.generation)
        self._writer = await connect(self._url, self.generation)
        async with talking(), self._writer.transaction():
            await self._writer.execute("select pg_advisory_xact_lock(hashtext('statistics'))")
            await self._writer.execute(
                "delete from statistics_beat where generation = $1 and share <> 'rebuild'"
                " and split_part(share, '/', 2) <> split_part($2, '/', 2)",
                self.generation,
                self._share,
            )
            known: Sequence[Any] = await self._writer.fetch("select number, spec from tally order by number")
            if not known:
                known = await self._describe(list(wanted))
            reducer = await self._writer.fetchval(
                "select reducer from statistics_generation where number = $1", self.generation
            )
        if reducer != REDUCER_VERSION:
            raise Fatal("these statistics were counted by another version of the program: run `ansim rebuild`")
        self.plan = Plan({row["number"]: _spec_decoder.decode(row["spec"]) for row in known})

    async def _describe(self, wanted: list[Tally]) -> list[Mapping[str, Any]]:
        assert self._writer is not None
        rows = [
            {"number": number, "hash": tally.hash, "spec": _encoder.encode(tally).decode()}
            for number, tally in enumerate(wanted, start=1)
        ]
        await self._writer.executemany(
            "insert into tally (number, hash, spec) values ($1, $2, $3)",
            [(row["number"], row["hash"], row["spec"]) for row in rows],
        )
        await self._writer.execute(
            "update statistics_generation set reducer = $2 where number = $1", self.generation, REDUCER_VERSION
        )
        return [dict(row) for row in rows]

    async def offsets(self, places: Sequence[Place]) -> dict[Place, int]:
        conn = self._open(self._writer)
        services, partitions = [place[0] for place in places], [place[1] for place in places]
        async with talking():
            await conn.execute(
                "insert into progress (service, partition) select * from unnest($1::text[], $2::smallint[])"
                " on conflict do nothing",
                services,
                partitions,
            )
            rows = await conn.fetch("select service, partition, next_offset from progress")
        stored = {(row["service"], row["partition"]): row["next_offset"] for row in rows}
        return {place: stored[place] for place in places}

    async def load(self, keys: Sequence[EntityKey]) -> dict[EntityKey, Entity]:
        async with talking():
            rows = await self._asked(
                "select service, key::text, state from entity where key = any($1::uuid[])", [key for _, key in keys]
            )
        asked, found = set(keys), {}
        for service, key, text in rows:
            if (service, key) in asked:
                state = _decoder.decode(text)
                found[service, key] = Entity(
                    state.partition, state.streams, self.plan.contribution(service, state.streams)
                )
        return found

    async def commit(self, change: Change, expected: Mapping[Place, int]) -> None:
        """Reads the change before its first await, so that the caller may count on while this is under way."""
        seen = sorted(change.seen.items())
        entities = [
            (service, key, _encoder.encode(_State(entity.partition, entity.streams)).decode())
            for (service, key), entity in change.entities.items()
        ]
        writer = self._open(self._writer)
        try:
            async with talking():
                cells = await self._numbered(writer, change.cells)
                await writer.execute(
                    _COMMIT,
                    self.generation,
                    *_columns(
                        [
                            (*place, expected[place], s.next_offset, s.highest, s.newest, s.counted, s.parked)
                            for place, s in seen
                        ],
                        8,
                    ),
                    *_columns(entities, 3),
                    *_columns(cells, 2),
                    *_columns(
                        [
                            (p.service, p.partition, p.offset, p.reason.value, p.type, p.stream, p.sequence)
                            for p in change.parked
                        ],
                        7,
                    ),
                )
        except asyncpg.PostgresError as error:
            if error.sqlstate == _FENCED:
                raise Fenced("another worker has counted on from here") from error
            if error.sqlstate == _SUPERSEDED:
                raise Superseded("another generation is in use now") from error
            if error.sqlstate == _NEGATIVE:
                raise Fatal("a count went below zero: run `ansim rebuild`") from error
            raise

    async def _numbered(self, conn: asyncpg.Connection, cells: Mapping[CellKey, int]) -> list[tuple[int, int]]:
        """Cells by their integer key, in its order, so that two workers never wait for each other crosswise."""
        fresh = [cell for cell in cells if cell not in self._ids]
        for cell in fresh:
            self._ids[cell] = await conn.fetchval(
                "with known as (select id from cell_key where tally = $1 and codes = $2),"
                " made as (insert into cell_key (tally, codes) select $1, $2 where not exists (select from known)"
                " on conflict (tally, codes) do update set tally = excluded.tally returning id)"
                " select id from known union all select id from made",
                cell[0],
                list(cell[1]),
            )
        return sorted((self._ids[cell], delta) for cell, delta in cells.items())

    async def cells(self) -> dict[CellKey, int]:
        async with talking():
            rows = await self._open(self._reader).fetch(
                "select tally, codes, count from cell join cell_key using (id) where count <> 0"
            )
        return {(row["tally"], tuple(row["codes"])): row["count"] for row in rows}

    async def beat(self, *, caught_up: bool) -> None:
        async with talking():
            rows = await self._asked(
                "insert into statistics_beat select $1::int, $2, clock_timestamp(),"
                " case when $3 then clock_timestamp() end from statistics_generation"
                " where number = $1 and state <> 'old' on conflict (generation, share) do update set"
                " beat_at = excluded.beat_at,"
                " caught_up_at = coalesce(excluded.caught_up_at, statistics_beat.caught_up_at) returning 1",
                self.generation,
                self._share,
                caught_up,
            )
        if not rows:
            raise Superseded("another generation is in use now")

    async def _asked(self, query: str, *values: object) -> list[asyncpg.Record]:
        """Rows of this generation. Raises Superseded when it was dropped meanwhile."""
        try:
            return await self._open(self._reader).fetch(query, *values)
        except asyncpg.UndefinedTableError as error:
            raise Superseded("this generation is gone") from error

    async def close(self) -> None:
        """Ends both connections at once; what was not committed is counted again."""
        for conn in (self._reader, self._writer):
            if conn is not None:
                conn.terminate()

    @staticmethod
    def _open(conn: asyncpg.Connection | None) -> asyncpg.Connection:
        if conn is None or conn.is_closed():
            raise Retriable("not connected to the database")
        return conn


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]
