import base64
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from ansim.access import Access, AccessLog, Provider
from ansim.contracts.base import Event
from ansim.feed import Agreement, Agreements, routes
from ansim.journal import Fact, Projector, Store
from ansim.telemetry import Metrics, RequestTelemetry
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import some_context
from ansim.vault import MemoryKeyStore, Vault
from ansim.web import Web

KEK = bytes(range(32))
POLICE, OTHER_AGENCY = {"Authorization": "Bearer police"}, {"Authorization": "Bearer other"}


class KnownTokens(Provider):
    """A provider that knows two tokens."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", "ansim", "")

    async def subject_of(self, token: str) -> str | None:
        return {"police": "police-agency", "other": "other-agency"}.get(token)


@dataclass
class SmallKit:
    settings: SimpleNamespace
    service: SimpleNamespace
    store: Store
    access: Access
    metrics: Metrics
    web: Web


class Journal:
    """Writes events as the service would and publishes them as the relay would."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def append(self, event: Event, **sealed: str) -> UUID:
        async with self.store.unit(some_context()) as unit:
            stream = await unit.stream(type(event).aggregate, uuid4(), lambda _state, event: event)
            (recorded,) = await stream.append(Fact(event, sealed))
            return recorded.event_id

    async def publish(self) -> None:
        """Gives positions, in the order of appending, to all events that have none."""
        await self.store.pool.execute(
            "update journal set position = numbered.n + (select coalesce(max(position), 0) from journal)"
            " from (select event_id, row_number() over (order by entry) as n from journal where position is null) as numbered"
            " where journal.event_id = numbered.event_id"
        )


@pytest.fixture
async def pool(service_database: Callable[[str], ServiceDatabase]) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(service_database("intake").url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
async def kit(pool: asyncpg.Pool) -> AsyncIterator[SmallKit]:
    vault = Vault(MemoryKeyStore(), KEK, "intake")
    metrics = Metrics("intake")
    access = Access(package="intake", base_url="http://x", pool=pool, provider=KnownTokens(), key=KEK, demo=True)
    yield SmallKit(
        settings=SimpleNamespace(kek=SecretStr(base64.b64encode(KEK).decode())),
        service=SimpleNamespace(slug="intake"),
        store=Store(pool, service="intake", projector=Projector(), vault=vault, access_log=AccessLog()),
        access=access,
        metrics=metrics,
        web=Web(slug="intake", package="ansim", title="Intake", secret=KEK),
    )
    await access.close()


@pytest.fixture
def journal(kit: SmallKit) -> Journal:
    return Journal(kit.store)


def agreements(**changed: object) -> Agreements:
    (demo,) = Agreements.installed().by_id.values()
    agreement = Agreement.model_validate(demo.model_dump() | changed)
    return Agreements({agreement.id: agreement})


ClientOf = Callable[..., httpx2.AsyncClient]


@pytest.fixture
async def client_of(kit: SmallKit) -> AsyncIterator[ClientOf]:
    """A client of the feed under the given agreements (as installed, when none are given)."""
    opened: list[httpx2.AsyncClient] = []

    def make(known: Agreements | None = None) -> httpx2.AsyncClient:
        app = FastAPI()
        app.include_router(routes(kit, known))
        kit.web.install(app)
        kit.access.install(app)
        app.add_middleware(RequestTelemetry, metrics=kit.metrics)
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        opened.append(httpx2.AsyncClient(transport=transport, base_url="http://x", headers=POLICE))
        return opened[-1]

    yield make
    for client in opened:
        await client.aclose()
