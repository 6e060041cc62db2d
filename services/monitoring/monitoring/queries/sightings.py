"""Sightings with all their reports, checks and actions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.errors import NotFound
from ansim.watching import Check, Interval, removal
from ansim.web.api import Page
from monitoring.domain.sighting import SightingState

LONGEST_TURN: Final = 30


class Show(StrEnum):
    """Parts of the list: by our own state, or by what the latest check saw."""

    ALL = "all"
    LOGGED = "logged"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    NOT_CHECKED = "not_checked"
    STILL_UP = "still_up"
    GONE = "gone"
    ACCESS_BLOCKED_HERE = "access_blocked_here"
    UNPROVEN = "unproven"


_WHERE: Final = {
    Show.ALL: "true",
    Show.LOGGED: "state = 'logged'",
    Show.CONFIRMED: "state = 'confirmed'",
    Show.REJECTED: "state = 'rejected'",
    Show.NOT_CHECKED: "state = 'reported' and last_check is null",
    Show.STILL_UP: "last_check = 'still_up'",
    Show.GONE: "last_check = 'gone'",
    Show.ACCESS_BLOCKED_HERE: "last_check = 'access_blocked_here'",
    Show.UNPROVEN: "last_check in ('login_wall', 'moved', 'error')",
}


@dataclass(frozen=True, slots=True)
class SightingRow:
    id: UUID
    number: int
    version: int
    volunteer: UUID
    finder: int
    platform: Platform
    channel: ActChannel
    categories: tuple[SightingCategory, ...]
    depicted_age: DepictedAge
    depicted_gender: DepictedGender
    state: SightingState
    rejection: SightingRejection | None
    logged_at: datetime
    decided_at: datetime | None
    reported_at: datetime | None
    last_check: CheckResult | None
    last_check_at: datetime | None
    last_check_number: int | None
    last_action: PlatformAction | None
    last_action_at: datetime | None
    sealed_event: UUID

    @property
    def label(self) -> str:
        """How people call the record: S-301."""
        return f"S-{self.number}"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check. `since_previous` is the time since the look before it, `after_report` since the first report."""

    number: int
    result: CheckResult
    at: datetime
    after_report: timedelta
    since_previous: timedelta


@dataclass(frozen=True, slots=True)
class ReportRow:
    report_channel: ReportChannel
    at: datetime


@dataclass(frozen=True, slots=True)
class ActionRow:
    action: PlatformAction
    at: datetime


@dataclass(frozen=True, slots=True)
class SightingDetail:
    row: SightingRow
    reports: tuple[ReportRow, ...]
    checks: tuple[CheckRow, ...]
    actions: tuple[ActionRow, ...]
    removed: Interval | None


_SELECT: Final = "select s.*, v.number as finder from sighting s join volunteer v on v.id = s.volunteer"


async def counts(conn: asyncpg.Connection) -> dict[Show, int]:
    """How many sightings each part of the list holds."""
    columns = ", ".join(f"count(*) filter (where {where}) as {show}" for show, where in _WHERE.items() if show != "all")
    [row] = await conn.fetch(f'select count(*) as "all", {columns} from sighting')  # noqa: S608 - constants above
    return {show: row[show.value] for show in Show}


async def sightings(conn: asyncpg.Connection, show: Show, page: Page) -> tuple[list[SightingRow], str | None]:
    """One page, newest first, and where the next one begins."""
    rows = await conn.fetch(
        f"""select s.*, v.number as finder
            from (select * from sighting where {_WHERE[show]} and ($1::bigint is null or number < $1)
                  order by number desc limit $2) s
            join volunteer v on v.id = s.volunteer order by s.number desc""",  # noqa: S608 - constants above
        page.below,
        page.fetch,
    )
    return page.cut([_row(row) for row in rows])


async def our_turn(conn: asyncpg.Connection, limit: int = LONGEST_TURN) -> list[SightingRow]:
    """What waits for a second reader or for its report, the longest wait first."""
    rows = await conn.fetch(
        f"{_SELECT} where s.state in ('logged', 'confirmed') order by coalesce(s.decided_at, s.logged_at) limit $1",
        limit,
    )
    return [_row(row) for row in rows]


async def of_volunteer(conn: asyncpg.Connection, volunteer: UUID, limit: int) -> list[SightingRow]:
    rows = await conn.fetch(f"{_SELECT} where s.volunteer = $1 order by s.number desc limit $2", volunteer, limit)
    return [_row(row) for row in rows]


async def sighting(conn: asyncpg.Connection, wanted: UUID) -> SightingRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_SELECT} where s.id = $1", wanted)
    if row is None:
        raise NotFound("sighting", wanted)
    return _row(row)


async def sighting_detail(conn: asyncpg.Connection, wanted: UUID) -> SightingDetail:
    """Raises NotFound."""
    row = await sighting(conn, wanted)
    reports = await conn.fetch("select report_channel, at from sighting_report where sighting = $1 order by at", wanted)
    checks = await conn.fetch(
        "select number, result, at from sighting_check where sighting = $1 order by number", wanted
    )
    actions = await conn.fetch("select action, at from sighting_action where sighting = $1 order by at", wanted)
    looks = [Check(each["number"], CheckResult(each["result"]), each["at"]) for each in checks]
    return SightingDetail(
        row,
        tuple(ReportRow(ReportChannel(each["report_channel"]), each["at"]) for each in reports),
        tuple(_checks(row, looks)),
        tuple(ActionRow(PlatformAction(each["action"]), each["at"]) for each in actions),
        removal(row.decided_at or row.logged_at, looks),
    )


def _checks(row: SightingRow, looks: list[Check]) -> list[CheckRow]:
    reported, previous = row.reported_at or row.logged_at, row.decided_at or row.logged_at
    told = []
    for look in looks:
        told.append(CheckRow(look.number, look.result, look.at, look.at - reported, look.at - previous))
        previous = look.at
    return told


def _row(row: asyncpg.Record) -> SightingRow:
    known = dict(row)
    return SightingRow(
        **{
            **known,
            "platform": Platform(known["platform"]),
            "channel": ActChannel(known["channel"]),
            "categories": tuple(SightingCategory(code) for code in known["categories"]),
            "depicted_age": DepictedAge(known["depicted_age"]),
            "depicted_gender": DepictedGender(known["depicted_gender"]),
            "state": SightingState(known["state"]),
            "rejection": SightingRejection(known["rejection"]) if known["rejection"] else None,
            "last_check": CheckResult(known["last_check"]) if known["last_check"] else None,
            "last_action": PlatformAction(known["last_action"]) if known["last_action"] else None,
        }
    )
