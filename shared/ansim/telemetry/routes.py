"""`GET /metrics` for Prometheus."""

from typing import Protocol

from fastapi import APIRouter, Response

from ansim.telemetry.metrics import CONTENT_TYPE, Metrics


class HasMetrics(Protocol):
    """The part of the kit that this route needs."""

    @property
    def metrics(self) -> Metrics: ...


def routes(kit: HasMetrics) -> APIRouter:
    """The route `/metrics`. It tells counts only, but is meant for the scraper's network, not for the public one."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def metrics() -> Response:
        return Response(kit.metrics.render(), media_type=CONTENT_TYPE)

    return router
