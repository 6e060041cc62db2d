from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx2
import pytest
from fastapi import Depends, FastAPI

from ansim.access import Access, Provider, Role, Staff, routes
from ansim.telemetry import Metrics, RequestTelemetry
from ansim.testing.kits import CLIENT_SECRET
from ansim.testing.servers import ServiceDatabase
from ansim.web import Web

BASE = "http://127.0.0.1"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class SmallKit:
    """The part of a kit that access and its routes need."""

    access: Access
    web: Web
    metrics: Metrics


@pytest.fixture
async def pool(service_database: Callable[[str], ServiceDatabase]) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(service_database("intake").url, min_size=1, max_size=4) as pool:
        yield pool


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def kit(pool: asyncpg.Pool, issuer: str, clock: Clock) -> AsyncIterator[SmallKit]:
    metrics = Metrics("intake")
    access = Access(
        package="intake",
        base_url=BASE,
        pool=pool,
        provider=Provider(issuer, "ansim", CLIENT_SECRET),
        key=bytes(range(32)),
        demo=True,
        metrics=metrics,
        now=clock,
    )
    web = Web(slug="intake", package="ansim", title="Intake", secret=bytes(32), demo=True, issuer=issuer)
    yield SmallKit(access, web, metrics)
    await access.close()


@pytest.fixture
def app(kit: SmallKit) -> FastAPI:
    """A service with one page and one API call for intake officers."""
    app = FastAPI()
    officer = Depends(kit.access.staff(Role.intake_officer))

    @app.get("/desk/{report}")
    async def desk(report: str, staff: Staff = officer) -> dict[str, str]:
        return {"name": staff.name, "role": staff.role, "lang": staff.lang}

    @app.get("/api/v1/reports")
    async def reports(staff: Staff = officer) -> dict[str, str]:
        return {"subject": staff.subject}

    @app.post("/api/v1/reports")
    async def change(staff: Staff = officer) -> dict[str, str]:
        return {"changed by": staff.subject}

    @app.get("/anyone")
    async def anyone(staff: Staff = Depends(kit.access.staff())) -> dict[str, str]:
        return {"role": staff.role}

    app.include_router(routes(kit))
    kit.web.install(app)
    kit.access.install(app)
    app.add_middleware(RequestTelemetry, metrics=kit.metrics)
    return app


class Browser:
    """Follows redirects step by step between the service and the provider, and keeps each one's cookies apart."""

    def __init__(self, app: FastAPI) -> None:
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        self.service = httpx2.AsyncClient(transport=transport, base_url=BASE)
        self.outside = httpx2.AsyncClient(trust_env=False)

    async def get(self, url: str, **kwargs: object) -> httpx2.Response:
        return await self.service.get(url, **kwargs)  # type: ignore[arg-type]

    async def to_provider(self, back: str = "/desk/1") -> str:
        """The provider's address to which the service sends the browser."""
        answer = await self.get("/sign-in", params={"back": back})
        assert answer.status_code == 303
        return answer.headers["location"]

    async def choose(self, page: str, subject: str) -> httpx2.Response:
        return await self.outside.post(page, data={"sub": subject})

    async def sign_in(self, subject: str = "intake-officer", back: str = "/desk/1") -> httpx2.Response:
        chosen = await self.choose(await self.to_provider(back), subject)
        return await self.get(chosen.headers["location"])

    async def close(self) -> None:
        await self.service.aclose()
        await self.outside.aclose()


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    browser = Browser(app)
    yield browser
    await browser.close()


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
