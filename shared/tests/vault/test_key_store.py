"""What only the real key store promises: rows apart by role, tombstones, being away."""

import socket
from uuid import uuid4

import asyncpg
import pytest

from ansim.errors import Retriable
from ansim.vault import PostgresKeyStore, StoredKey, Vault

KEK = bytes(range(32))
Pools = dict[str, asyncpg.Pool]


async def test_a_service_sees_only_its_own_keys(pools: Pools) -> None:
    person, record = uuid4(), uuid4()
    await Vault(pools["intake"], KEK, "intake").seal(person, {"name": "x"}, record)
    await Vault(pools["victim-support"], KEK, "victim-support").seal(person, {"name": "x"}, record)

    for service in ("intake", "victim-support"):
        assert await pools[service].fetchval("select array_agg(service) from person_key") == [service]
    assert await pools["owner"].fetchval("select count(*) from person_key") == 2


async def test_a_service_cannot_add_change_or_delete_keys_of_another(pools: Pools) -> None:
    person = uuid4()
    await Vault(pools["intake"], KEK, "intake").seal(person, {"name": "x"}, uuid4())
    intruder = PostgresKeyStore(pools["victim-support"], "intake")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await intruder.add({uuid4(): StoredKey(b"x", "x")})
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await intruder.destroy(person, "x")
    assert await intruder.find([person]) == {}
    assert await pools["owner"].fetchval("select count(*) from person_key where wrapped is not null") == 1


async def test_not_even_the_service_can_delete_a_row_or_read_past_the_policy(pools: Pools) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pools["intake"].execute("delete from person_key")
    assert await pools["owner"].fetchval("select relforcerowsecurity from pg_class where relname = 'person_key'")


async def test_destruction_leaves_a_tombstone_without_content(pools: Pools) -> None:
    vault, person = Vault(pools["intake"], KEK, "intake"), uuid4()
    await vault.seal(person, {"name": "x"}, uuid4())

    await vault.destroy(person)

    row = await pools["owner"].fetchrow("select * from person_key where person = $1", person)
    assert row is not None
    assert row["wrapped"] is None
    assert row["destroyed_at"] >= row["created_at"]


async def test_a_tombstone_cannot_be_turned_back_into_a_key(pools: Pools) -> None:
    vault, person = Vault(pools["intake"], KEK, "intake"), uuid4()
    await vault.destroy(person)
    buried_at = await pools["owner"].fetchval("select destroyed_at from person_key")

    await vault.destroy(person)
    changed = await pools["intake"].execute("update person_key set wrapped = 'x', destroyed_at = null")

    assert changed == "UPDATE 0"
    assert await pools["owner"].fetchval("select destroyed_at from person_key") == buried_at


async def test_a_key_store_that_is_away_asks_for_patience() -> None:
    with socket.socket() as nobody:  # bound and not listening: connections are refused
        nobody.bind(("127.0.0.1", 0))
        async with asyncpg.create_pool(host="127.0.0.1", port=nobody.getsockname()[1], user="x", min_size=0) as pool:
            with pytest.raises(Retriable, match="key store is away"):
                await Vault(pool, KEK, "intake").seal(uuid4(), {"name": "x"}, uuid4())


async def test_a_broken_connection_is_replaced_by_the_next_question(pools: Pools) -> None:
    vault, person, record = Vault(pools["intake"], KEK, "intake"), uuid4(), uuid4()
    await pools["owner"].execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where pid <> pg_backend_pid() and datname = current_database()"
    )

    sealed = None
    while sealed is None:  # each dead connection of the pool may be met once
        try:
            sealed = await vault.seal(person, {"name": "x"}, record)
        except Retriable:
            continue

    assert await vault.open(person, sealed, record) == {"name": "x"}


async def test_no_key_is_ever_stored_in_the_clear(pools: Pools) -> None:
    seen: list[bytes] = []
    original = PostgresKeyStore.add

    class Watched(PostgresKeyStore):
        async def add(self, offered):  # type: ignore[no-untyped-def]
            seen.extend(each.wrapped for each in offered.values())
            return await original(self, offered)

    await Vault(Watched(pools["intake"], "intake"), KEK, "intake").seal(uuid4(), {"name": "x"}, uuid4())

    assert [len(wrapped) for wrapped in seen] == [12 + 32 + 16]
