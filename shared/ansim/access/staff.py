"""Staff: who they are and what they may be, from the service's own table."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final
from uuid import UUID, uuid5

import asyncpg

from ansim.access.roles import SEES_ALL_TEAMS, Role

_FIND = "select subject, name, team, roles, member from staff where subject = $1 and active"

_SEED = """
insert into staff (subject, name, team, roles, member) values ($1, $2, $3, $4, $5)
on conflict (subject) do update set name = excluded.name, team = excluded.team, roles = excluded.roles, member = excluded.member
"""

_SEED_TEAM = """
insert into team (id, name_ko, name_en) values ($1, $2, $3)
on conflict (id) do update set name_ko = excluded.name_ko, name_en = excluded.name_en
"""

_COLLEAGUES = """
select staff.subject, staff.name, staff.team, staff.roles, staff.member, team.name_ko, team.name_en
from staff left join team on team.id = staff.team
where staff.active and staff.roles && $1::text[]
order by staff.team, staff.name
"""

_DEMO: Final = UUID("6f8ad1c7-2f0b-5a53-9a0e-0b8f3a4a7c55")


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A row of the staff table. `member` is how events name this person: random, and of this service only."""

    subject: str
    name: str
    team: str
    roles: frozenset[Role]
    member: UUID


@dataclass(frozen=True, slots=True)
class Staff:
    """The person a request comes from. `role` is the one they act in here; `lang` the language they read."""

    subject: str
    name: str
    role: Role
    roles: frozenset[Role]
    team: str
    lang: str
    member: UUID

    @property
    def sees_all_teams(self) -> bool:
        return bool(self.roles & SEES_ALL_TEAMS)


@dataclass(frozen=True, slots=True)
class Team:
    """A team by its id, and what it is called."""

    id: str
    name_ko: str
    name_en: str

    def name(self, lang: str) -> str:
        return self.name_ko if lang == "ko" else self.name_en


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody work can be given to."""

    member: UUID
    subject: str
    name: str
    team: Team


async def find_staff(conn: asyncpg.Connection | asyncpg.Pool, subject: str) -> StaffMember | None:
    """The active staff member with this subject."""
    row = await conn.fetchrow(_FIND, subject)
    return None if row is None else member_of(row)


def member_of(row: asyncpg.Record) -> StaffMember:
    """A staff row as a value. A role this version does not know is left out: it grants nothing."""
    known = frozenset(Role(role) for role in row["roles"] if role in _KNOWN)
    return StaffMember(row["subject"], row["name"], row["team"], known, row["member"])


async def colleagues(conn: asyncpg.Connection, *roles: Role) -> list[Colleague]:
    """Active staff with one of these roles, team by team. A team without a name is called by its id."""
    rows = await conn.fetch(_COLLEAGUES, [role.value for role in roles])
    return [
        Colleague(
            row["member"],
            row["subject"],
            row["name"],
            Team(row["team"], row["name_ko"] or row["team"], row["name_en"] or row["team"]),
        )
        for row in rows
    ]


def acting_role(held: Collection[Role], wanted: Collection[Role]) -> Role | None:
    """The role in which someone acts where `wanted` are allowed (empty: any), None if they hold none of them."""
    fitting = sorted(role for role in held if not wanted or role in wanted)
    return fitting[0] if fitting else None


def demo_staff() -> tuple[StaffMember, ...]:
    """The invented people of the demonstration."""
    return tuple(
        StaffMember(
            person["subject"],
            person["name"],
            person["team"],
            frozenset(map(Role, person["roles"])),
            uuid5(_DEMO, person["subject"]),
        )
        for person in _demo_file()["staff"]
    )


def demo_teams() -> tuple[Team, ...]:
    """The invented teams of the demonstration."""
    return tuple(Team(team["id"], team["ko"], team["en"]) for team in _demo_file()["team"])


def _demo_file() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(resources.files("ansim.access").joinpath("demo_staff.toml").read_text(encoding="utf-8"))


async def seed_demo_staff(conn: asyncpg.Connection | asyncpg.Pool) -> None:
    """Puts the invented people and teams into their tables. Idempotent; a person made inactive stays so."""
    people = [(each.subject, each.name, each.team, sorted(each.roles), each.member) for each in demo_staff()]
    await conn.executemany(_SEED, people)
    await conn.executemany(_SEED_TEAM, [(team.id, team.name_ko, team.name_en) for team in demo_teams()])


_KNOWN: Final = frozenset(role.value for role in Role)
