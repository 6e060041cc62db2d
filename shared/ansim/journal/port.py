"""What a journal promises, whichever way it is kept."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

import asyncpg

from ansim.journal.facts import Actor, Recorded


class Journal(Protocol):
    """An append-only store of streams. One stream is one aggregate; its versions run 1, 2, 3 … without a gap.

    All methods work inside the transaction that the journal was opened with.
    """

    async def append(self, rows: Sequence[Recorded]) -> None:
        """Append rows of one stream, in order. Raises VersionConflict when a version is already taken; then nothing
        of the transaction may be kept."""
        ...

    async def load(self, aggregatetype: str, aggregateid: UUID) -> list[Recorded]:
        """All events of a stream in version order; empty when there is none."""
        ...

    async def find(self, event_id: UUID) -> Recorded | None:
        """One event by its id."""
        ...


class ReadRecord(Protocol):
    """Where reads of a person's data are put on record (see `ansim.access`)."""

    async def record(self, conn: asyncpg.Connection, actor: Actor, action: str, person: UUID | None, what: str) -> None:
        """Write one entry in the transaction of `conn`. `what` names a kind of record, never its content."""
        ...
