from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from importlib.resources import files

import asyncpg
import pytest

from ansim.vault import KeyStore, MemoryKeyStore, PostgresKeyStore

SERVICES = ("intake", "victim-support")

PoolOf = Callable[[str], "asyncpg.Pool"]


def role_of(service: str) -> str:
    return "ansim_" + service.replace("-", "_")


@pytest.fixture
async def pools(fresh_database: Callable[..., str]) -> AsyncIterator[dict[str, asyncpg.Pool]]:
    """One pool per service to a key store database, each under that service's role; `owner` is above row security."""
    url = fresh_database("keys")
    migrations = files("ansim.vault") / "migrations"
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(asyncpg.create_pool(url, min_size=1, max_size=4))
        await owner.execute((migrations / "0001_person_key.sql").read_text())
        pools = {"owner": owner}
        for service in SERVICES:
            role = role_of(service)
            await owner.execute(
                f"do $$ begin create role {role}; exception when duplicate_object or unique_violation then null; end $$"
            )
            await owner.execute((migrations / "grants.sql").read_text().replace(":role", role))
            pools[service] = await stack.enter_async_context(
                asyncpg.create_pool(url, min_size=1, max_size=8, server_settings={"role": role})
            )
        yield pools


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    """A key store of the service intake: the real one and its twin pass the same tests."""
    if request.param == "memory":
        return MemoryKeyStore()
    pools: dict[str, asyncpg.Pool] = request.getfixturevalue("pools")
    return PostgresKeyStore(pools["intake"], "intake")
