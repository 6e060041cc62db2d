"""What time alone brings about at intake: missed deadlines are told, hand-offs without an answer lapse."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from ansim.clock.sweeper import Sweep
from ansim.contracts.codes import DeadlineRule

from .commands import (
    expire_mailbox,
    lapse_referral,
    tell_missed_of_mailbox,
    tell_missed_of_referral,
    tell_missed_of_report,
)
from .privacy import PRIVACY
from .projections.clocks import keep_clocks
from .rulebook import RULES


async def late_reports(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Reports past their own deadline of which that was not told yet."""
    rows = await conn.fetch(
        """
        select id from report
         where due_at < $1 and waiting_for is null and not imported
           and (missed_rule, missed_event) is distinct from (clock_rule, clock_event)
         order by due_at limit $2
        """,
        now,
        limit,
    )
    return [row["id"] for row in rows]


async def late_referrals(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """The same for hand-offs whose receiver is late."""
    rows = await conn.fetch(
        """
        select id from referral
         where due_at < $1 and (missed_rule, missed_event) is distinct from (clock_rule, clock_event)
         order by due_at limit $2
        """,
        now,
        limit,
    )
    return [row["id"] for row in rows]


async def unanswered_referrals(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Hand-offs to services of the suite that nobody decided within the time after which they lapse."""
    rules = await RULES.read(conn)
    rows = await conn.fetch(
        """
        select id, last_sent_at from referral
         where state in ('sent', 'received') and target in ('victim_support', 'counseling')
         order by last_sent_at limit $1
        """,
        limit,
    )
    return [
        row["id"] for row in rows if row["last_sent_at"] + rules.period(DeadlineRule.LAPSE, row["last_sent_at"]) < now
    ]


async def late_answers(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Mailboxes in which a reporter waits longer for our answer than the rule allows."""
    rows = await conn.fetch(
        """
        select report from mailbox
         where due_at < $1 and (missed_rule, missed_event) is distinct from (clock_rule, clock_event)
         order by due_at limit $2
        """,
        now,
        limit,
    )
    return [row["report"] for row in rows]


async def idle_mailboxes(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Open mailboxes in which nothing was written and nobody came for as long as one stays open. One in which a
    reporter waits for us never expires."""
    rules = await RULES.read(conn)
    rows = await conn.fetch(
        "select report, active_at from mailbox where state = 'open' and waiting = 0 order by active_at limit $1", limit
    )
    period = DeadlineRule.MAILBOX
    return [row["report"] for row in rows if row["active_at"] + rules.period(period, row["active_at"]) < now]


async def clocks_without_a_rule(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Reports whose clock, or a hand-off's, was set before clocks named their rule."""
    rows = await conn.fetch(
        """
        select id from report where due_at is not null and clock_rule is null
        union select report from referral where due_at is not null and clock_rule is null
        limit $1
        """,
        limit,
    )
    return [row["id"] for row in rows]


SWEEPS: Final = (
    Sweep("clocks_without_a_rule", clocks_without_a_rule, keep_clocks),
    Sweep("late_reports", late_reports, tell_missed_of_report),
    Sweep("late_referrals", late_referrals, tell_missed_of_referral),
    Sweep("unanswered_referrals", unanswered_referrals, lapse_referral),
    Sweep("late_answers", late_answers, tell_missed_of_mailbox),
    Sweep("idle_mailboxes", idle_mailboxes, expire_mailbox),
    *PRIVACY.sweeps,
)
