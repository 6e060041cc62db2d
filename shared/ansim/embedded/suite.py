"""The programs of the suite on one machine, in the order in which they need each other, tied to one state folder.

servers → roles, databases, tables, topics → demo sign-in → services and their workers
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ansim.embedded import jars, kafka, postgres
from ansim.embedded.connections import (
    Servers,
    embedded_servers,
    environment,
    outside_servers,
    passwords,
    remember,
)
from ansim.embedded.folder import StateFolder, default_cache
from ansim.embedded.program import Program
from ansim.embedded.supervisor import Supervisor, end_leftovers
from ansim.errors import Fatal
from ansim.provision import provision
from ansim.runtime.service import installed_services

__all__ = ["Suite", "running_suite", "targets"]

_CONTROLLER = "kafka-controller"


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite that runs: its servers, the port of each program, and the supervisor that keeps it."""

    folder: StateFolder
    servers: Servers
    ports: dict[str, int]
    supervisor: Supervisor

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"


def targets() -> tuple[str, ...]:
    """What `ansim run` can run: each installed service and each of its workers. Raises Fatal when there is none."""
    services = installed_services()
    if not services:
        raise Fatal("no service is installed in this environment: run `make` to set it up")
    return tuple(
        target
        for slug, service in services.items()
        for target in (slug, *(f"{slug}:{worker}" for worker in service.workers))
    )


@asynccontextmanager
async def running_suite(
    folder: StateFolder, *, tell: Callable[[str], None], fresh: bool = False
) -> AsyncIterator[Suite]:
    """Starts everything on the folder, yields, and stops everything. Each step is told as one line.

    Raises Fatal with what is missing and what to do about it. Whoever starts on a folder that is in use is refused.
    """
    folder.create()
    with folder.locked():
        folder.require_space()
        end_leftovers(folder.status_file)
        if fresh:
            tell("Forgetting what was there")
            folder.remove()
            folder.create()
        names = targets()
        ports = folder.ports("postgres", "kafka", _CONTROLLER, "provider", *names, tell=tell)
        servers = embedded_servers(folder, ports)
        async with Supervisor(folder.log, folder.status_file, tell) as supervisor:
            await _start_servers(supervisor, folder, ports, tell)
            tell("Preparing databases and topics")
            await provision(servers.owner_url, servers.bootstrap, passwords(folder), tell)
            remember(folder, servers)
            tell(f"Starting the demo sign-in and {len(names)} programs")
            await supervisor.start(*(_service(folder, servers, ports, target) for target in ("provider", *names)))
            supervisor.complete()
            try:
                yield Suite(folder, servers, ports, supervisor)
            finally:
                tell("Stopping")


async def _start_servers(
    supervisor: Supervisor, folder: StateFolder, ports: dict[str, int], tell: Callable[[str], None]
) -> None:
    owner_url, bootstrap = outside_servers()
    starting: list[Program] = []
    if owner_url is None:
        if not folder.data_postgres.exists():
            tell("Setting up PostgreSQL 18")
        await asyncio.to_thread(postgres.initialise, folder.data_postgres, folder.secret("postgres"))
        starting.append(postgres.program(folder.data_postgres, ports["postgres"]))
    if bootstrap is None:
        classes = await _class_path(folder, tell)
        await asyncio.to_thread(kafka.format_folder, folder.data_kafka, classes, ports["kafka"], ports[_CONTROLLER])
        starting.append(kafka.program(folder.data_kafka, classes, ports["kafka"]))
    if starting:
        tell(
            "Starting "
            + " and ".join({"postgres": "PostgreSQL 18", "kafka": "Apache Kafka 4.3"}[p.name] for p in starting)
        )
        await supervisor.start(*starting)


async def _class_path(folder: StateFolder, tell: Callable[[str], None]) -> str:
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        if done == 1 or done == total or done - told >= 20:
            told = done
            tell(f"Fetching Apache Kafka 4.3: {done} of {total} files")

    return await asyncio.to_thread(jars.class_path, default_cache(folder.path / "cache"), progress)


def _service(folder: StateFolder, servers: Servers, ports: dict[str, int], target: str) -> Program:
    port = ports[target]

    async def ready() -> bool:
        return await _answers(port, "/health/ready" if target != "provider" else "/.well-known/openid-configuration")

    async def alive() -> bool:
        return await _answers(port, "/health/live")

    if target == "provider":
        argv = [sys.executable, "-m", "ansim.cli", "provider", "--port", str(port)]
        env = environment(folder, servers, ports, "intake") | {"ANSIM_PORT": str(port)}
    else:
        argv = [sys.executable, "-m", "ansim.cli", "run", target]
        env = environment(folder, servers, ports, target)
    return Program(
        target,
        argv,
        ready=ready,
        alive=alive if target != "provider" else None,
        env=env,
        url=f"http://127.0.0.1:{port}",
    )


async def _answers(port: int, path: str) -> bool:
    """Whether GET on the loopback port answers 200."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
                await writer.drain()
                status = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status
