"""Staff: who they are and what they may be, from the service's own table."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from typing import Final

import asyncpg

from ansim.access.roles import Role

_FIND = "select subject, name, team, roles from staff where subject = $1 and active"

_SEED = """
insert into staff (subject, name, team, roles) values ($1, $2, $3, $4)
on conflict (subject) do update set name = excluded.name, team = excluded.team, roles = excluded.roles
"""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A row of the staff table."""

    subject: str
    name: str
    team: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Staff:
    """The person a request comes from. `role` is the one they act in here; `lang` the language they read."""

    subject: str
    name: str
    role: Role
    roles: frozenset[Role]
    team: str
    lang: str


async def find_staff(conn: asyncpg.Connection | asyncpg.Pool, subject: str) -> StaffMember | None:
    """The active staff member with this subject."""
    row = await conn.fetchrow(_FIND, subject)
    return None if row is None else member_of(row)


def member_of(row: asyncpg.Record) -> StaffMember:
    """A staff row as a value. A role this version does not know is left out: it grants nothing."""
    known = frozenset(Role(role) for role in row["roles"] if role in _KNOWN)
    return StaffMember(row["subject"], row["name"], row["team"], known)


def acting_role(held: Collection[Role], wanted: Collection[Role]) -> Role | None:
    """The role in which someone acts where `wanted` are allowed (empty: any), None if they hold none of them."""
    fitting = sorted(role for role in held if not wanted or role in wanted)
    return fitting[0] if fitting else None


def demo_staff() -> tuple[StaffMember, ...]:
    """The invented people of the demonstration."""
    text = resources.files("ansim.access").joinpath("demo_staff.toml").read_text(encoding="utf-8")
    return tuple(
        StaffMember(person["subject"], person["name"], person["team"], frozenset(map(Role, person["roles"])))
        for person in tomllib.loads(text)["staff"]
    )


async def seed_demo_staff(conn: asyncpg.Connection | asyncpg.Pool) -> None:
    """Puts the invented people into the staff table. Idempotent; a person made inactive stays so."""
    await conn.executemany(_SEED, [(each.subject, each.name, each.team, sorted(each.roles)) for each in demo_staff()])


_KNOWN: Final = frozenset(role.value for role in Role)
