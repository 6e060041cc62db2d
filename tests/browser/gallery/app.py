"""The gallery: every macro in every state, in both shells, with invented people and figures."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from fastapi import FastAPI, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from ansim.contracts.codes import AgeBand, HarmType
from ansim.errors import DomainError, Forbidden, Message, NotFound, VersionConflict
from ansim.web import Command, Deadline, HeldUp, Text, Web

SECRET = b"the gallery has no secrets to keep"


@dataclass(frozen=True)
class Nav:
    title: str
    path: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Person:
    name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Row:
    number: str
    what: str
    deadline: Deadline
    owner: str


class Report(Command):
    age_band: AgeBand
    harm_types: frozenset[HarmType] = Field(min_length=1)
    note: Text
    on: date | None = None
    danger: bool = False


def rows(now: datetime) -> list[Row]:
    """Late, near, far, paused: one row each, nearest first."""

    def clock(before: float, allowed: float, **more: Any) -> Deadline:
        since = now - timedelta(hours=before)
        return Deadline(since, since + timedelta(hours=allowed), Message("Reported; 3 h allowed"), now=now, **more)

    return [
        Row("R-4471", "Threat · may be a minor", clock(3.5, 3), "Han Seo-yun (invented)"),
        Row("R-4480", "Being shared · 3 places", clock(2.4, 3), ""),
        Row("R-4476", "Fabricated picture", clock(10, 24), "Oh Ji-ho (invented)"),
        Row("R-4448", "Secret filming", clock(56, 72, ours=False), "Han Seo-yun (invented)"),
        Row("R-4462", "Grooming", clock(2, 24, ours=False, paused=True), ""),
    ]


def gallery(assets: Path | None = None) -> FastAPI:
    """The app. Paths: /, /form, /calm, /live, and one for each refusal."""
    app = FastAPI(openapi_url=None)
    web = Web(
        slug="intake",
        package="tests.browser.gallery",
        title="Intake",
        secret=SECRET,
        navigation=(Nav("Every part", "/"), Nav("A form", "/form"), Nav("Live figures", "/figures")),
        urls={"intake": "/", "victim-support": "/elsewhere", "analytics": "/elsewhere"},
        assets=assets,
        demo=True,
        role_titles={"intake_officer": "Intake officer"},
    )
    app.state.web = web
    _staff_pages(app, web)
    _public_pages(app, web)
    _refusals(app)
    web.install(app)
    return app


def _signed_in(request: Request) -> None:
    request.state.staff = Person("Han Seo-yun (invented)", frozenset({"intake_officer"}))


def _staff_pages(app: FastAPI, web: Web) -> None:
    @app.get("/")
    async def parts(request: Request) -> Response:
        _signed_in(request)
        now = datetime.now(UTC)
        web.held_up = lambda: HeldUp(12, now)
        try:
            return web.page(request, "parts.html", now=now, rows=rows(now))
        finally:
            web.held_up = lambda: None

    @app.get("/form")
    async def show(request: Request) -> Response:
        _signed_in(request)
        return web.page(request, "form.html")

    @app.post("/form")
    async def send(request: Request) -> Response:
        _signed_in(request)
        form = await web.form(request, Report)
        if form.value is not None and form.value.danger:
            refusal = DomainError("danger", "danger", Message("Call 112 first."))
            return web.page(request, "form.html", 422, form=form.refused(refusal))
        if form.value is not None:
            return web.see_other("/")
        return web.page(request, "form.html", 422, form=form)

    @app.get("/figures")
    async def figures(request: Request) -> Response:
        _signed_in(request)
        return web.page(request, "figures.html", count=91, at=datetime.now(UTC))

    @app.get("/live")
    async def live(request: Request) -> Response:
        async def stream() -> AsyncIterator[bytes]:
            for count in (92, 93):
                html = web.render("ko", "figure.html", count=count, at=datetime.now(UTC))
                yield b"event: part\ndata: " + orjson.dumps({"name": "counselled", "html": html}) + b"\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")


def _public_pages(app: FastAPI, web: Web) -> None:
    @app.get("/calm")
    async def question(request: Request) -> Response:
        return web.page(request, "calm.html")

    @app.post("/calm")
    async def answer(request: Request) -> Response:
        form = await web.form(request, Report)
        return web.page(request, "calm.html", 422, form=form)


def _refusals(app: FastAPI) -> None:
    errors: dict[str, Exception] = {
        "forbidden": Forbidden("wrong team"),
        "conflict": VersionConflict("report", UUID(int=1), 1, 2),
        "refused": DomainError("closed", message=Message("Call 112 first.")),
        "missing": NotFound("report", "R-1"),
        "away": ConnectionRefusedError("db:5432"),
        "broken": RuntimeError("Kim Min-su (invented) broke it"),
    }

    @app.get("/refuse/{kind}")
    async def refuse(kind: str) -> Response:
        raise errors[kind]

    @app.post("/api/v1/reports")
    async def create(body: Report) -> dict[str, str]:
        return {"age_band": body.age_band}

    @app.get("/api/v1/refuse/{kind}")
    async def refuse_program(kind: str) -> Response:
        raise errors[kind]
