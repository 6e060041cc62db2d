"""Mailboxes and their messages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.clock import Clock
from ansim.contracts.codes import (
    DeadlineRule,
    Language,
    MessageAuthor,
)
from ansim.errors import NotFound

from ..domain.mailbox import MailboxStart, MailboxState, MailboxTask
from .report import LONGEST_QUEUE


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox and the number of its report."""

    report: UUID
    number: int
    person: UUID
    version: int
    state: MailboxState
    proof: UUID
    language: Language
    opened_at: datetime
    confirmed_at: datetime | None
    visited_at: datetime | None
    visits: int
    active_at: datetime
    waiting: int
    clock: Clock | None

    @property
    def name(self) -> str:
        return f"R-{self.number}"

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        clock = None
        if row["due_at"] is not None:
            started = (MailboxStart(row["clock_started_by"]), row["clock_event"], row["clock_started_at"])
            clock = Clock(MailboxTask(row["task"]), DeadlineRule(row["clock_rule"]), *started, row["due_at"])
        return cls(
            report=row["report"],
            number=row["number"],
            person=row["person"],
            version=row["version"],
            state=MailboxState(row["state"]),
            proof=row["proof"],
            language=Language(row["language"]),
            opened_at=row["opened_at"],
            confirmed_at=row["confirmed_at"],
            visited_at=row["visited_at"],
            visits=row["visits"],
            active_at=row["active_at"],
            waiting=row["waiting"],
            clock=clock,
        )


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; its text is sealed with the event."""

    author: MessageAuthor
    event: UUID
    written_at: datetime


_MAILBOX: Final = "select mailbox.*, report.number from mailbox join report on report.id = mailbox.report"


async def mailbox(conn: asyncpg.Connection, report_id: UUID) -> MailboxRow:
    """The mailbox of a report. Raises NotFound, also for a report older than mailboxes."""
    found = await find_mailbox(conn, report_id)
    if found is None:
        raise NotFound("mailbox", report_id)
    return found


async def find_mailbox(conn: asyncpg.Connection, report_id: UUID) -> MailboxRow | None:
    """The same, None where there is none."""
    row = await conn.fetchrow(f"{_MAILBOX} where mailbox.report = $1", report_id)
    return None if row is None else MailboxRow.of(row)


async def messages_of(conn: asyncpg.Connection, report_id: UUID) -> list[MessageRow]:
    """In the order of writing."""
    rows = await conn.fetch(
        "select author, event, written_at from mailbox_message where report = $1 order by number", report_id
    )
    return [MessageRow(MessageAuthor(row["author"]), row["event"], row["written_at"]) for row in rows]


WAITING_MAILBOXES: Final = f"{_MAILBOX} where mailbox.due_at is not null order by mailbox.due_at limit $1"


async def waiting_mailboxes(conn: asyncpg.Connection) -> list[MailboxRow]:
    """Mailboxes whose reporter waits for us, longest first."""
    return [MailboxRow.of(row) for row in await conn.fetch(WAITING_MAILBOXES, LONGEST_QUEUE)]
