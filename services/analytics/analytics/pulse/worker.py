"""The Faust worker: `ansim run analytics:pulse`.

Faust acknowledges an event whatever becomes of its handler, so no handler here ever raises: it waits while the database
is away, counts what it cannot read as parked, and on anything else stops the whole worker before anything is
acknowledged. One agent, concurrency 1, no tables, no windows, memory store, web server off.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from time import monotonic
from typing import Any, Final, cast

import faust
import structlog
from faust.contrib.asgi import faust_app_running
from faust.types import StreamT

from analytics.pulse.store import add, forget_yesterday
from analytics.statistics.wire import Fact, Unreadable, read
from ansim.contracts import TOPICS
from ansim.errors import Retriable
from ansim.runtime import Kit

BATCH: Final = 1_000
WITHIN_SECONDS: Final = 0.03
BACKOFF_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
STOP_SECONDS: Final = 5.0
_SERVICES: Final = {topic.name: service for service, topic in TOPICS.items()}
_log = structlog.get_logger("pulse")


def pulse_app(kit: Kit, failed: "asyncio.Future[None]", beat: Callable[[], None]) -> faust.App:
    """The app with its one agent. `failed` hears why going on would lose events."""
    app = faust.App(
        "ansim.analytics.pulse",
        broker=f"kafka://{kit.settings.kafka_bootstrap}",
        datadir=str(kit.settings.state / "pulse"),
        store="memory://",
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=2.0,
        broker_commit_interval=1.0,
        stream_wait_empty=False,
    )
    topic = app.topic(*_SERVICES, key_serializer="raw", value_serializer="raw", internal=False)

    @app.agent(topic, name="pulse", concurrency=1)
    async def pulse(stream: StreamT[bytes]) -> AsyncIterator[None]:
        batches = cast("faust.Stream[bytes]", stream).take_events(BATCH, within=WITHIN_SECONDS)
        async for events in batches:
            try:
                await _taken(kit, [event.message for event in events], beat)
            except Exception as error:  # noqa: BLE001 - leaving would acknowledge what was not counted
                if not failed.done():
                    failed.set_exception(error)
                await asyncio.Event().wait()
            yield

    return app


async def _taken(kit: Kit, messages: Sequence[Any], beat: Callable[[], None]) -> None:
    """Count a batch, however long the database stays away."""
    facts: list[Fact | Unreadable] = []
    for message in messages:
        facts += read([message], _SERVICES[message.topic])
    failures = 0
    while True:
        beat()
        try:
            await add(kit.store, facts)
        except Retriable as error:
            _log.warning("pulse_waits", reason=type(error).__name__)
            await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS) - 1)])
            failures += 1
        else:
            return


async def pulse(kit: Kit) -> None:
    """Run until cancelled, or until something happens that only a fresh start can mend; then raises it."""
    loop = asyncio.get_running_loop()
    failed: asyncio.Future[None] = loop.create_future()
    heart = kit.vitals.loop("pulse")
    kit.settings.state.mkdir(parents=True, exist_ok=True)
    app = pulse_app(kit, failed, heart.beat)
    async with faust_app_running(app, stop_timeout=STOP_SECONDS):
        forgotten = 0.0
        while not failed.done():
            if app.consumer is not None and app.consumer.assignment():
                heart.beat()
            if monotonic() - forgotten > 3600:
                forgotten = monotonic()
                await _forget(kit)
            await asyncio.wait({failed}, timeout=1.0)
        failed.result()


async def _forget(kit: Kit) -> None:
    try:
        await forget_yesterday(kit.store)
    except Retriable as error:
        _log.warning("pulse_waits", reason=type(error).__name__)
