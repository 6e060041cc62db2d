"""Rows into records: each in a transaction of its own, so one that is refused never keeps the others waiting.

A record's number tells whether it is here already, and a keyed digest of the row whether it says the same: neither the number
nor the row is kept. Both stand in the transaction that makes the record, so a process killed at any moment, and started again
on the same file, ends with the same records.
"""

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final, Protocol
from uuid import UUID

import structlog

from ansim.errors import AnsimError, DomainError, Message, Retriable, VersionConflict
from ansim.imports.columns import NUMBER, Deed, Import, Row, RowErrors
from ansim.imports.reading import Sheet
from ansim.journal import Context, Store
from ansim.vault import derive

AT_ONCE: Final = 6
"""Rows under way at the same time. More than the pool has connections would only wait for one."""
BATCH: Final = 60
TRIES: Final = 5

log = structlog.get_logger("import")


class Outcome(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    HERE_ALREADY = "here_already"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """`errors` are sentences by column, "" for the row as a whole."""

    row: Row
    outcome: Outcome
    errors: tuple[tuple[str, Message], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row's record is: the same for the same number in this suite, and nowhere else."""

    key: UUID
    record: UUID
    fingerprint: str


class Keeper(Protocol):
    """Where rows end: a service's journal, or its twin in memory."""

    async def keep(self, place: Place, deeds: Sequence[Deed]) -> Outcome:
        """Carry the deeds out once for this key. Raises DomainError or VersionConflict, and then nothing is kept."""
        ...

    async def look(self, place: Place) -> Outcome:
        """What `keep` would say if nothing goes wrong; changes nothing."""
        ...


class Places:
    """Keyed digests of numbers and rows. Who reads the table learns neither, and cannot try numbers out without the key."""

    def __init__(self, kek: bytes, service: str) -> None:
        self._key = derive(kek, f"import|{service}")

    def of(self, values: Mapping[str, Any]) -> Place:
        number = str(values[NUMBER])
        said = "\x1f".join(f"{name}={_spelled(value)}" for name, value in sorted(values.items()))
        return Place(
            UUID(bytes=self._digest("key", number)[:16], version=5),
            UUID(bytes=self._digest("record", number)[:16], version=5),
            self._digest("row", said).hex()[:32],
        )

    def _digest(self, what: str, text: str) -> bytes:
        return hmac.new(self._key, f"{what}|{text}".encode(), hashlib.sha256).digest()


def _spelled(value: Any) -> str:
    return ",".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


_LOOK: Final = "select fingerprint from command_done where key = $1"


class JournalKeeper:
    """See `Keeper`: a unit of work for each row."""

    def __init__(self, store: Store, context: Context) -> None:
        self._store = store
        self._context = context

    async def keep(self, place: Place, deeds: Sequence[Deed]) -> Outcome:
        async with self._store.unit(self._context) as unit:
            try:
                first = await unit.once(place.key, place.fingerprint)
            except DomainError:
                return Outcome.CHANGED
            if not first:
                return Outcome.HERE_ALREADY
            for deed in deeds:
                unit.context = replace(self._context, at=deed.at)
                await deed.carry_out(unit)
        return Outcome.IMPORTED

    async def look(self, place: Place) -> Outcome:
        async with self._store.read(self._context) as conn:
            known = await conn.fetchval(_LOOK, place.key)
        if known is None:
            return Outcome.IMPORTED
        return Outcome.HERE_ALREADY if known == place.fingerprint else Outcome.CHANGED


CHANGED: Final = Message(
    "A record with this number is here already and says something else. It was not changed: change it on its own page."
)
TAKEN: Final = Message("A record with this number is here already.")


@dataclass(slots=True)
class Done:
    """How far an import is."""

    counts: Counter[Outcome] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return self.counts.total()

    @property
    def bad(self) -> int:
        return self.counts[Outcome.REFUSED] + self.counts[Outcome.CHANGED]


class Importer:
    """Takes a sheet in. Memory holds one batch of rows, however long the sheet is."""

    def __init__(
        self,
        taken: Import,
        keeper: Keeper,
        places: Places,
        *,
        dry_run: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._import = taken
        self._keeper = keeper
        self._places = places
        self._dry_run = dry_run
        self._now = now
        self.done = Done()

    async def run(self, sheet: Sheet) -> AsyncIterator[Result]:
        """What became of each row, in the order of the sheet. Raises RowErrors for headings that do not do, and Retriable
        when the database stays away: what was taken in until then is kept."""
        places = self._import.places(sheet.headings)
        busy = asyncio.Semaphore(AT_ONCE)

        async def one(row: Row) -> Result:
            async with busy:
                return await self._take(row, places, len(sheet.headings))

        for rows in _batches(sheet.rows()):
            for result in await asyncio.gather(*map(one, rows)):
                self.done.counts[result.outcome] += 1
                yield result

    async def _take(self, row: Row, places: Mapping[str, int], width: int) -> Result:
        try:
            values = self._import.values(row, places, width, self._now())
            place = self._places.of(values)
            deeds = self._import.plan(values, place.record)
            outcome = await self._settled(place, deeds)
        except RowErrors as error:
            return Result(row, Outcome.REFUSED, error.errors)
        except DomainError as error:
            name = error.field if error.field in {column.name for column in self._import.columns} else ""
            return Result(row, Outcome.REFUSED, ((name or "", error.message),))
        except VersionConflict:
            return Result(row, Outcome.CHANGED, ((NUMBER, TAKEN),))
        except Retriable:
            raise
        except AnsimError as error:
            log.exception("import_row_failed", row=row.number, error=type(error).__name__)
            return Result(row, Outcome.REFUSED, (("", Message("This row could not be taken in. Ask operations.")),))
        return Result(row, outcome, ((NUMBER, CHANGED),) if outcome is Outcome.CHANGED else ())

    async def _settled(self, place: Place, deeds: Sequence[Deed]) -> Outcome:
        """Waits while the database is away for a moment."""
        for tried in range(1, TRIES + 1):
            try:
                return await (self._keeper.look(place) if self._dry_run else self._keeper.keep(place, deeds))
            except Retriable:
                if tried == TRIES:
                    raise
                log.warning("import_waits", tries=tried)
                await asyncio.sleep(tried)
        raise AssertionError("the last try returns or raises")


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
