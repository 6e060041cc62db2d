"""The frame around every service: health that means progress, schemas, and answers when things are away."""

from time import monotonic

import pytest
from fastapi import APIRouter
from jsonschema import Draft202012Validator
from starlette.requests import Request

from ansim.contracts import EVENTS
from ansim.errors import Fatal
from ansim.inbox import Reactor
from ansim.journal import Projector
from ansim.runtime import Kit, Service, build_app, open_kit
from ansim.runtime.health import STALE_SECONDS
from ansim.runtime.sampler import sample_once
from ansim.runtime.settings import Settings
from ansim.testing.kits import ClientFor, KitFor
from ansim.testing.stores import some_context


def _no_routes(kit: Kit) -> APIRouter:
    return APIRouter()


def _counting(kit: Kit) -> APIRouter:
    router = APIRouter()

    @router.get("/counted")
    async def counted(request: Request) -> dict[str, int]:
        async with kit.store.unit(some_context()) as unit:
            return {"events": await unit.conn.fetchval("select count(*) from journal")}

    return router


SERVICE = Service("intake", "intake", "Intake", Projector(), Reactor(), _no_routes, _counting)


async def test_a_loop_that_makes_no_progress_makes_the_process_not_alive(
    kit_for: KitFor, client_for: ClientFor
) -> None:
    kit = await kit_for(SERVICE)
    client = await client_for(kit)
    beat = kit.vitals.loop("relay")
    assert (await client.get("/health/live")).status_code == 200

    beat.beat_at = monotonic() - STALE_SECONDS - 1
    answer = await client.get("/health/live")

    assert answer.status_code == 503
    assert answer.json() == {"live": False, "stuck": ["relay"]}


async def test_a_loop_that_stopped_for_good_makes_the_process_not_ready(kit_for: KitFor, client_for: ClientFor) -> None:
    kit = await kit_for(SERVICE)
    client = await client_for(kit)
    await sample_once(kit)
    assert (await client.get("/health/ready")).status_code == 200

    kit.vitals.loop("inbox").stopped = "ParkLimitReached"
    answer = await client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["stopped"] == {"inbox": "ParkLimitReached"}
    assert (await client.get("/health/live")).status_code == 200


async def test_status_tells_counts_and_nothing_else(kit_for: KitFor, client_for: ClientFor) -> None:
    kit = await kit_for(SERVICE)
    await sample_once(kit)
    said = (await (await client_for(kit)).get("/status")).json()

    assert said["service"] == "intake"
    assert (said["unpublished"], said["parked"], said["position"]) == (0, 0, 0)


async def test_a_database_that_is_away_gives_a_clear_503_and_recovers_by_itself(
    kit_for: KitFor, client_for: ClientFor
) -> None:
    kit = await kit_for(SERVICE, database_url="postgresql://nobody:none@127.0.0.1:1/none")
    client = await client_for(kit)

    answer = await client.get("/api/v1/counted")

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert "nobody" not in answer.text


async def test_every_event_type_has_its_schema_where_the_envelope_says(kit_for: KitFor, client_for: ClientFor) -> None:
    client = await client_for(await kit_for(SERVICE))
    for name in EVENTS:
        answer = await client.get(f"/schemas/{name}")
        assert answer.status_code == 200
        Draft202012Validator.check_schema(answer.json())
    assert (await client.get("/schemas/none")).status_code == 404


async def test_start_up_refuses_weak_settings_outside_the_demo() -> None:
    async def start() -> None:
        async with open_kit(Settings(oidc_issuer="http://sign-in.test"), SERVICE):
            pytest.fail("started with weak settings")

    with pytest.raises(Fatal) as refused:
        await start()
    assert "ANSIM_KEK" in str(refused.value)


async def test_the_openapi_document_is_served(kit_for: KitFor) -> None:
    app = build_app(await kit_for(SERVICE))
    assert app.openapi()["openapi"].startswith("3.1")
    assert "/api/v1/counted" in app.openapi()["paths"]
