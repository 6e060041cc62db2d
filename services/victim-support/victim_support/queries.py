"""What the screens and the API read. Nothing here holds personal data: sealed texts are opened through the journal."""

from datetime import date
from typing import Final, Literal
from uuid import UUID

import asyncpg

from ansim.errors import NotFound
from ansim.journal import Recorded
from ansim.journal.postgres import recorded_from
from ansim.web.api import Page
from victim_support.rows import CaseRow, Counts, ItemRow, ReferralRow

_REFERRAL: Final = """
select r.*, c.number as case_number, c.state as case_state from referral r left join support_case c on c.case_id = r.case_id
"""
_ITEM: Final = "select i.*, c.number as case_number, c.person from support_item i join support_case c using (case_id)"

CaseFilter = Literal["open", "closed", "all"]


async def counts(conn: asyncpg.Connection, today: date) -> Counts:
    row = await conn.fetchrow(
        """
        select (select count(*) from referral where state = 'received') as referrals_waiting,
               (select count(*) from referral where state = 'received' and severity = 'emergency') as referrals_urgent,
               count(*) filter (where state <> 'closed') as cases_open,
               count(*) filter (where state = 'opened') as cases_unchecked,
               count(*) filter (where state <> 'closed' and immediate_danger) as cases_in_danger,
               coalesce(sum(items_open), 0)::bigint as items_open,
               (select count(*) from support_item where state = 'scheduled' and due_on < $1) as items_overdue
        from support_case
        """,
        today,
    )
    assert row is not None, "an aggregate without grouping always gives a row"
    return Counts(**dict(row))


async def waiting_referrals(conn: asyncpg.Connection) -> list[ReferralRow]:
    """Referrals without our answer, most severe first, then longest waiting."""
    rows = await conn.fetch(f"{_REFERRAL} where r.state = 'received' order by r.urgency, r.received_at limit 200")
    return [ReferralRow.of(row) for row in rows]


async def referrals(conn: asyncpg.Connection, page: Page) -> tuple[list[ReferralRow], str | None]:
    """One page of all referrals, newest number first, and where the next one begins."""
    rows = await conn.fetch(
        f"{_REFERRAL} where $1::bigint is null or r.number < $1 order by r.number desc limit $2",
        page.below,
        page.fetch,
    )
    return page.cut([ReferralRow.of(row) for row in rows])


async def referral(conn: asyncpg.Connection, referral_id: UUID) -> ReferralRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_REFERRAL} where r.referral = $1", referral_id)
    if row is None:
        raise NotFound("referral", referral_id)
    return ReferralRow.of(row)


async def cases(
    conn: asyncpg.Connection, page: Page, *, worker: str | None = None, state: CaseFilter = "all"
) -> tuple[list[CaseRow], str | None]:
    """One page of the cases, newest number first, and where the next one begins. `worker` keeps those that this staff
    member opened."""
    rows = await conn.fetch(
        """
        select * from support_case
        where ($1::text is null or worker = $1)
          and ($2 = 'all' or (state = 'closed') = ($2 = 'closed'))
          and ($3::bigint is null or number < $3)
        order by number desc limit $4
        """,
        worker,
        state,
        page.below,
        page.fetch,
    )
    return page.cut([CaseRow.of(row) for row in rows])


async def case(conn: asyncpg.Connection, case_id: UUID) -> CaseRow:
    """Raises NotFound."""
    row = await conn.fetchrow("select * from support_case where case_id = $1", case_id)
    if row is None:
        raise NotFound("case", case_id)
    return CaseRow.of(row)


async def sealed_texts(conn: asyncpg.Connection, case_id: UUID) -> UUID:
    """The event that holds the person's sealed texts. Raises NotFound."""
    event: UUID | None = await conn.fetchval("select opened_event from support_case where case_id = $1", case_id)
    if event is None:
        raise NotFound("case", case_id)
    return event


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


HAPPENED: Final = """
with stream (kind, id) as (
    select 'case', $1::uuid
    union all select 'referral', $2::uuid
    union all select 'item', item_id from support_item where case_id = $1
)
select journal.* from stream join journal on aggregatetype = stream.kind and aggregateid = stream.id
order by occurred_at desc, entry desc
"""


async def happened(conn: asyncpg.Connection, case_row: CaseRow) -> list[Recorded]:
    """Everything the journal holds about a case, its referral and its items, latest first."""
    return [recorded_from(row) for row in await conn.fetch(HAPPENED, case_row.case_id, case_row.referral)]


async def happened_on(conn: asyncpg.Connection, aggregate: str, aggregate_id: UUID) -> list[Recorded]:
    """What happened on one stream, latest first."""
    rows = await conn.fetch(
        "select * from journal where aggregatetype = $1 and aggregateid = $2 order by version desc",
        aggregate,
        aggregate_id,
    )
    return [recorded_from(row) for row in rows]
