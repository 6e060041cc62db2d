"""Watches that were asked for, and on which platforms somebody is to look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg

from ansim.contracts.codes import Platform
from ansim.errors import NotFound
from ansim.web.api import Page
from monitoring.domain.watch import WatchState


class Show(StrEnum):
    OPEN = "open"
    ENDED = "ended"


_WHERE: Final = {Show.OPEN: "state <> 'ended'", Show.ENDED: "state = 'ended'"}


@dataclass(frozen=True, slots=True)
class WatchRow:
    id: UUID
    number: int
    version: int
    platform: Platform
    seen_gone: bool
    state: WatchState
    received_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None

    @property
    def label(self) -> str:
        """How people call the record: W-12."""
        return f"W-{self.number}"


async def watches(conn: asyncpg.Connection, show: Show, page: Page) -> tuple[list[WatchRow], str | None]:
    """One page, newest first, and where the next one begins."""
    rows = await conn.fetch(
        f"""select * from watch where {_WHERE[show]} and ($1::bigint is null or number < $1)
            order by number desc limit $2""",  # noqa: S608 - constants above
        page.below,
        page.fetch,
    )
    return page.cut([_row(row) for row in rows])


async def watch(conn: asyncpg.Connection, wanted: UUID) -> WatchRow:
    """Raises NotFound."""
    row = await conn.fetchrow("select * from watch where id = $1", wanted)
    if row is None:
        raise NotFound("watch", wanted)
    return _row(row)


async def counts(conn: asyncpg.Connection) -> dict[WatchState, int]:
    rows = await conn.fetch("select state, count(*) as watches from watch group by state")
    known = {row["state"]: row["watches"] for row in rows}
    return {state: known.get(state, 0) for state in WatchState}


async def looked_out_for(conn: asyncpg.Connection) -> Mapping[Platform, int]:
    """On which platforms somebody is to look, with how many watches that were taken up; most first."""
    rows = await conn.fetch(
        "select platform, count(*) as watches from watch where state = 'accepted' group by platform order by 2 desc, 1"
    )
    return {Platform(row["platform"]): row["watches"] for row in rows}


def _row(row: asyncpg.Record) -> WatchRow:
    known = dict(row)
    return WatchRow(**{**known, "platform": Platform(known["platform"]), "state": WatchState(known["state"])})
