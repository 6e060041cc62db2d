"""The numbers above the queue."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers above the queue, all of the same moment `at`."""

    at: datetime
    open_reports: int
    late: int
    ours: int
    unfinished: int
    unconfirmed: int
    free: int
    letters: int


COUNTS: Final = """
select (select count(*) from report where state <> 'closed') as open_reports,
       (select count(*) from report where state <> 'closed' and due_at < $1) as late,
       (select count(*) from report where state <> 'closed' and waiting_for is null) as ours,
       (select count(*) from referral where state in ('sent', 'received')) as unfinished,
       (select count(*) from referral where state = 'sent') as unconfirmed,
       (select count(*) from report where state <> 'closed' and claimed_by is null) as free,
       (select count(*) from mailbox where due_at is not null) as letters
"""


async def counts(conn: asyncpg.Connection, now: datetime) -> Counts:
    """Late counts reports past their deadline whoever has the turn; a refused hand-off is finished, its report is not."""
    row = await conn.fetchrow(COUNTS, now)
    assert row is not None
    return Counts(at=now, **row)
