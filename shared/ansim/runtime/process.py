"""Running one process: a service (web, relay, inbox) or one of its workers, until it is told to stop."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic

import structlog
import uvicorn
import uvloop
from fastapi import FastAPI

from ansim import telemetry
from ansim.access.chain import Sealer
from ansim.clock.sweeper import LOCK_KEY as SWEEP_LOCK
from ansim.clock.sweeper import Sweeper
from ansim.errors import Fatal
from ansim.handover import Fetcher, HandOverCall
from ansim.handover.fetcher import LOCK_KEY as HANDOVER_LOCK
from ansim.inbox import Inbox, KafkaMessages
from ansim.relay import KafkaBroker, Leader, Relay
from ansim.runtime.app import build_app, operations
from ansim.runtime.kit import VERSION, Kit, access_record_key, open_kit, open_reaction
from ansim.runtime.sampler import sample
from ansim.runtime.service import Service, installed_service
from ansim.runtime.settings import Settings
from ansim.telemetry import metrics as m

GRACE_SECONDS = 10.0
Work = Callable[[asyncio.Event], Awaitable[None]]


def run(target: str, settings: Settings) -> int:
    """Run `<slug>` or `<slug>:<worker>` until SIGTERM or SIGINT; returns the exit code.

    Raises LookupError for an unknown target and Fatal for settings that must be mended.
    """
    slug, _, worker = target.partition(":")
    try:
        service = installed_service(slug)
    except LookupError as error:
        raise Fatal(str(error)) from error
    if worker and worker not in service.workers:
        raise Fatal(f"{slug} has no worker {worker!r}; it has: {', '.join(service.workers) or 'none'}")
    telemetry.configure(slug, settings.log_level)
    return uvloop.run(_run(service, worker, settings))


async def _run(service: Service, worker: str, settings: Settings) -> int:
    async with open_kit(settings, service) as kit:
        work = _worker(kit, worker) if worker else _service_work(kit)
        app = _worker_app(kit, work) if worker else build_app(kit, _beside(kit, work))
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=int(GRACE_SECONDS / 2),
            lifespan="on",
        )
        server = uvicorn.Server(config)
        _keep_what_stays()
        structlog.get_logger("runtime").info("process_started", version=VERSION, port=settings.port)
        await server.serve()
        return 0 if server.started and not kit.vitals.stopped() else 1


def _keep_what_stays() -> None:
    """What a process starts with stays to its end. Looked through by each full collection of garbage, it would hold up whoever
    waits for a page for more than a tenth of a second."""
    gc.collect()
    gc.freeze()


def _service_work(kit: Kit) -> dict[str, Work]:
    """The loops of a service process: sampler, relay, and an inbox when it listens to anybody."""
    database, kafka, slug = kit.settings.database_url.get_secret_value(), kit.settings.kafka_bootstrap, kit.service.slug
    relay = Relay(slug, Leader(database), KafkaBroker(kafka, f"ansim.{slug}.relay"), committed=kit.store.committed)
    work: dict[str, Work] = {"relay": relay.run}
    watched: dict[str, Callable[[], float]] = {"relay": lambda: relay.state.beat}
    inbox: Inbox | None = None
    if kit.service.reactor.topics:
        messages = KafkaMessages(kafka, f"ansim.{slug}.reactions", kit.service.reactor.topics)
        inbox = Inbox(messages, open_reaction(kit))
        work["inbox"] = inbox.run
        watched["inbox"] = lambda: inbox.state.beat

    if kit.service.sweeps:
        sweeper = Sweeper(slug, kit.service.sweeps, kit.store, Leader(database, SWEEP_LOCK))
        work["sweeper"] = sweeper.run
        watched["sweeper"] = lambda: sweeper.beat

    sealer = Sealer(kit.store.pool, access_record_key(kit.settings, slug))
    work["sealer"] = sealer.run
    watched["sealer"] = lambda: sealer.beat
    if kit.service.hand_overs is not None:
        fetcher = _fetcher(kit, Leader(database, HANDOVER_LOCK))
        work["handover"] = fetcher.run
        watched["handover"] = lambda: fetcher.beat

    async def watch(stopping: asyncio.Event) -> None:
        """Carry the loops' own signs of life into the vitals."""
        while not stopping.is_set():
            for name, beat in watched.items():
                kit.vitals.loop(name).beat_at = beat()
            kit.vitals.leading = relay.state.leading
            kit.vitals.broker_away = relay.state.broker_away_since is not None
            kit.metrics.raise_to(m.EVENTS_PUBLISHED, relay.state.published)
            if inbox is not None:
                kit.vitals.lag = inbox.state.lag
                kit.vitals.loop("inbox").stopped = inbox.state.stopped
                kit.metrics.set(m.CONSUMER_LAG_MESSAGES, inbox.state.lag)
                for outcome, count in inbox.state.counts.items():
                    kit.metrics.raise_to(m.EVENTS_CONSUMED, count, outcome=outcome.value)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.5):
                    await stopping.wait()

    return work | {"sampler": lambda stopping: sample(kit, stopping), "watch": watch}


def _fetcher(kit: Kit, leader: Leader) -> Fetcher:
    """Raises Fatal when the address of the sender is not set: nothing could ever arrive."""
    hand_overs, slug = kit.service.hand_overs, kit.service.slug
    assert hand_overs is not None
    address = kit.settings.urls.get(hand_overs.sender)
    if not address:
        raise Fatal(f"ANSIM_URLS has no address of {hand_overs.sender}, from which {slug} fetches what it has accepted")
    call = HandOverCall(kit.access.calls, hand_overs.sender, address)
    return Fetcher(slug, hand_overs, kit.store, leader, call, kit.metrics)


def _worker(kit: Kit, name: str) -> dict[str, Work]:
    async def work(stopping: asyncio.Event) -> None:
        task = asyncio.ensure_future(kit.service.workers[name](kit))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        stop.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return {name: work, "sampler": lambda stopping: sample(kit, stopping)}


def _worker_app(kit: Kit, work: dict[str, Work]) -> FastAPI:
    """A worker answers health, status and metrics only."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_beside(kit, work))
    app.include_router(operations(kit))
    app.include_router(telemetry.routes(kit))
    return app


def _beside(kit: Kit, work: dict[str, Work]) -> Callable[[FastAPI], "asynccontextmanager[None]"]:  # type: ignore[valid-type]
    """Run the loops beside the web server; when one of them fails the whole process ends and is started again."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        tasks = {name: asyncio.create_task(_guarded(name, loop, stopping, kit)) for name, loop in work.items()}
        yield
        started = monotonic()
        stopping.set()
        _, late = await asyncio.wait(tasks.values(), timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        structlog.get_logger("runtime").info("process_stopped", seconds=round(monotonic() - started, 3))

    return lifespan


async def _guarded(name: str, loop: Work, stopping: asyncio.Event, kit: Kit) -> None:
    try:
        await loop(stopping)
    except Exception as error:
        # whatever it was, the process must not go on without this loop
        kit.log.exception("worker_failed", worker=name, error=type(error).__name__)
        kit.vitals.loop(name).stopped = type(error).__name__
        signal.raise_signal(signal.SIGTERM)
