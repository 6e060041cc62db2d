"""The one query behind the public page about answer times."""

from dataclasses import dataclass
from typing import Final

import asyncpg

from ..domain.published import Returned, Waited, Window, returned, waited

PUBLISHED: Final = """
with told as (
    select extract(epoch from r.acknowledged_at - r.submitted_at)::float8 as read_after,
           extract(epoch from m.first_reply_at - r.submitted_at)::float8 as answered_after,
           c.report is not null as numbered,
           coalesce(m.visits, 0) > 0 as opened
      from report r
      left join mailbox m on m.report = r.id
      left join receipt c on c.report = r.id
     where r.submitted_at >= $1 and r.submitted_at < $2 and not r.imported
)
select count(*) as reports,
       percentile_disc(array[0.5, 0.9]) within group (order by coalesce(read_after, 'infinity')) as read_after,
       percentile_disc(array[0.5, 0.9]) within group (order by coalesce(answered_after, 'infinity')) as answered_after,
       count(*) filter (where numbered) as mailboxes,
       count(*) filter (where numbered and opened) as opened
  from told
"""


@dataclass(frozen=True, slots=True)
class Published:
    """What may be shown; None where there is not enough to show."""

    window: Window
    read: Waited | None
    answered: Waited | None
    returned: Returned | None


async def published(conn: asyncpg.Connection, window: Window) -> Published:
    row = await conn.fetchrow(PUBLISHED, window.since, window.until)
    assert row is not None
    reading, answering = row["read_after"] or (None, None), row["answered_after"] or (None, None)
    return Published(
        window,
        waited(row["reports"], *reading),
        waited(row["reports"], *answering),
        returned(row["mailboxes"], row["opened"]),
    )
