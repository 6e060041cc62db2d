"""What became of what a person told the sender of their referral, and what is still to be fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from ansim.contracts.codes import HandOverPart
from ansim.handover import Pending


class ToldState(StrEnum):
    ASKED = "asked"
    ARRIVED = "arrived"
    ERASED = "erased"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ToldRow:
    state: ToldState
    parts: frozenset[HandOverPart]
    data_event: UUID | None
    asked_at: datetime
    settled_at: datetime | None


async def told_before(conn: asyncpg.Connection, case_id: UUID) -> ToldRow | None:
    """None when nothing was to be handed over with the case's referral, or there was none."""
    row = await conn.fetchrow("select * from told_before where case_id = $1", case_id)
    if row is None:
        return None
    parts = frozenset(map(HandOverPart, row["parts"]))
    return ToldRow(ToldState(row["state"]), parts, row["data_event"], row["asked_at"], row["settled_at"])


async def to_fetch(conn: asyncpg.Connection, limit: int) -> tuple[Sequence[Pending], int]:
    """The oldest that were not fetched yet, and how many there are in all."""
    rows = await conn.fetch(
        "select referral, dataref, backdated from told_before where state = 'asked' order by asked_at limit $1", limit
    )
    count = len(rows)
    if count == limit:
        count = await conn.fetchval("select count(*) from told_before where state = 'asked'")
    return [Pending(row["referral"], row["dataref"], row["backdated"]) for row in rows], count
