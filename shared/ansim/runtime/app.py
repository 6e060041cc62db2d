"""The web application of a service: its pages and API inside the kit's frame."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse

from ansim import access, feed, telemetry
from ansim.contracts import EVENTS
from ansim.errors import NotFound
from ansim.runtime.described import DescribedApp
from ansim.runtime.kit import VERSION, Kit
from ansim.telemetry import RequestTelemetry

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _nothing_beside(app: FastAPI) -> AsyncIterator[None]:
    yield


def build_app(kit: Kit, lifespan: Lifespan = _nothing_beside) -> FastAPI:
    """Pages at `/`, JSON under `/api/v1`, partner feeds under `/feed`, and what operations need. `lifespan` runs the
    background work of the process beside it."""
    app = DescribedApp(
        title=f"Ansim {kit.service.slug}",
        version=VERSION,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.kit = kit
    app.include_router(operations(kit))
    app.include_router(telemetry.routes(kit))
    app.include_router(access.routes(kit))
    app.include_router(feed.routes(kit))
    app.include_router(kit.service.api(kit), prefix="/api/v1")
    app.include_router(kit.service.pages(kit))
    kit.web.install(app)
    kit.access.install(app)
    app.add_middleware(RequestTelemetry, metrics=kit.metrics)
    return app


def operations(kit: Kit) -> APIRouter:
    """Health, status and schemas: no personal data, no sign-in, meant for the inner network."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live(response: Response) -> dict[str, Any]:
        """200 while every background loop makes progress; 503 tells the orchestrator to restart this process."""
        stuck = kit.vitals.stuck()
        response.status_code = 503 if stuck else 200
        return {"live": not stuck, "stuck": stuck}

    @router.get("/health/ready")
    async def ready(response: Response) -> dict[str, Any]:
        """200 when requests can be served: the database answers and no loop has stopped for good."""
        stopped = kit.vitals.stopped()
        good = kit.vitals.database and not stopped
        response.status_code = 200 if good else 503
        return {"ready": good, "database": kit.vitals.database, "stopped": stopped}

    @router.get("/status")
    async def status() -> dict[str, Any]:
        return status_of(kit)

    @router.get("/schemas/{type_name}")
    async def schema(type_name: str) -> JSONResponse:
        """The JSON Schema of an event type, as named by `dataschema` in its envelope."""
        cls = EVENTS.get(type_name)
        if cls is None:
            raise NotFound("schema", type_name)
        return JSONResponse(cls.model_json_schema(mode="serialization"), media_type="application/schema+json")

    return router


def status_of(kit: Kit) -> dict[str, Any]:
    """What `ansim status` and the operations page show of a process. Counts and ages only."""
    vitals = kit.vitals
    return {
        "service": kit.service.slug,
        "version": VERSION,
        "ready": vitals.database and not vitals.stopped(),
        "position": vitals.position,
        "unpublished": vitals.unpublished,
        "oldest_unpublished": vitals.oldest.isoformat() if vitals.oldest else None,
        "parked": vitals.parked,
        "lag": vitals.lag,
        "leading": vitals.leading,
        "broker_away": vitals.broker_away,
        "stuck": vitals.stuck(),
        "stopped": vitals.stopped(),
    }
