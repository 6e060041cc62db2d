"""Everything the suite needs on its servers, in one call."""

import asyncio
from collections.abc import Callable, Mapping

import asyncpg

from ansim.errors import Fatal
from ansim.provision import migrations
from ansim.provision.databases import (
    KEYS_DATABASE,
    PACKAGES,
    at_database,
    database_of,
    ensure_database,
    ensure_role,
    role_of,
)
from ansim.provision.topics import ensure_topics

__all__ = ["provision"]


async def provision(
    owner_url: str,
    bootstrap: str,
    passwords: Mapping[str, str],
    tell: Callable[[str], None] = lambda line: None,
    replication: int = 1,
) -> None:
    """Roles, databases, migrations, grants and topics; `passwords` by package. Idempotent; raises Fatal with the reason.

    `owner_url` is a role that may create roles and databases; it owns every table, the services' roles own none.
    """
    try:
        connection = await asyncpg.connect(owner_url, timeout=20)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise Fatal(f"PostgreSQL cannot be reached with ANSIM_OWNER_DATABASE_URL ({type(error).__name__})") from error
    try:
        for package in PACKAGES.values():
            await ensure_role(connection, role_of(package), passwords[package])
            await ensure_database(connection, database_of(package), role_of(package))
        await ensure_database(connection, KEYS_DATABASE, *map(role_of, PACKAGES.values()))
    finally:
        await connection.close()
    created = await ensure_topics(bootstrap, replication)
    ran = await asyncio.gather(
        *(
            migrations.migrate(
                at_database(owner_url, database_of(package)), migrations.service_rooms(package), (role_of(package),)
            )
            for package in PACKAGES.values()
        ),
        migrations.migrate(
            at_database(owner_url, KEYS_DATABASE), migrations.key_rooms(), tuple(map(role_of, PACKAGES.values()))
        ),
    )
    tell(f"{len(ran)} databases up to date ({sum(ran)} migrations ran), {created} topics created")
