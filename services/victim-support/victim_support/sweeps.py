"""What time alone brings about in victim support: consents end with their day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from ansim.clock.sweeper import Sweep
from ansim.web.said import SEOUL
from victim_support.commands import expire_consent


async def ended_consents(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Consents whose last day has passed and of which that was not noted yet."""
    rows = await conn.fetch(
        """
        select consent_id from consent where state in ('given', 'narrowed', 'overridden') and until < $1
        order by until limit $2
        """,
        now.astimezone(SEOUL).date(),
        limit,
    )
    return [row["consent_id"] for row in rows]


SWEEPS: Final = (Sweep("consents that ended", ended_consents, expire_consent),)
