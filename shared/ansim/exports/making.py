"""One export. File, access record and event come about in one transaction: what left is what is on record."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, TYPE_CHECKING, Annotated, Final
from uuid import UUID

import asyncpg
from pydantic import AfterValidator, StringConstraints

from ansim.access import Action, Role, Staff
from ansim.contracts.base import Event
from ansim.contracts.codes import ExportedList, ExportFormat, ExportReason
from ansim.contracts.exporting import ExportMade
from ansim.contracts.labels import label
from ansim.errors import DomainError, Message, NotFound
from ansim.exports.listing import Listing
from ansim.exports.writing import RowFile, row_file
from ansim.journal import Fact, Projector, Recorded, Unit
from ansim.web.commands import Command, Storable
from ansim.web.filters import Chosen
from ansim.web.i18n import Catalogue, current, speaking

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

MOST_ROWS: Final = 100_000
"""More rows than this are refused: whoever needs them narrows the list."""

EXPORTERS: Final = (Role.supervisor, Role.privacy_officer)
CHUNK: Final = 500

Note = Annotated[str, StringConstraints(max_length=500), Storable, AfterValidator(str.strip)]


class MakeExport(Command):
    """Take a list out of the house. `note` is about the work, not about a person."""

    reason: ExportReason
    format: ExportFormat = ExportFormat.CSV
    note: Note = ""


@dataclass(frozen=True, slots=True)
class MadeRow:
    """An export that was made."""

    id: UUID
    number: int
    listed: ExportedList
    format: ExportFormat
    rows: int
    persons: int
    reason: ExportReason
    event: UUID
    made_by_name: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ExportDesk:
    """The lists that a service lets out, and the event that tells of it."""

    made: type[ExportMade]
    listings: tuple[Listing, ...]

    def listing(self, code: str) -> Listing:
        """Raises NotFound."""
        for listing in self.listings:
            if listing.code == code:
                return listing
        raise NotFound("list", code)

    def projector(self) -> Projector:
        """Keeps the table of what was exported. The service includes it in its own projector."""
        projector = Projector()

        @projector.on(self.made)
        async def note(unit: Unit, recorded: Recorded) -> None:
            event = recorded.event
            assert isinstance(event, ExportMade)
            await unit.conn.execute(
                "insert into export_made (id, listed, format, rows_written, persons, reason, event, made_by, made_by_name, made_at)"
                " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                *(recorded.aggregateid, event.listed, event.format, event.rows, event.persons, event.reason),
                *(recorded.event_id, recorded.actor.subject, recorded.actor.name, recorded.occurred_at),
            )

        return projector

    async def make(
        self, kit: "Kit", unit: Unit, listing: Listing, chosen: Chosen, command: MakeExport, words: Catalogue
    ) -> IO[bytes]:
        """The file, at its beginning, in no folder: it is gone when it is closed. Memory is that of some hundred rows, however
        long the list is. Raises DomainError for a list of more than `MOST_ROWS`."""
        if await count(unit.conn, listing, chosen) > MOST_ROWS:
            raise DomainError(
                "export.too_long", None, Message("More than {n} rows. Narrow the list.", n=f"{MOST_ROWS:,}")
            )
        file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to whoever sends it
        try:
            with speaking(words):
                writer = row_file(command.format, file, label(listing.code, words.lang))
                rows, persons = await self._write(kit, unit, listing, chosen, writer)
        except BaseException:
            file.close()
            raise
        await self._tell(unit, listing, command, rows, persons)
        file.seek(0)
        return file

    async def _write(
        self, kit: "Kit", unit: Unit, listing: Listing, chosen: Chosen, writer: RowFile
    ) -> tuple[int, int]:
        """How many rows and persons were written. Everybody in it is on the access record, once."""
        actor, what = unit.context.actor, f"export.{listing.code}"
        seen: set[UUID] = set()
        rows = 0
        try:
            await asyncio.to_thread(_head, listing, writer)
            cursor = await unit.conn.cursor(listing.sql, *chosen.values)
            while found := await cursor.fetch(CHUNK):
                await asyncio.to_thread(_body, listing, writer, found)
                rows += len(found)
                fresh = {row["person"] for row in found} - seen
                if fresh:
                    await kit.access.record_list(unit.conn, actor, Action.exported, fresh, what)
                    seen |= fresh
            await asyncio.to_thread(writer.finish)
        except BaseException:
            writer.discard()
            raise
        if not seen:
            await kit.access.record_list(unit.conn, actor, Action.exported, [], what)
        return rows, len(seen)

    async def _tell(self, unit: Unit, listing: Listing, command: MakeExport, rows: int, persons: int) -> None:
        stream = await unit.stream("export", unit.ids(), _latest)
        event = self.made(
            person=stream.id,
            listed=listing.code,
            format=command.format,
            columns=frozenset(column.code for column in listing.columns),
            rows=rows,
            persons=persons,
            reason=command.reason,
        )
        await stream.append(Fact(event, {"note": command.note}))


def may_export(staff: Staff) -> bool:
    """Whether a list shows this person the way to its export."""
    return bool(staff.roles & set(EXPORTERS))


async def count(conn: asyncpg.Connection, listing: Listing, chosen: Chosen) -> int:
    """How many rows the list has for whoever asks, at most one more than `MOST_ROWS`."""
    query = f"select count(*) from ({listing.sql} limit {MOST_ROWS + 1}) as listed"  # noqa: S608 - our own constants
    found: int = await conn.fetchval(query, *chosen.values)
    return found


async def made_exports(conn: asyncpg.Connection, limit: int = 50) -> list[MadeRow]:
    """The latest first."""
    return [_made(row) for row in await conn.fetch("select * from export_made order by number desc limit $1", limit)]


async def made_export(conn: asyncpg.Connection, export: UUID) -> MadeRow:
    """Raises NotFound."""
    row = await conn.fetchrow("select * from export_made where id = $1", export)
    if row is None:
        raise NotFound("export", export)
    return _made(row)


def _made(row: asyncpg.Record) -> MadeRow:
    return MadeRow(
        row["id"],
        row["number"],
        ExportedList(row["listed"]),
        ExportFormat(row["format"]),
        row["rows_written"],
        row["persons"],
        ExportReason(row["reason"]),
        row["event"],
        row["made_by_name"],
        row["made_at"],
    )


def _head(listing: Listing, writer: RowFile) -> None:
    writer.write([[label(column.code, current().lang) for column in listing.columns]])


def _body(listing: Listing, writer: RowFile, rows: Sequence[asyncpg.Record]) -> None:
    writer.write([column.cell(row) for column in listing.columns] for row in rows)


def _latest(state: ExportMade | None, event: Event) -> ExportMade:
    assert isinstance(event, ExportMade)
    return event
