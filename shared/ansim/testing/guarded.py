"""Which tables of a service everybody on its staff can read: what a test compares with the few that may be open."""

import re

import asyncpg

from ansim.provision.migrations import service_rooms

__all__ = ["leaking_views", "open_tables"]

_CREATED = re.compile(r"create table (?:if not exists )?(\w+)", re.IGNORECASE)

_OPEN = """
select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = 'public' and relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
"""

_VIEWS = """
select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
where nspname = 'public' and (relkind = 'm' or relkind = 'v'
      and not coalesce('security_invoker=true' = any(reloptions) or 'security_invoker=on' = any(reloptions), false))
"""


async def open_tables(conn: asyncpg.Connection, package: str) -> set[str]:
    """The service's own tables without forced row-level security. The kit's tables are not looked at: they hold no record
    of a case, and the access record and the journal are read through what is guarded."""
    rooms = [room for room in service_rooms(package) if room.name != package]
    of_kit = {name.lower() for room in rooms for each in room.migrations for name in _CREATED.findall(each.sql)}
    return {row["relname"] for row in await conn.fetch(_OPEN)} - of_kit - {"schema_migration"}


async def leaking_views(conn: asyncpg.Connection) -> set[str]:
    """Views that show rows with their owner's eyes instead of the reader's (ENGINEERING pitfall 19)."""
    return {row["relname"] for row in await conn.fetch(_VIEWS)}
