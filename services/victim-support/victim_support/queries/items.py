"""Support items: those of a case, those due, one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, SupportItemType
from ansim.errors import NotFound
from victim_support.domain.item import ItemState

_ITEM: Final = "select i.*, c.number as case_number, c.person from support_item i join support_case c using (case_id)"


@dataclass(frozen=True, slots=True)
class ItemRow:
    item_id: UUID
    number: int
    person: UUID
    case_id: UUID
    case_number: int
    item_type: SupportItemType
    due_on: date
    state: ItemState
    outcome: ItemOutcome | None
    reason: NotDeliveredReason | None
    worker_name: str
    scheduled_at: datetime
    settled_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        codes = {
            "item_type": SupportItemType(row["item_type"]),
            "state": ItemState(row["state"]),
            "outcome": ItemOutcome(row["outcome"]) if row["outcome"] else None,
            "reason": NotDeliveredReason(row["reason"]) if row["reason"] else None,
        }
        return cls(**{field: codes.get(field, row[field]) for field in cls.__slots__})


async def items_of(conn: asyncpg.Connection, case_id: UUID) -> list[ItemRow]:
    """The items of a case: open ones first by due date, then settled ones, latest first."""
    rows = await conn.fetch(
        f"""
        {_ITEM} where i.case_id = $1
        order by i.settled_at is not null, case when i.settled_at is null then i.due_on end, i.settled_at desc, i.number
        """,
        case_id,
    )
    return [ItemRow.of(row) for row in rows]


async def due_items(conn: asyncpg.Connection, limit: int = 20) -> list[ItemRow]:
    """Open items of all cases, nearest due date first."""
    rows = await conn.fetch(f"{_ITEM} where i.state = 'scheduled' order by i.due_on, i.number limit $1", limit)
    return [ItemRow.of(row) for row in rows]


async def item(conn: asyncpg.Connection, item_id: UUID) -> ItemRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_ITEM} where i.item_id = $1", item_id)
    if row is None:
        raise NotFound("item", item_id)
    return ItemRow.of(row)
