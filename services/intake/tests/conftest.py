"""What the tests of intake share: a kit on a real database, staff and public clients, and reports to work on."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from ansim.access import Role
from ansim.contracts import Event
from ansim.journal import Actor, Context
from ansim.runtime import Kit
from ansim.testing.keeper import PASSWORD
from ansim.testing.kits import ClientFor, Clients, KitFor, client_for, kit_for, send_form
from ansim.testing.relayed import heard
from intake.commands import (
    AcknowledgeReport,
    ReferReport,
    SubmitReport,
    TriageReport,
    acknowledge_report,
    refer_report,
    submit_report,
    triage_report,
)
from intake.service import SERVICE

__all__ = ["client_for", "kit_for"]

OFFICER = Actor("intake-officer", "intake_officer", "한서윤 (가상)")
REPORT = {"reporter_role": "victim", "harm_types": ["distribution"], "narrative": "(가상) 표지어-물푸레", "contact": ""}
JUDGEMENT = {"severity": "high", "harm_types": ["distribution"], "age_band": "19_24", "minor": "no"}
TO_SUPPORT = {"target": "victim_support", "consent": "given", "legal_basis": "consent", "gender": "female"}


def context(at: datetime | None = None) -> Context:
    return Context(OFFICER, at or datetime.now(UTC), uuid4())


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


class Desk:
    """Commands as somebody at the desk gives them, each in a transaction of its own."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    async def submitted(self, **fields: Any) -> UUID:
        async with self.kit.store.unit(context()) as unit:
            return await submit_report(unit, SubmitReport.model_validate({**REPORT, **fields}))

    async def acknowledged(self, **fields: Any) -> UUID:
        report = await self.submitted(**fields)
        async with self.kit.store.unit(context()) as unit:
            await acknowledge_report(unit, AcknowledgeReport(report=report))
        return report

    async def triaged(self, **fields: Any) -> UUID:
        report = await self.acknowledged()
        async with self.kit.store.unit(context()) as unit:
            await triage_report(unit, TriageReport.model_validate({"report": report, **JUDGEMENT, **fields}))
        return report

    async def referred(self, **fields: Any) -> tuple[UUID, UUID]:
        report = await self.triaged()
        async with self.kit.store.unit(context()) as unit:
            command = ReferReport.model_validate({"report": report, **TO_SUPPORT, **fields})
            return report, await refer_report(unit, command)

    async def triaged_of(self, **written: Any) -> UUID:
        """A triaged report of somebody who wrote this."""
        report = await self.acknowledged(**written)
        async with self.kit.store.unit(context()) as unit:
            await triage_report(unit, TriageReport.model_validate({"report": report, **JUDGEMENT}))
        return report

    async def referred_of(self, report: UUID, **fields: Any) -> UUID:
        async with self.kit.store.unit(context()) as unit:
            command = ReferReport.model_validate({"report": report, **TO_SUPPORT, **fields})
            return await refer_report(unit, command)

    async def hear(self, event: Event, referral: UUID, sequence: int = 1) -> UUID:
        """The service's own reaction to a receiver's event. Returns the id of the event."""
        told = heard(event, referral, sequence)
        envelope = told.envelope
        system = Context(Actor("system:intake", "system"), envelope.time, envelope.correlationid, envelope.id)
        async with self.kit.store.unit(system) as unit:
            for handler in SERVICE.reactor.handlers(type(event)):
                await handler(unit, told)
        return envelope.id

    async def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        async with self.kit.store.read(context()) as conn:
            return [dict(row) for row in await conn.fetch(sql, *args)]


@pytest.fixture
def desk(kit: Kit) -> Desk:
    return Desk(kit)


@pytest.fixture
def people(kit: Kit, client_for: ClientFor) -> Clients:
    return Clients(kit, client_for)


@pytest.fixture
async def officer(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.intake_officer)


@pytest.fixture
async def public(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit)


Post = Callable[..., Awaitable[httpx2.Response]]


@pytest.fixture
def post(kit: Kit, officer: httpx2.AsyncClient) -> Post:
    """Sends a form of the desk with its token, as the page would."""

    async def send(path: str, **fields: Any) -> httpx2.Response:
        return await send_form(kit, officer, path, **fields)

    return send


@pytest.fixture
def post_as_officer(post: Post) -> Post:
    """The same, for tests in which the public posts too."""
    return post


async def owner(desk: Desk) -> asyncpg.Connection:
    """A connection that may do to the desk's database what the service itself may not."""
    async with desk.kit.store.pool.acquire() as conn:
        name = await conn.fetchval("select current_database()")
        port = await conn.fetchval("show port")
    return await asyncpg.connect(f"postgresql://ansim_owner:{PASSWORD}@127.0.0.1:{port}/{name}")
