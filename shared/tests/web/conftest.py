"""A small app around the kit's pages. It sets what access and telemetry set in a real service."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from fastapi import FastAPI, Request
from jinja2 import ChoiceLoader, DictLoader
from pydantic import Field
from starlette.responses import Response, StreamingResponse
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from ansim.contracts.codes import HarmType, Severity
from ansim.errors import DomainError, Forbidden, Message, NotFound, Retriable, VersionConflict
from ansim.web import Command, Line, Text, Web

SECRET = b"thirty-two bytes of a test secret"
FORM = """{% extends "shell/desk.html" %}{% from "parts/form.html" import guard, errors_summary, field, check, choices %}
{% block content %}<form method="post">{{ errors_summary(form) }}{{ guard() }}
{{ field(form, "name", "Name") }}{{ choices(form, "harms", "Harms", codes.HarmType|options) }}{{ field(form, "note", "Note", rows=3) }}</form>{% endblock %}"""
PLAIN = """{% extends "shell/desk.html" %}{% block content %}<p>{{ text }}</p>{% endblock %}"""


class Sample(Command):
    """One field of each kind that screens ask for."""

    name: Line
    harms: frozenset[HarmType] = Field(min_length=1)
    severity: Severity | None = None
    note: Text = "–"
    count: int | None = Field(default=None, ge=1, le=10)
    on: date | None = None
    at: datetime | None = None
    agreed: bool = False
    report: UUID | None = None


@dataclass
class Person:
    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Entry:
    title: str
    path: str
    roles: tuple[str, ...] = ()


class Seen:
    """What the app understood of the last form."""

    form: Any = None


ERRORS: dict[str, Exception] = {
    "forbidden": Forbidden("wrong team"),
    "missing": NotFound("report", "secret-number"),
    "conflict": VersionConflict("report", UUID(int=7), 1, 3),
    "rule": DomainError("too-early", "on", Message("Write text.")),
    "retry": Retriable("db secret-host"),
    "unstorable": asyncpg.CharacterNotInRepertoireError("secret"),
    "refused": ConnectionRefusedError("secret-host:5432"),
    "broken": RuntimeError("Hong Gil-dong (invented) at secret-host"),
}


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What was logged, instead of printing it."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def web() -> Web:
    web = Web(
        slug="intake",
        package="ansim",
        title="Intake",
        secret=SECRET,
        navigation=(Entry("Intake", "/plain", ("intake_officer",)), Entry("Analytics", "/other", ("analyst",))),
        urls={"intake": "http://a.invalid", "analytics": "http://b.invalid"},
        demo=True,
        issuer="http://issuer.invalid:9000/realm",
    )
    web.templates.loader = ChoiceLoader([DictLoader({"form.html": FORM, "plain.html": PLAIN}), web.templates.loader])  # type: ignore[list-item]
    return web


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def app(web: Web, seen: Seen) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/plain")
    async def plain(request: Request, text: str = "", role: str = "") -> Response:
        if role:
            request.state.staff = Person("Han Seo-yun (invented)", frozenset({role}))
        return web.page(request, "plain.html", text=text)

    @app.get("/form")
    async def show(request: Request) -> Response:
        return web.page(request, "form.html")

    @app.post("/form")
    async def send(request: Request, session: str = "") -> Response:
        if session:
            request.state.csrf = session
        form = await web.form(request, Sample, report=UUID(int=5))
        seen.form = form
        return web.page(request, "form.html", status=200 if form.value else 422, form=form)

    @app.get("/stream")
    async def stream() -> Response:
        async def lines() -> Any:
            yield b"data: 1\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")

    @app.get("/fail/{kind}")
    @app.get("/api/v1/fail/{kind}")
    async def fail(kind: str) -> Response:
        raise ERRORS[kind]

    @app.post("/api/v1/sample")
    async def create(body: Sample) -> dict[str, str]:
        return {"name": body.name}

    web.install(app)
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False, headers={"accept-language": "en"}) as client:
        yield client


@pytest.fixture
def post(client: TestClient) -> Callable[..., Any]:
    """Opens the form as a browser does and sends it with its token."""

    def send(data: dict[str, Any], **more: Any) -> Any:
        page = client.get("/form")
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert token is not None
        return client.post("/form", data={"csrf": token.group(1), **data}, **more)

    return send
