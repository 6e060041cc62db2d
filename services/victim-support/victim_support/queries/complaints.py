"""Complaints as screens and the API read them. Their texts are opened through the journal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import ComplaintReceiver
from ansim.errors import NotFound
from victim_support.domain.complaint import ComplaintState


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """`drafts`: the number of the latest version, 0 before the first."""

    id: UUID
    number: int
    case_id: UUID
    case_number: int
    person: UUID
    version: int
    state: ComplaintState
    drafts: int
    approved: int | None
    handed_to: tuple[ComplaintReceiver, ...]
    started_at: datetime
    changed_at: datetime

    @property
    def name(self) -> str:
        return f"K-{self.number}"

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        plain = {name: row[name] for name in cls.__slots__ if name not in ("state", "handed_to")}
        handed_to = tuple(ComplaintReceiver(code) for code in row["handed_to"])
        return cls(state=ComplaintState(row["state"]), handed_to=handed_to, **plain)


@dataclass(frozen=True, slots=True)
class DraftRow:
    number: int
    event: UUID
    written_by: str
    written_at: datetime


_ROW: Final = "select k.*, c.number as case_number from complaint k join support_case c using (case_id)"


async def complaint(conn: asyncpg.Connection, complaint_id: UUID) -> ComplaintRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_ROW} where k.id = $1", complaint_id)
    if row is None:
        raise NotFound("complaint", complaint_id)
    return ComplaintRow.of(row)


async def complaints_of(conn: asyncpg.Connection, case_id: UUID) -> list[ComplaintRow]:
    rows = await conn.fetch(f"{_ROW} where k.case_id = $1 order by k.number", case_id)
    return [ComplaintRow.of(row) for row in rows]


async def drafts_of(conn: asyncpg.Connection, complaint_id: UUID) -> list[DraftRow]:
    """Every version, the latest first."""
    rows = await conn.fetch(
        "select number, event, written_by, written_at from complaint_draft where complaint = $1 order by number desc",
        complaint_id,
    )
    return [DraftRow(**dict(row)) for row in rows]
