"""Deletion requests as screens and the API read them. No address is in any of this: it is opened through the journal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.clock import Clock
from ansim.contracts.codes import (
    CheckResult,
    DeadlineRule,
    Platform,
    PlatformAction,
    RegulatorDecision,
    ReportChannel,
    WatchAnswer,
)
from ansim.errors import NotFound
from ansim.watching import Check
from ansim.web.api import Page
from victim_support.domain.deletion import DeletionStart, DeletionState, DeletionTask


class Show(StrEnum):
    """Which requests are looked at; in the address of the list."""

    DUE = "due"
    WAITING = "waiting"
    GONE = "gone"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class DeletionRow:
    id: UUID
    number: int
    case_id: UUID
    case_number: int
    person: UUID
    version: int
    state: DeletionState
    platform: Platform
    generation: int
    previous: UUID | None
    following: UUID | None
    located_event: UUID
    located_at: datetime
    channel: ReportChannel | None
    requested_at: datetime | None
    action: PlatformAction | None
    answered_at: datetime | None
    notified: int
    decision: RegulatorDecision | None
    gone_at: datetime | None
    checks: int
    last_result: CheckResult | None
    last_checked_at: datetime | None
    missed: int
    clock: Clock | None

    @property
    def name(self) -> str:
        return f"D-{self.number}"

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        clock = None
        if row["due_at"] is not None:
            started = (DeletionStart(row["clock_started_by"]), row["clock_event"], row["clock_started_at"])
            clock = Clock(DeletionTask(row["task"]), DeadlineRule(row["clock_rule"]), *started, row["due_at"])
        return cls(
            id=row["id"],
            number=row["number"],
            case_id=row["case_id"],
            case_number=row["case_number"],
            person=row["person"],
            version=row["version"],
            state=DeletionState(row["state"]),
            platform=Platform(row["platform"]),
            generation=row["generation"],
            previous=row["previous"],
            following=row["following"],
            located_event=row["located_event"],
            located_at=row["located_at"],
            channel=row["channel"] and ReportChannel(row["channel"]),
            requested_at=row["requested_at"],
            action=row["action"] and PlatformAction(row["action"]),
            answered_at=row["answered_at"],
            notified=row["notified"],
            decision=row["decision"] and RegulatorDecision(row["decision"]),
            gone_at=row["gone_at"],
            checks=row["checks"],
            last_result=row["last_result"] and CheckResult(row["last_result"]),
            last_checked_at=row["last_checked_at"],
            missed=row["missed"],
            clock=clock,
        )


_ROW: Final = """
select d.*, c.number as case_number, (select id from deletion n where n.previous = d.id) as following
  from deletion d join support_case c using (case_id)
"""


async def deletion(conn: asyncpg.Connection, deletion_id: UUID) -> DeletionRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_ROW} where d.id = $1", deletion_id)
    if row is None:
        raise NotFound("deletion", deletion_id)
    return DeletionRow.of(row)


async def deletions_of(conn: asyncpg.Connection, case_id: UUID) -> list[DeletionRow]:
    """The addresses of a case, first found first."""
    rows = await conn.fetch(f"{_ROW} where d.case_id = $1 order by d.number", case_id)
    return [DeletionRow.of(row) for row in rows]


async def to_act_on(conn: asyncpg.Connection, show: Show, now: datetime, limit: int = 200) -> list[DeletionRow]:
    """Requests of cases that the asker sees, longest due first. `due`: it is our turn now."""
    rows = await conn.fetch(
        f"""
        {_ROW}
         where d.due_at is not null
           and case $1 when 'due' then d.due_at <= $2 or d.task <> 'platform' and d.task <> 'look_again'
                       when 'waiting' then d.due_at > $2 and d.task = 'platform'
                       when 'gone' then d.state = 'verified_gone' else true end
         order by d.due_at, d.number limit $3
        """,
        show,
        now,
        limit,
    )
    return [DeletionRow.of(row) for row in rows]


async def deletions(conn: asyncpg.Connection, page: Page) -> tuple[list[DeletionRow], str | None]:
    """One page of all requests, newest first, and where the next one begins."""
    rows = await conn.fetch(
        f"{_ROW} where $1::bigint is null or d.number < $1 order by d.number desc limit $2", page.below, page.fetch
    )
    return page.cut([DeletionRow.of(row) for row in rows])


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an address, and who looked."""

    check: Check
    by: str


async def looks_of(conn: asyncpg.Connection, deletion_id: UUID) -> list[Look]:
    rows = await conn.fetch("select * from deletion_check where deletion = $1 order by number", deletion_id)
    return [
        Look(Check(row["number"], CheckResult(row["result"]), row["checked_at"]), row["checked_by"]) for row in rows
    ]


async def looks_of_all(conn: asyncpg.Connection, deletion_ids: Sequence[UUID]) -> Mapping[UUID, list[Check]]:
    """The looks at each of several addresses, in order; none for one that nobody looked at."""
    rows = await conn.fetch("select * from deletion_check where deletion = any($1) order by number", deletion_ids)
    found: defaultdict[UUID, list[Check]] = defaultdict(list)
    for row in rows:
        found[row["deletion"]].append(Check(row["number"], CheckResult(row["result"]), row["checked_at"]))
    return found


async def late_deletions(conn: asyncpg.Connection, now: datetime, limit: int) -> list[UUID]:
    """Requests past their deadline of which that was not told yet."""
    rows = await conn.fetch(
        """
        select id from deletion
         where due_at < $1 and (missed_rule, missed_event) is distinct from (clock_rule, clock_event)
         order by due_at limit $2
        """,
        now,
        limit,
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True, slots=True)
class WatchRow:
    """What became of our wish that monitoring looks out for it."""

    answer: WatchAnswer | None
    answered_at: datetime | None
    ended: bool


async def watch_of(conn: asyncpg.Connection, deletion_id: UUID) -> WatchRow | None:
    """None when nobody was asked: it was not seen gone yet."""
    row = await conn.fetchrow(
        "select answer, answered_at, ended from deletion_watch where deletion = $1 order by ended limit 1", deletion_id
    )
    return WatchRow(row["answer"] and WatchAnswer(row["answer"]), row["answered_at"], row["ended"]) if row else None
