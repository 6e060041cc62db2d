"""Support items: those of a case, those due, one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import ItemOutcome, NotDeliveredReason, SupportItemType
from ansim.errors import NotFound
from victim_support.domain.item import ItemState

_ITEM: Final = """
select i.*, c.number as case_number, c.person, c.team, coalesce(i.goes, c.member) as owner, coalesce(w.name, '') as owner_name
from support_item i join support_case c using (case_id) left join staff w on w.member = coalesce(i.goes, c.member)
"""
LONGEST_LIST: Final = 200
"""More open items than this are counted but not listed; nobody works down a longer list."""


class ItemView(StrEnum):
    """Which open items are listed."""

    OVERDUE = "overdue"
    REQUESTED = "requested"
    DATED = "dated"


@dataclass(frozen=True, slots=True)
class ItemRow:
    item_id: UUID
    number: int
    person: UUID
    case_id: UUID
    case_number: int
    item_type: SupportItemType
    due_on: date | None
    state: ItemState
    outcome: ItemOutcome | None
    reason: NotDeliveredReason | None
    worker_name: str
    owner: UUID | None
    owner_name: str
    requested_at: datetime | None
    scheduled_at: datetime | None
    settled_at: datetime | None
    moved: int
    starts_at: datetime | None
    goes: UUID | None
    next_on: date | None
    details_event: UUID | None
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

    def late(self, today: date) -> bool:
        return self.state is ItemState.SCHEDULED and self.due_on is not None and self.due_on < today


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


async def open_items(
    conn: asyncpg.Connection, view: ItemView, today: date, member: UUID | None = None
) -> tuple[list[ItemRow], int]:
    """The items of a view, nearest day first, and how many there are in all. `member` keeps those this worker sees to."""
    chosen = f"""
    {_ITEM}
    where case $1 when 'overdue' then i.state = 'scheduled' and i.due_on < $2
                  when 'requested' then i.state = 'requested' else i.state = 'scheduled' end
      and ($3::uuid is null or coalesce(i.goes, c.member) = $3)
    """
    rows = await conn.fetch(
        f"{chosen} order by i.due_on, i.requested_at, i.number limit $4", view, today, member, LONGEST_LIST
    )
    count = len(rows)
    if count == LONGEST_LIST:
        count = await conn.fetchval(
            f"select count(*) from ({chosen}) as chosen",  # noqa: S608 - constant text
            *(view, today, member),
        )
    return [ItemRow.of(row) for row in rows], count


async def week_items(conn: asyncpg.Connection, monday: date, member: UUID | None = None) -> list[ItemRow]:
    """What lies in the week that begins on this Monday, by day and time, settled ones too."""
    rows = await conn.fetch(
        f"""
        {_ITEM}
        where i.due_on >= $1 and i.due_on < $2 and ($3::uuid is null or coalesce(i.goes, c.member) = $3)
        order by i.due_on, i.starts_at nulls last, i.number limit 500
        """,
        monday,
        monday + timedelta(days=7),
        member,
    )
    return [ItemRow.of(row) for row in rows]
