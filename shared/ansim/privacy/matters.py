"""What a service tells this room about its records of people: reports, cases. The room itself knows neither."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from ansim.clock import Moment
from ansim.errors import Message, NotFound
from ansim.journal import Unit
from ansim.privacy.retention.keep import Kinds

Identity = Sequence[tuple[Message, str]]
"""Who a person is, as opened: what it is, and the text."""


@dataclass(frozen=True, slots=True)
class Matter:
    """The record by which a person is known at a service. `number` is what people call it: R-1001."""

    record: UUID
    person: UUID
    number: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Matters:
    """How a service finds its records.

    `thing`      what a record is to the program, such as `report`
    `title`      what a record is called on screen; has a place `{number}`
    `letter`     what stands before the number people say: R-1001
    `records`    the query of all records as `record`, open to a `where`:
                 id, person, number, opened_at, closed_at, opened_event
    `identity`   which sealed texts of the opening event say who the person is, and what they are called on screen
    `moments`    the record's whole story: its own events and those of all that hangs on it
    `kinds`      which events end, reopen or add to a record
    """

    thing: str
    title: str
    letter: str
    records: str
    identity: Mapping[str, Message]
    moments: Callable[[Unit, UUID], Awaitable[list[Moment]]]
    kinds: Kinds

    async def find(self, conn: asyncpg.Connection, record: UUID) -> Matter:
        """Raises NotFound for what is not there or not the asker's to see."""
        return self._matter(await self._row(conn, record))

    async def by_number(self, conn: asyncpg.Connection, text: str) -> Matter | None:
        """By the number people say, with or without its letter; None when there is none."""
        number = text.strip().upper().removeprefix(f"{self.letter}-")
        if not (number.isascii() and number.isdigit() and len(number) < 16):
            return None
        row = await conn.fetchrow(f"{self.records} where number = $1", int(number))
        return None if row is None else self._matter(row)

    async def by_person(self, conn: asyncpg.Connection, person: UUID) -> Matter | None:
        """By the service's pseudonym."""
        row = await conn.fetchrow(f"{self.records} where person = $1", person)
        return None if row is None else self._matter(row)

    async def numbers(self, conn: asyncpg.Connection, persons: Collection[UUID]) -> Mapping[UUID, str]:
        """The numbers of the records of these persons."""
        rows = await conn.fetch(f"{self.records} where person = any($1)", list(persons))
        return {row["person"]: self._called(row) for row in rows}

    async def open_identity(self, unit: Unit, record: UUID) -> Identity:
        """Opens who the person is; puts the look on the access record."""
        row = await self._row(unit.conn, record)
        texts = await unit.open_sealed_of(row["opened_event"])
        return [(words, texts.get(name, "")) for name, words in self.identity.items()]

    async def closed_unkept(self, conn: asyncpg.Connection, limit: int) -> Sequence[UUID]:
        """Closed records that have no row in the table `retention` yet."""
        unkept = "closed_at is not null and not exists (select from retention where retention.record = record.id)"
        return [row["id"] for row in await conn.fetch(f"{self.records} where {unkept} limit $1", limit)]

    async def _row(self, conn: asyncpg.Connection, record: UUID) -> asyncpg.Record:
        row = await conn.fetchrow(f"{self.records} where id = $1", record)
        if row is None:
            raise NotFound(self.thing, record)
        return row

    def _matter(self, row: asyncpg.Record) -> Matter:
        return Matter(row["id"], row["person"], self._called(row), row["opened_at"], row["closed_at"])

    def _called(self, row: asyncpg.Record) -> str:
        return f"{self.letter}-{row['number']}"

    @property
    def kind(self) -> str:
        """The first part of a record's address, such as `reports`."""
        return f"{self.thing}s"

    def called(self, number: str) -> Message:
        """What a record is called on screen."""
        return Message(self.title, number=number)

    def path(self, record: UUID) -> str:
        return f"/{self.kind}/{record}"
