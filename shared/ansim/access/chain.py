"""The access record's proof against alteration: a chain of seals over its entries, and the check of it.

Writing an entry costs nothing more than before: entries are sealed a few seconds later, in batches, by one process of the
service at a time (docs/decisions/0007). The key comes from the key-encryption key, so whoever can write to the database, but
does not hold that key, cannot make a changed record look whole.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from time import monotonic
from typing import Final

import asyncpg
import structlog

from ansim.errors import Retriable
from ansim.journal.store import AWAY

EVERY_SECONDS: Final = 5.0
BATCH: Final = 5_000
AT_A_STRETCH: Final = 200
"""So many seals are made before whoever waits for a page in the same process gets a turn."""
SETTLING_SECONDS: Final = 30.0
"""An entry number given out longer ago than this, by a transaction that has ended, never appears any more."""
TOLD_EVERY_SECONDS: Final = 3600.0
START: Final = bytes(32)
"""What stands before the first link."""
_LOCK: Final = 0x5365616C  # "Seal": one sealer a database

_UNSEALED: Final = """
select id, at, actor, role, action, person, what, place, correlationid from access_record
 where id > (select up_to from access_sealed)
   and not exists (select from access_chain where access_chain.record = access_record.id)
 order by id limit $1
"""
_HEAD: Final = "select link, seal from access_chain order by link desc limit 1"
_ADD: Final = (
    "insert into access_chain (link, record, seal) select * from unnest($1::bigint[], $2::bigint[], $3::bytea[])"
)
_MARK: Final = """
select coalesce(pg_sequence_last_value(pg_get_serial_sequence('access_record', 'id')::regclass), 0) as given_out,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest_open,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next_one
"""
_CHAIN: Final = """
select link, seal, record, id, at, actor, role, action, person, what, place, correlationid
  from access_chain left join access_record on access_record.id = access_chain.record
 order by link
"""
_STRAY: Final = """
select id from access_record
 where (id <= (select up_to from access_sealed) or at < now() - interval '10 minutes')
   and not exists (select from access_chain where access_chain.record = access_record.id)
 order by id limit 100
"""

log = structlog.get_logger("access")


def seal_of(key: bytes, before: bytes, row: asyncpg.Record) -> bytes:
    """The seal of an entry behind `before`. Fields are written with their length, so no two entries read alike."""
    parts = [str(row["id"]), row["at"].astimezone(UTC).isoformat(timespec="microseconds")]
    parts += ["" if row[name] is None else str(row[name]) for name in ("actor", "role", "action", "person")]
    parts += ["" if row[name] is None else str(row[name]) for name in ("what", "place", "correlationid")]
    content = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(key, before + content, "sha256")


@dataclass(frozen=True, slots=True)
class Head:
    """The last link. Written down elsewhere, it proves later that nothing was cut off at the end."""

    link: int
    seal: bytes

    def __str__(self) -> str:
        return f"{self.link}:{self.seal.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """Raises ValueError for anything but what `str` writes."""
        link, _, seal = text.partition(":")
        if len(seal) != 64:
            raise ValueError("a seal has 64 hexadecimal digits")
        return cls(int(link), bytes.fromhex(seal))


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where the entries' numbers stood, which transaction would have come next, and when that was seen."""

    given_out: int
    next_one: int
    at: float


class Sealer:
    """Seals new entries while the process runs. Several processes may run one; they take turns."""

    def __init__(self, pool: asyncpg.Pool, key: bytes) -> None:
        self._pool = pool
        self._key = key
        self._mark: _Mark | None = None
        self._told = 0.0
        self.beat = monotonic()

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            self.beat = monotonic()
            try:
                while await self.seal() == BATCH and not stopping.is_set():
                    self.beat = monotonic()
            except Retriable as error:
                log.warning("sealer_waits", reason=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await stopping.wait()

    async def seal(self) -> int:
        """One batch, in a transaction of its own. Returns how many entries were sealed. Raises Retriable."""
        try:
            async with self._pool.acquire(timeout=5) as conn, conn.transaction():
                return await self._seal(conn)
        except (*AWAY, asyncpg.InterfaceError) as error:
            raise Retriable("the database is away") from error

    async def _seal(self, conn: asyncpg.pool.PoolConnectionProxy) -> int:
        if not await conn.fetchval("select pg_try_advisory_xact_lock($1)", _LOCK):
            return 0
        mark = await conn.fetchrow(_MARK)
        assert mark is not None, "a select without from always gives a row"
        rows = await conn.fetch(_UNSEALED, BATCH)
        head = await head_of(conn)
        seals: list[bytes] = []
        for number, row in enumerate(rows, start=1):
            seals.append(seal_of(self._key, seals[-1] if seals else head.seal, row))
            if number % AT_A_STRETCH == 0:
                await asyncio.sleep(0)
        if rows:
            links = list(range(head.link + 1, head.link + 1 + len(rows)))
            await conn.execute(_ADD, links, [row["id"] for row in rows], seals)
            head = Head(links[-1], seals[-1])
        if len(rows) < BATCH:
            await self._settle(conn, mark)
        if rows and monotonic() - self._told > TOLD_EVERY_SECONDS:
            self._told = monotonic()
            log.info("access_record_sealed", count=head.link, head=head.seal.hex())
        return len(rows)

    async def _settle(self, conn: asyncpg.pool.PoolConnectionProxy, seen: asyncpg.Record) -> None:
        """Move the floor up to a number below which nothing can appear any more: given out some time ago, and every
        transaction that was open then has ended. Below it nothing is looked for again."""
        ready = self._mark
        if ready is None or (monotonic() - ready.at > SETTLING_SECONDS and seen["oldest_open"] >= ready.next_one):
            if ready is not None:
                await conn.execute("update access_sealed set up_to = greatest(up_to, $1)", ready.given_out)
            self._mark = _Mark(seen["given_out"], seen["next_one"], monotonic())


async def head_of(conn: asyncpg.Connection | asyncpg.pool.PoolConnectionProxy) -> Head:
    """The last link; link 0 before the first."""
    row = await conn.fetchrow(_HEAD)
    return Head(row["link"], row["seal"]) if row else Head(0, START)


class Wrong(StrEnum):
    """What a check can find."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    CUT_OFF = "cut_off"
    LINK_MISSING = "link_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, at which link of the chain and at which entry of the record (None: not known)."""

    wrong: Wrong
    link: int | None
    record: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The check's outcome. `head` is worth writing down elsewhere when there are no findings."""

    entries: int
    head: Head
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        return not self.findings


async def verify(conn: asyncpg.Connection, key: bytes, known: Head | None = None) -> Verdict:
    """Check every link against its entry. `known` is a head that was written down earlier: the chain must still hold it.

    Entries younger than ten minutes that have no link yet are not wrong. Reads in one snapshot; writes nothing.
    """
    findings: list[Finding] = []
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        head = await head_of(conn)
        expected, before, entries, held = 1, START, 0, known is None or known.link == 0
        async for row in _links(conn):
            if row["link"] != expected:
                findings += [Finding(Wrong.LINK_MISSING, number, None) for number in range(expected, row["link"])][:100]
            elif row["id"] is None:
                findings.append(Finding(Wrong.DELETED, row["link"], row["record"]))
            elif not hmac.compare_digest(seal_of(key, before, row), row["seal"]):
                findings.append(Finding(Wrong.CHANGED, row["link"], row["record"]))
            held = held or (known is not None and (row["link"], row["seal"]) == (known.link, known.seal))
            expected, before, entries = row["link"] + 1, row["seal"], entries + 1
        if not held:
            findings.append(Finding(Wrong.CUT_OFF, known.link if known else None, None))
        findings += [Finding(Wrong.INSERTED, None, row["id"]) for row in await conn.fetch(_STRAY)]
    return Verdict(entries, head, tuple(findings))


async def _links(conn: asyncpg.Connection) -> AsyncIterator[asyncpg.Record]:
    async for row in conn.cursor(_CHAIN, prefetch=5_000):
        yield row
