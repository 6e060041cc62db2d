"""The end of the time of keeping: it goes through the same erasure as a request by a person, second person included."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from ansim.contracts.codes import ErasureGround
from ansim.contracts.privacy import KeepingExpired
from ansim.journal import Unit
from ansim.privacy.erasure.keeping import request_for
from ansim.privacy.events import event_of
from ansim.privacy.retention.holds import AGGREGATE, evolve
from ansim.privacy.retention.keep import Stage
from ansim.privacy.retention.keeping import keeping_now

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk


async def to_expire(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Records whose time of keeping and grace have ended, warned of before, for which no erasure was asked yet."""
    rows = await conn.fetch(
        """
        select record from retention
         where erased_at is null and holds = 0 and erase_at <= $1 and warned_for = expires_at
           and expired_for is distinct from expires_at
           and not exists (select from erasure where erasure.person = retention.person
                                                 and erasure.state not in ('declined', 'certified'))
         order by erase_at limit $2
        """,
        *(now, limit),
    )
    return [row["record"] for row in rows]


async def expire(unit: Unit, desk: "PrivacyDesk", record: UUID) -> None:
    """Note the end, and ask for the erasure: a person still has to approve it."""
    keeping = await keeping_now(unit, desk, record)
    if keeping is None or keeping.stage(unit.context.at) is not Stage.EXPIRED:
        return
    matter = await desk.matters.find(unit.conn, record)
    stream = await unit.stream(AGGREGATE, record, evolve)
    event = event_of(desk.service, KeepingExpired)
    await stream.append(
        event(person=matter.person, rule=keeping.rule, started_by=keeping.started_by, expires_at=keeping.expires_at)
    )
    await request_for(unit, desk, matter, ErasureGround.KEEPING_EXPIRED, "")
