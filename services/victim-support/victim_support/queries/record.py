"""What the journal holds: about a case with its referral and items, or on one stream."""

from typing import Final
from uuid import UUID

import asyncpg

from ansim.journal import Recorded
from ansim.journal.postgres import recorded_from
from victim_support.queries.cases import CaseRow

HAPPENED: Final = """
with stream (kind, id) as (
    select 'case', $1::uuid
    union all select 'referral', $2::uuid
    union all select 'item', item_id from support_item where case_id = $1
    union all select 'consent', consent_id from consent where case_id = $1
    union all select 'recusal', $3::uuid
    union all select 'retention', $1::uuid
    union all select 'disclosure', id from disclosure where record = $1
    union all select 'erasure', id from erasure where record = $1
)
select journal.* from stream join journal on aggregatetype = stream.kind and aggregateid = stream.id
order by occurred_at desc, entry desc
"""


async def happened(conn: asyncpg.Connection, case_row: CaseRow) -> list[Recorded]:
    """Everything the journal holds about a case, its referral and its items, latest first."""
    rows = await conn.fetch(HAPPENED, case_row.case_id, case_row.referral, case_row.person)
    return [recorded_from(row) for row in rows]


async def happened_on(conn: asyncpg.Connection, aggregate: str, aggregate_id: UUID) -> list[Recorded]:
    """What happened on one stream, latest first."""
    rows = await conn.fetch(
        "select * from journal where aggregatetype = $1 and aggregateid = $2 order by version desc",
        aggregate,
        aggregate_id,
    )
    return [recorded_from(row) for row in rows]
