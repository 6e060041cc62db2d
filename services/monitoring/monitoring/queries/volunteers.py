"""The roster, and what a volunteer's own sightings achieved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from ansim.contracts.codes import District, LeftReason
from ansim.errors import NotFound
from ansim.web.api import Page
from monitoring.domain.volunteer import VolunteerState


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    id: UUID
    number: int
    version: int
    state: VolunteerState
    district: District
    applied_at: datetime
    vetted_at: datetime | None
    trained_at: datetime | None
    activated_at: datetime | None
    since: datetime
    left_reason: LeftReason | None
    sealed_event: UUID

    @property
    def label(self) -> str:
        """How people call the record: M-118."""
        return f"M-{self.number}"


@dataclass(frozen=True, slots=True)
class Roster:
    """Volunteers by present state, and how many ever came that far. Unit: person."""

    now: Mapping[VolunteerState, int]
    applied: int
    recruited: int
    trained: int
    started: int


@dataclass(frozen=True, slots=True)
class Achieved:
    """What became of one volunteer's sightings. Unit: sighting; the last five count sightings that were reported."""

    logged: int
    waiting: int
    confirmed: int
    rejected: int
    reported: int
    gone: int
    still_up: int
    blocked_here: int
    other_result: int
    not_checked: int


async def roster(conn: asyncpg.Connection) -> Roster:
    rows = await conn.fetch("select state, count(*) as n from volunteer group by state")
    [ever] = await conn.fetch(
        """select count(*) as applied, count(vetted_at) as recruited, count(trained_at) as trained,
                  count(activated_at) as started from volunteer"""
    )
    found = {VolunteerState(row["state"]): row["n"] for row in rows}
    return Roster({state: found.get(state, 0) for state in VolunteerState}, **dict(ever))


async def volunteers(
    conn: asyncpg.Connection, state: VolunteerState | None, page: Page
) -> tuple[list[VolunteerRow], str | None]:
    """One page, newest first, and where the next one begins."""
    rows = await conn.fetch(
        """select * from volunteer where ($1::text is null or state = $1) and ($2::bigint is null or number < $2)
           order by number desc limit $3""",
        state,
        page.below,
        page.fetch,
    )
    return page.cut([_row(row) for row in rows])


async def volunteer(conn: asyncpg.Connection, wanted: UUID) -> VolunteerRow:
    """Raises NotFound."""
    found = await find_volunteer(conn, wanted)
    if found is None:
        raise NotFound("volunteer", wanted)
    return found


async def find_volunteer(conn: asyncpg.Connection, wanted: UUID) -> VolunteerRow | None:
    row = await conn.fetchrow("select * from volunteer where id = $1", wanted)
    return _row(row) if row else None


async def achieved(conn: asyncpg.Connection, volunteer: UUID, since: datetime | None = None) -> Achieved:
    """Counts over the sightings the volunteer logged, all of them or those logged since a time."""
    [row] = await conn.fetch(
        """select count(*) as logged,
                  count(*) filter (where state = 'logged') as waiting,
                  count(*) filter (where state in ('confirmed', 'reported')) as confirmed,
                  count(*) filter (where state = 'rejected') as rejected,
                  count(*) filter (where state = 'reported') as reported,
                  count(*) filter (where last_check = 'gone') as gone,
                  count(*) filter (where last_check = 'still_up') as still_up,
                  count(*) filter (where last_check = 'access_blocked_here') as blocked_here,
                  count(*) filter (where last_check in ('login_wall', 'moved', 'error')) as other_result,
                  count(*) filter (where state = 'reported' and last_check is null) as not_checked
           from sighting where volunteer = $1 and ($2::timestamptz is null or logged_at >= $2)""",
        volunteer,
        since,
    )
    return Achieved(**dict(row))


def _row(row: asyncpg.Record) -> VolunteerRow:
    known = dict(row)
    reason = known["left_reason"]
    return VolunteerRow(
        **{
            **known,
            "state": VolunteerState(known["state"]),
            "district": District(known["district"]),
            "left_reason": LeftReason(reason) if reason else None,
        }
    )
