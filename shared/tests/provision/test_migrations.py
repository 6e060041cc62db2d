from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from ansim.errors import Fatal
from ansim.provision.databases import ensure_role, role_of
from ansim.provision.migrations import Room, key_rooms, migrate, service_rooms

ROLE = role_of("intake")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text("CREATE TABLE first (id int PRIMARY KEY);")
    (tmp_path / "0002_second.sql").write_text("CREATE TABLE second (id int); INSERT INTO second VALUES (1);")
    return tmp_path


@pytest.fixture
async def url(fresh_database: Callable[..., str]) -> str:
    url = fresh_database("migrations")
    connection = await asyncpg.connect(url)
    await ensure_role(connection, ROLE, "for-tests-only")
    await connection.close()
    return url


async def fetch(url: str, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


async def test_each_migration_runs_once(url: str, folder: Path) -> None:
    first = await migrate(url, (Room.read("room", folder),), (ROLE,))
    second = await migrate(url, (Room.read("room", folder),), (ROLE,))

    assert (first, second) == (2, 0)
    assert len(await fetch(url, "SELECT * FROM second")) == 1


async def test_a_later_migration_runs_on_a_filled_database(url: str, folder: Path) -> None:
    await migrate(url, (Room.read("room", folder),), (ROLE,))
    (folder / "0003_third.sql").write_text("ALTER TABLE second ADD COLUMN note text NOT NULL DEFAULT 'kept';")

    assert await migrate(url, (Room.read("room", folder),), (ROLE,)) == 1
    assert [tuple(row) for row in await fetch(url, "SELECT id, note FROM second")] == [(1, "kept")]


async def test_a_migration_changed_after_it_ran_is_refused(url: str, folder: Path) -> None:
    await migrate(url, (Room.read("room", folder),), (ROLE,))
    (folder / "0001_first.sql").write_text("CREATE TABLE first (id bigint PRIMARY KEY);")

    with pytest.raises(Fatal, match="room/0001_first was changed after it ran"):
        await migrate(url, (Room.read("room", folder),), (ROLE,))


async def test_a_failing_migration_leaves_nothing_of_itself(url: str, folder: Path) -> None:
    (folder / "0003_third.sql").write_text("CREATE TABLE third (id int); SELECT 1 / 0;")

    with pytest.raises(Fatal, match="room/0003_third failed: division by zero"):
        await migrate(url, (Room.read("room", folder),), (ROLE,))

    assert [row["number"] for row in await fetch(url, "SELECT number FROM schema_migration ORDER BY 1")] == [1, 2]
    assert (await fetch(url, "SELECT to_regclass('third') AS third"))[0]["third"] is None


def test_a_misnamed_migration_is_refused(folder: Path) -> None:
    (folder / "3-third.sql").touch()

    with pytest.raises(Fatal, match=r"room/3-third\.sql is not named NNNN_name\.sql"):
        Room.read("room", folder)


def test_a_number_used_twice_is_refused(folder: Path) -> None:
    (folder / "0002_other.sql").touch()

    with pytest.raises(Fatal, match="share number 2"):
        Room.read("room", folder)


async def test_a_rooms_own_grants_have_the_last_word(url: str, folder: Path) -> None:
    (folder / "grants.sql").write_text("REVOKE DELETE ON first FROM :role; SELECT 1::int;")

    await migrate(url, (Room.read("room", folder),), (ROLE,))

    rights = await fetch(
        url,
        f"SELECT has_table_privilege('{ROLE}', 'first', 'DELETE') AS first, "
        f"has_table_privilege('{ROLE}', 'second', 'DELETE') AS second",
    )
    assert tuple(rights[0]) == (False, True)


async def test_a_service_may_neither_delete_the_past_nor_change_tables(
    service_database: Callable[[str], object],
) -> None:
    database = service_database("intake")
    connection = await asyncpg.connect(database.url)  # type: ignore[attr-defined]
    try:
        assert await connection.fetchval("SELECT current_user") == ROLE
        for forbidden in (
            "DELETE FROM journal",
            "TRUNCATE journal",
            "UPDATE journal SET payload = '{}'",
            "DELETE FROM schema_migration",
            "CREATE TABLE mine (id int)",
            "ALTER TABLE journal DISABLE TRIGGER ALL",
            "DROP TABLE journal",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(forbidden)
    finally:
        await connection.close()


async def test_a_service_may_not_connect_to_the_database_of_another(postgres: str) -> None:
    from ansim.provision.databases import at_database, ensure_database

    connection = await asyncpg.connect(postgres)
    for package in ("intake", "counseling"):
        await ensure_role(connection, role_of(package), "for-tests-only")
    await ensure_database(connection, "ansim_test_private", role_of("intake"))
    try:
        own = at_database(postgres, "ansim_test_private", role_of("intake"), "for-tests-only")
        assert await fetch(own, "SELECT 1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(own.replace(role_of("intake"), role_of("counseling")))
    finally:
        await connection.execute("DROP DATABASE ansim_test_private WITH (FORCE)")
        await connection.close()


@pytest.mark.parametrize("package", ["intake", "victim_support", "counseling", "monitoring", "analytics"])
async def test_every_database_of_the_suite_migrates_twice_over(package: str, url: str) -> None:
    connection = await asyncpg.connect(url)
    await ensure_role(connection, role_of(package), "for-tests-only")
    await connection.close()

    ran = await migrate(url, service_rooms(package), (role_of(package),))

    assert ran > 0
    assert await migrate(url, service_rooms(package), (role_of(package),)) == 0


async def test_the_key_store_migrates_twice_over(url: str) -> None:
    assert await migrate(url, key_rooms(), (ROLE,)) > 0
    assert await migrate(url, key_rooms(), (ROLE,)) == 0
