"""Stores for tests: a service's real database, with keys in memory and reads on record in a list."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from ansim.journal import Actor, Context, Projector, Store
from ansim.vault import MemoryKeyStore, Vault

__all__ = ["RecordedReads", "open_store", "some_context"]


@dataclass
class RecordedReads:
    """The access record's twin: keeps (actor, action, person, what)."""

    entries: list[tuple[Actor, str, UUID | None, str]] = field(default_factory=list)

    async def record(self, conn: asyncpg.Connection, actor: Actor, action: str, person: UUID | None, what: str) -> None:
        self.entries.append((actor, action, person, what))


def some_context(at: datetime | None = None, *, role: str = "intake_officer", team: str = "") -> Context:
    """A staff member of no importance, now. Without a team they see every team's records, as a supervisor does."""
    actor = Actor("test-staff", role, "Test (invented)")
    return Context(actor, at or datetime.now(UTC), uuid4(), team=team, all_teams=not team)


@asynccontextmanager
async def open_store(
    url: str,
    service: str,
    projector: Projector | None = None,
    *,
    reads: RecordedReads | None = None,
    vault: Vault | None = None,
) -> AsyncIterator[Store]:
    """A store on a database of `service_database`, closed at the end."""
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        yield Store(
            pool,
            service=service,
            projector=projector or Projector(),
            vault=vault or Vault(MemoryKeyStore(), secrets.token_bytes(32), service),
            access_log=reads or RecordedReads(),
        )
