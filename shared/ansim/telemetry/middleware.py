"""One correlation id and one log line a request."""

import time
from typing import Final
from uuid import UUID, uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ansim.telemetry.logs import bound
from ansim.telemetry.metrics import HTTP_REQUEST_SECONDS, HTTP_REQUESTS, Metrics

HEADER: Final = "x-correlation-id"
UNROUTED: Final = "unrouted"

_QUIET: Final = frozenset({"/health/live", "/health/ready", "/metrics"})

log = structlog.get_logger("web")


class RequestTelemetry:
    """Reads `x-correlation-id` (a UUID, else a new one is made), binds it, puts it in `request.state.correlationid` and
    in the answer, counts the request and logs it by its route template: never path values, query, body or address.

    Outermost of all middleware, so that an error answer is counted too. Probes and scrapes are counted, not logged.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlationid = read_correlation_id(Headers(scope=scope).get(HEADER))
        scope.setdefault("state", {})["correlationid"] = correlationid
        started, status = time.perf_counter(), 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = str(correlationid)
            await send(message)

        with bound(correlationid=correlationid):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                self._tell(scope, status, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = route_template(scope), scope["method"]
        self._metrics.count(HTTP_REQUESTS, method=method, route=route, status=f"{status // 100}xx")
        self._metrics.observe(HTTP_REQUEST_SECONDS, seconds, method=method)
        if route not in _QUIET:
            log.info("request_served", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))


def route_template(scope: Scope) -> str:
    """`/api/v1/reports/{report}` for the route that answered; `unrouted` where none did.

    A nested router knows only its own part of the address, so the whole is put together from the path with every
    parameter's value replaced by its name; when that does not fit the route, its own part is all that is told.
    """
    own = getattr(scope.get("route"), "path", None)
    if not isinstance(own, str) or not own:
        return UNROUTED
    names = {str(value): name for name, value in scope.get("path_params", {}).items()}
    whole = "/".join(f"{{{names[part]}}}" if part in names else part for part in scope["path"].split("/"))
    return whole if whole.endswith(own) else own


def read_correlation_id(sent: str | None) -> UUID:
    """The caller's id if it is a UUID in its usual form, else a new one: nothing else gets into our logs that way."""
    try:
        if sent is not None and len(sent) == 36:
            return UUID(sent)
    except ValueError:
        pass
    return uuid4()
