"""Numbered SQL files, run once each, in order, in a transaction of their own, with a checksum that must never change.

A room is a folder `migrations/` with files `NNNN_name.sql`. The table `schema_migration` says what ran. `grants.sql` in the same
folder is run after all migrations, at every start, once for each service role: `:role` stands for its quoted name.
"""

import hashlib
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from ansim.errors import Fatal
from ansim.provision.databases import quoted

__all__ = ["Migration", "Room", "key_rooms", "migrate", "service_rooms"]

_KIT_ROOMS = ("journal", "access", "inbox", "relay", "feed", "web", "history", "clock", "exports", "privacy")
_ADVISORY_LOCK = 0x616E73696D  # "ansim": two provisioners of one database wait for each other
_FILE = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")

# What a service's role may never do, whatever a room grants: the past is not deleted, the access record not rewritten.
_GUARDED = {
    "journal": "SELECT, INSERT, UPDATE",
    "access_record": "SELECT, INSERT",
    "access_chain": "SELECT, INSERT",
    "schema_migration": "SELECT",
}

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migration (
    room text NOT NULL,
    number int NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (room, number)
)"""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Room:
    """A folder of migrations. Reads it at construction; raises Fatal on a misnamed file or a number used twice."""

    name: str
    migrations: tuple[Migration, ...]
    grants: str = ""

    @classmethod
    def read(cls, name: str, folder: Path) -> "Room":
        found: dict[int, Migration] = {}
        for file in sorted(folder.glob("*.sql")):
            if file.name == "grants.sql":
                continue
            match = _FILE.fullmatch(file.name)
            if match is None:
                raise Fatal(f"migration {name}/{file.name} is not named NNNN_name.sql")
            number = int(match[1])
            if number in found:
                raise Fatal(f"migrations {name}/{found[number].name} and {name}/{match[2]} share number {number}")
            found[number] = Migration(number, match[2], file.read_text())
        grants = folder / "grants.sql"
        return cls(
            name, tuple(found[number] for number in sorted(found)), grants.read_text() if grants.exists() else ""
        )


def service_rooms(package: str) -> tuple[Room, ...]:
    """The rooms of a service's database in the order to run them: the kit's, then its own."""
    kit = [Room.read(name, _folder("ansim") / name / "migrations") for name in _KIT_ROOMS]
    return (*kit, Room.read(package, _folder(package) / "migrations"))


def key_rooms() -> tuple[Room, ...]:
    """The rooms of the key store."""
    return (Room.read("vault", _folder("ansim") / "vault" / "migrations"),)


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Fatal(f"the package {package} is not installed: run `make` to set up the environment")
    return Path(spec.submodule_search_locations[0])


async def migrate(owner_url: str, rooms: tuple[Room, ...], roles: tuple[str, ...]) -> int:
    """Brings the database up to date, renews the grants of `roles`, and returns how many migrations ran.

    Raises Fatal when a migration that already ran was changed since, or one fails: then nothing of it is kept.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _ADVISORY_LOCK)
        await connection.execute(_TABLE)
        ran = sum([await _run_room(connection, room) for room in rooms])
        for role in roles:
            await _grant(connection, rooms, role)
        return ran
    finally:
        await connection.close()


async def _run_room(connection: asyncpg.Connection, room: Room) -> int:
    rows = await connection.fetch("SELECT number, checksum FROM schema_migration WHERE room = $1", room.name)
    applied = {row["number"]: row["checksum"] for row in rows}
    ran = 0
    for migration in room.migrations:
        label = f"{room.name}/{migration.number:04d}_{migration.name}"
        if migration.number in applied:
            if applied[migration.number] != migration.checksum:
                raise Fatal(
                    f"migration {label} was changed after it ran on this database: put the change into a new migration "
                    "(a demo can start afresh with `ansim demo --fresh`)"
                )
            continue
        try:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO schema_migration (room, number, name, checksum) VALUES ($1, $2, $3, $4)",
                    room.name,
                    migration.number,
                    migration.name,
                    migration.checksum,
                )
        except asyncpg.PostgresError as error:
            raise Fatal(f"migration {label} failed: {error}") from error
        ran += 1
    return ran


async def _grant(connection: asyncpg.Connection, rooms: tuple[Room, ...], role: str) -> None:
    name = quoted(role)
    schemas = await connection.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    )
    async with connection.transaction():
        for schema in (quoted(row["nspname"]) for row in schemas):
            await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
            await connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}")
            await connection.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}")
        for table, rights in _GUARDED.items():
            if await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", table):
                await connection.execute(f"REVOKE ALL ON {quoted(table)} FROM {name}")
                await connection.execute(f"GRANT {rights} ON {quoted(table)} TO {name}")
        for room in rooms:
            if room.grants:
                await connection.execute(re.sub(r"(?<!:):role\b", name, room.grants))
