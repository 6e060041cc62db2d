"""The numbers on the first screen."""

from dataclasses import dataclass
from datetime import date

import asyncpg


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers on the first screen, all of the same moment."""

    referrals_waiting: int
    referrals_urgent: int
    cases_open: int
    cases_unchecked: int
    cases_in_danger: int
    items_open: int
    items_overdue: int


async def counts(conn: asyncpg.Connection, today: date) -> Counts:
    row = await conn.fetchrow(
        """
        select (select count(*) from referral where state = 'received') as referrals_waiting,
               (select count(*) from referral where state = 'received' and severity = 'emergency') as referrals_urgent,
               count(*) filter (where state <> 'closed') as cases_open,
               count(*) filter (where state = 'opened') as cases_unchecked,
               count(*) filter (where state <> 'closed' and immediate_danger) as cases_in_danger,
               (select count(*) from support_item where state = 'scheduled') as items_open,
               (select count(*) from support_item where state = 'scheduled' and due_on < $1) as items_overdue
        from support_case
        """,
        today,
    )
    assert row is not None, "an aggregate without grouping always gives a row"
    return Counts(**dict(row))
