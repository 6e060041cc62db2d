"""What time alone brings about in victim support: consents end with their day, late answers and late looks are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from ansim.clock.sweeper import Sweep
from ansim.web.said import SEOUL
from victim_support.commands import expire_consent
from victim_support.commands.deletion import tell_missed_of_deletion
from victim_support.privacy import PRIVACY
from victim_support.queries.deletions import late_deletions


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


SWEEPS: Final = (
    Sweep("ended_consents", ended_consents, expire_consent),
    Sweep("late_deletions", late_deletions, tell_missed_of_deletion),
    *PRIVACY.sweeps,
)
