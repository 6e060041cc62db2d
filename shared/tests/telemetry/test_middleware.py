from uuid import UUID, uuid4

import httpx2
import pytest
import structlog
from fastapi import FastAPI, Request
from structlog.testing import LogCapture

from ansim.telemetry import Metrics, RequestTelemetry, correlationid, routes


class Kit:
    def __init__(self) -> None:
        self.metrics = Metrics("intake")


@pytest.fixture
def kit() -> Kit:
    return Kit()


@pytest.fixture
def written() -> LogCapture:
    return LogCapture()


@pytest.fixture
def client(kit: Kit, written: LogCapture, monkeypatch: pytest.MonkeyPatch) -> httpx2.AsyncClient:
    app = FastAPI()
    app.include_router(routes(kit))

    @app.get("/reports/{report}")
    async def show(request: Request, report: str) -> dict[str, str]:
        assert request.state.correlationid == correlationid()
        return {"correlationid": str(correlationid())}

    @app.get("/broken/{report}")
    async def broken(report: str) -> None:
        raise RuntimeError(report)

    before = structlog.get_config()
    monkeypatch.setattr("ansim.telemetry.middleware.log", structlog.wrap_logger(None, processors=[written]))
    assert structlog.get_config() == before
    transport = httpx2.ASGITransport(RequestTelemetry(app, kit.metrics), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


async def test_a_uuid_sent_along_is_the_correlation_id_of_everything(client: httpx2.AsyncClient) -> None:
    sent = str(uuid4())

    answer = await client.get("/reports/1", headers={"x-correlation-id": sent})

    assert answer.json() == {"correlationid": sent}
    assert answer.headers["x-correlation-id"] == sent


@pytest.mark.parametrize("sent", ["가나다".encode(), b"", b"a" * 36, b"{00000000-0000-0000-0000-0000000000}"])
async def test_anything_else_is_replaced_by_a_new_one(client: httpx2.AsyncClient, sent: bytes) -> None:
    answer = await client.get("/reports/1", headers={b"x-correlation-id": sent})

    assert UUID(answer.headers["x-correlation-id"]).version == 4


async def test_the_log_line_names_the_route_and_nothing_of_the_request(
    client: httpx2.AsyncClient, written: LogCapture
) -> None:
    await client.get("/reports/secret-id?contact=010-0000-0000")

    (line,) = written.entries
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "request_served",
        "log_level": "info",
        "method": "GET",
        "route": "/reports/{report}",
        "status": 200,
    }


async def test_what_no_route_answers_is_unrouted_and_its_path_is_kept_out(
    client: httpx2.AsyncClient, written: LogCapture
) -> None:
    answer = await client.get("/hong-gil-dong")

    assert answer.status_code == 404
    assert [line["route"] for line in written.entries] == ["unrouted"]


async def test_an_unexpected_error_is_counted_as_500(client: httpx2.AsyncClient, kit: Kit, written: LogCapture) -> None:
    answer = await client.get("/broken/1")

    assert answer.status_code == 500
    assert [(line["event"], line["status"]) for line in written.entries] == [("request_served", 500)]
    assert 'route="/broken/{report}",service="intake",status="5xx"} 1.0' in kit.metrics.render().decode()


async def test_metrics_are_served_as_text_and_scrapes_are_not_logged(
    client: httpx2.AsyncClient, written: LogCapture
) -> None:
    await client.get("/reports/1")
    written.entries.clear()

    answer = await client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'ansim_http_requests_total{method="GET",route="/reports/{report}"' in answer.text
    assert written.entries == []
