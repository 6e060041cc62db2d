"""One database and one login role per service. The role owns nothing and may change no table's definition."""

from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from ansim.contracts.catalogue import SERVICES

__all__ = ["KEYS_DATABASE", "PACKAGES", "at_database", "database_of", "ensure_database", "ensure_role", "role_of"]

KEYS_DATABASE = "ansim_keys"
PACKAGES = {slug: slug.replace("-", "_") for slug in SERVICES}


def database_of(package: str) -> str:
    return f"ansim_{package}"


def role_of(package: str) -> str:
    return f"ansim_{package}"


def at_database(url: str, database: str, user: str | None = None, password: str | None = None) -> str:
    """The same server, another database; as another user when one is given."""
    parts = urlsplit(url)
    netloc = parts.netloc
    if user is not None:
        server = netloc.rpartition("@")[2]
        netloc = f"{quote(user)}:{quote(password or '', safe='')}@{server}"
    return urlunsplit(parts._replace(path=f"/{database}", netloc=netloc))


async def ensure_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    """The role exists, may log in with this password, and has no other right. `connection` is the owner's."""
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    options = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    secret = await connection.fetchval("SELECT quote_literal($1::text)", password)
    await connection.execute(f"{verb} ROLE {quoted(role)} {options} PASSWORD {secret}")


async def ensure_database(connection: asyncpg.Connection, database: str, *roles: str) -> None:
    """The database exists, belongs to the owner, and of the others only `roles` may connect to it."""
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        await connection.execute(f"CREATE DATABASE {quoted(database)} TEMPLATE template0 ENCODING 'UTF8'")
    await connection.execute(f"REVOKE ALL ON DATABASE {quoted(database)} FROM PUBLIC")
    for role in roles:
        await connection.execute(f"GRANT CONNECT ON DATABASE {quoted(database)} TO {quoted(role)}")


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
