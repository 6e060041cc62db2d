"""What a service tells this room about its records of people: reports, cases. The room itself knows neither."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from ansim.clock import Moment
from ansim.errors import Message
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

    `kind`           the first part of a record's address, such as `reports`
    `title`          what a record is called on screen; has a place `{number}`
    `find`           by id; raises NotFound for what is not the asker's to see
    `by_number`      by the number people say; None when there is none
    `by_person`      by the service's pseudonym
    `numbers`        the numbers of the records of these persons
    `identity`       opens who the person is; puts the look on the access record
    `moments`        the record's whole story: its own events and those of all that hangs on it
    `closed_unkept`  closed records that have no row in the table `retention` yet
    `kinds`          which events end, reopen or add to a record
    """

    kind: str
    title: str
    find: Callable[[asyncpg.Connection, UUID], Awaitable[Matter]]
    by_number: Callable[[asyncpg.Connection, str], Awaitable[Matter | None]]
    by_person: Callable[[asyncpg.Connection, UUID], Awaitable[Matter | None]]
    numbers: Callable[[asyncpg.Connection, Collection[UUID]], Awaitable[Mapping[UUID, str]]]
    identity: Callable[[Unit, UUID], Awaitable[Identity]]
    moments: Callable[[Unit, UUID], Awaitable[list[Moment]]]
    closed_unkept: Callable[[asyncpg.Connection, int], Awaitable[Sequence[UUID]]]
    kinds: Kinds

    def called(self, number: str) -> Message:
        """What a record is called on screen."""
        return Message(self.title, number=number)

    def path(self, record: UUID) -> str:
        return f"/{self.kind}/{record}"
