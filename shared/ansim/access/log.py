"""The access record: who did what with whose data, when and where."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import asyncpg

from ansim.telemetry import correlationid

_place: ContextVar[str] = ContextVar("ansim_place", default="process")

_RECORD = """
insert into access_record (actor, role, action, person, what, place, correlationid)
select $1, $2, $3, person, $5, $6, $7 from unnest($4::uuid[]) as shown(person)
"""


Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


class Action(StrEnum):
    """What was done with somebody's data."""

    read = "read"
    listed = "listed"
    wrote = "wrote"
    exported = "exported"
    handed_over = "handed_over"
    erased = "erased"
    searched = "searched"
    compared = "compared"


class Who(Protocol):
    """`ansim.journal.Actor` is one."""

    @property
    def subject(self) -> str: ...
    @property
    def role(self) -> str: ...


class AccessLog:
    """Writes entries in the caller's transaction: who reads is on record before they see anything, and a deed that is
    rolled back leaves no entry. Place (route template or `process`) and correlation id come from where it happens."""

    async def record(self, conn: Connection, actor: Who, action: Action | str, person: UUID | None, what: str) -> None:
        """One entry. `person` is the service's pseudonym, None when the deed concerns nobody in particular; `what` says
        what kind of data in words of our own code (`report.narrative`), never the data."""
        await self._write(conn, actor, action, [person], what)

    async def record_list(
        self, conn: Connection, actor: Who, action: Action | str, persons: Collection[UUID], what: str
    ) -> None:
        """One entry for each person a list showed; an empty list leaves one entry without a person."""
        await self._write(conn, actor, action, list(dict.fromkeys(persons)) or [None], what)

    async def _write(
        self, conn: Connection, actor: Who, action: str, persons: Collection[UUID | None], what: str
    ) -> None:
        args = (actor.subject, str(actor.role), str(action), persons, what, _place.get(), correlationid())
        await conn.execute(_RECORD, *args)


@contextmanager
def at_place(place: str) -> Iterator[None]:
    """Everything recorded inside happened at `place`: a route template, or the name of a worker."""
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)


def stand_at(place: str) -> None:
    """The same for the rest of the request or task at hand."""
    _place.set(place)
