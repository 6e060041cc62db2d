"""A desk after years of work: reports in bulk, in the running suite's own database."""

from pathlib import Path
from typing import Final

import asyncpg

OPEN: Final = 300
"""So many reports are open whatever lies behind them, and one in four of those waits for a receiver: a desk has as much to do
as it has hands, and what grows is what is done."""

AT_ONCE: Final = 10_000
"""So many in one transaction: the running service's relay waits for its end before it publishes."""

_FILL: Final = Path(__file__).with_name("filling.sql").read_text(encoding="utf-8")


async def fill(intake_url: str, first: int, last: int) -> None:
    """Put the reports numbered from `first` to `last` into intake's database, with all that hangs on them.

    Their events count as published. Afterwards the planner's statistics are fresh and nothing is left to be written out.
    """
    conn = await asyncpg.connect(intake_url)
    try:
        for begin in range(first, last + 1, AT_ONCE):
            end = min(last, begin + AT_ONCE - 1)
            async with conn.transaction():
                await conn.execute(_FILL.format(first=begin, last=end, open=OPEN))
        await conn.execute("vacuum (analyze)")
        await conn.execute("checkpoint")
    finally:
        await conn.close()


async def sealed(intake_url: str) -> bool:
    """Whether each entry of the access record has its seal, so that sealing what was filled in is not measured."""
    conn = await asyncpg.connect(intake_url)
    try:
        left = (
            "select exists (select from access_record where id > (select coalesce(max(record), 0) from access_chain))"
        )
        return not await conn.fetchval(left)
    finally:
        await conn.close()
