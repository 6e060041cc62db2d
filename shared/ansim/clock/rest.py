"""Upkeep rests while a history with past times is played: what looks late in it is answered by its next steps."""

from ansim.journal import Context, Store

__all__ = ["HISTORY", "end_rest", "rest", "resting"]

HISTORY = "a history is being played"


async def rest(store: Store, context: Context, reason: str) -> None:
    """No sweep begins from now on until `end_rest`, also after restarts. Raises Retriable."""
    async with store.unit(context) as unit:
        await unit.conn.execute("insert into upkeep_rest (reason) values ($1) on conflict do nothing", reason)


async def end_rest(store: Store, context: Context, reason: str) -> None:
    async with store.unit(context) as unit:
        await unit.conn.execute("delete from upkeep_rest where reason = $1", reason)


async def resting(store: Store, context: Context) -> bool:
    async with store.unit(context) as unit:
        return bool(await unit.conn.fetchval("select exists (select from upkeep_rest)"))
