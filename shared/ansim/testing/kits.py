"""Whole services in a test: the real application on a real database, without a network in between.

assets      the built fonts and colours
kit_for     factory: an open kit of a service, in demo mode, on fresh databases
client_for  factory: a client of that service's application, signed in as the invented person with a role, or nobody
issuer      the address of the demonstration's sign-in provider, for tests with bearer tokens
"""

import base64
import fcntl
import logging
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import httpx2
import pytest
import structlog

from ansim.access import Role, demo_staff
from ansim.runtime import Kit, Mode, Service, Settings, build_app, open_kit
from ansim.telemetry.logs import processors
from ansim.testing.servers import ServiceDatabase
from ansim.web.assets import BuildFailed, build

__all__ = [
    "CLIENT_SECRET",
    "ClientFor",
    "Clients",
    "KitFor",
    "assets",
    "client_for",
    "csrf_token",
    "issuer",
    "kit_for",
    "quiet_log",
    "send_form",
    "subject_of",
]

ADDRESS = "http://service.test"
KEK = base64.b64encode(bytes(range(32))).decode()
CLIENT_SECRET = secrets.token_urlsafe(24)
"""What `issuer` knows its client by, for `demo_token`."""


class KitFor(Protocol):
    def __call__(self, service: Service, **settings: object) -> Awaitable[Kit]: ...


class ClientFor(Protocol):
    def __call__(self, kit: Kit, role: Role | str | None = None, lang: str = "ko") -> Awaitable[httpx2.AsyncClient]: ...


class Clients:
    """People at a service by role, reading English, each with the form token of their session."""

    def __init__(self, kit: Kit, client_for: ClientFor) -> None:
        self._kit, self._client_for = kit, client_for
        self._known: dict[Role, httpx2.AsyncClient] = {}

    async def __call__(self, role: Role) -> httpx2.AsyncClient:
        if role not in self._known:
            self._known[role] = await self._client_for(self._kit, role, "en")
        return self._known[role]

    async def get(self, role: Role, path: str) -> httpx2.Response:
        return await (await self(role)).get(path)

    async def post(self, role: Role, path: str, **fields: object) -> httpx2.Response:
        return await send_form(self._kit, await self(role), path, **fields)

    async def api(self, role: Role, path: str, **body: object) -> httpx2.Response:
        client = await self(role)
        headers = {"X-CSRF-Token": csrf_token(self._kit, client), "Idempotency-Key": str(uuid4())}
        return await client.post(f"/api/v1{path}", json=body, headers=headers)


def subject_of(role: Role | str) -> str:
    """The first invented person of the demo who holds this role."""
    return next(person.subject for person in demo_staff() if Role(role) in person.roles)


@pytest.fixture(scope="session")
def assets(pytestconfig: pytest.Config) -> Path:
    """The built fonts and colours, kept between runs in the ignored cache folder; built once, also under xdist."""
    folder = pytestconfig.rootpath / ".cache" / "assets"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "assets.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        try:
            build(folder)
        except BuildFailed as error:
            pytest.skip(f"the built typeface is not to be had here: {error}")
    return folder


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """Log lines as in production, errors only, for the length of a test."""
    before = structlog.get_config()
    structlog.configure(
        processors=processors("test"),
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    yield
    structlog.configure(**before)


@pytest.fixture
async def kit_for(
    quiet_log: None, service_database: Callable[[str], ServiceDatabase], keys_database: Callable[[str], ServiceDatabase]
) -> AsyncIterator[KitFor]:
    async with AsyncExitStack() as stack:

        async def make(service: Service, **changed: object) -> Kit:
            known = {
                "mode": Mode.DEMO,
                "database_url": service_database(service.package).url,
                "keys_url": keys_database(service.package).url,
                "kek": KEK,
                "urls": {service.slug: ADDRESS},
                "kafka_bootstrap": "127.0.0.1:1",
                "oidc_issuer": "http://127.0.0.1:1",
            }
            kit = await stack.enter_async_context(open_kit(Settings(**(known | changed)), service))  # type: ignore[arg-type]
            kit.vitals.database = True
            return kit

        yield make


@pytest.fixture
async def client_for() -> AsyncIterator[ClientFor]:
    async with AsyncExitStack() as stack:

        async def make(kit: Kit, role: Role | str | None = None, lang: str = "ko") -> httpx2.AsyncClient:
            transport = httpx2.ASGITransport(build_app(kit), raise_app_exceptions=False)
            client = httpx2.AsyncClient(transport=transport, base_url=ADDRESS, headers={"Accept-Language": lang})
            await stack.enter_async_context(client)
            if role is not None:
                client.cookies.update(await kit.access.sign_in_as(subject_of(role)))
            return client

        yield make


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The demonstration's provider, for real, in a process of its own."""
    serve = (
        "import sys; from ansim.access.provider import make; server = make(0, client_secret=sys.argv[1]);"
        "print(server.server_port, flush=True); server.serve_forever()"
    )
    with subprocess.Popen([sys.executable, "-c", serve, CLIENT_SECRET], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = next(line.strip() for line in process.stdout if line.strip().isdigit())  # after what it logs
        yield f"http://127.0.0.1:{port}"
        process.terminate()


async def send_form(kit: Kit, client: httpx2.AsyncClient, path: str, **fields: object) -> httpx2.Response:
    """Post a form as a browser would, with its token and a key of its own; a list is a field that is sent several times."""
    known = {"csrf": csrf_token(kit, client), "once": str(uuid4())}
    pairs = [(n, v) for n, value in (known | fields).items() for v in (value if isinstance(value, list) else [value])]
    body = str(httpx2.QueryParams([(name, str(value)) for name, value in pairs]))
    return await client.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})


def csrf_token(kit: Kit, client: httpx2.AsyncClient) -> str:
    """The form token of a signed-in client, for the field `csrf`."""
    return kit.access.csrf_of(dict(client.cookies))
