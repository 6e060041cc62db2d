"""The session's servers from their public images, by testcontainers: the same tests, nothing of our own packaging in between.

ANSIM_TEST_SERVERS=containers chooses them. They listen on the loopback address only and go with the keeper that started them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

from ansim.embedded import kafka, postgres
from ansim.embedded.folder import free_port
from ansim.errors import Fatal

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

__all__ = ["IMAGES", "container"]

IMAGES = {"postgres": "postgres:18", "kafka": "apache/kafka:4.3.1"}
_START_SECONDS = 90
_PORTS = {"postgres": 5432, "kafka": 9092}
_MEMORY_FOR_SORTING = "256m"


def _environment(kind: str, port: int, password: str) -> dict[str, str]:
    if kind == "postgres":
        return {
            "POSTGRES_USER": postgres.OWNER,
            "POSTGRES_PASSWORD": password,
            "POSTGRES_DB": "postgres",
            "POSTGRES_INITDB_ARGS": " ".join(postgres.CLUSTER),
        }
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "HOST://:9092,BROKER://:9093,CONTROLLER://:9094",
        "KAFKA_ADVERTISED_LISTENERS": f"HOST://127.0.0.1:{port},BROKER://localhost:9093",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "HOST:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_HEAP_OPTS": "-Xmx384m -Xms256m",
    }


def _described(kind: str, port: int, password: str) -> "DockerContainer":
    from testcontainers.core.config import testcontainers_config
    from testcontainers.core.container import DockerContainer

    testcontainers_config.ryuk_disabled = True  # the keeper ends with the session by itself and takes its server along
    described = DockerContainer(IMAGES[kind], env=_environment(kind, port, password))
    described.ports[str(_PORTS[kind])] = ("127.0.0.1", port)  # type: ignore[assignment]  # Docker takes an address too
    if kind == "postgres":
        settings = postgres.FORGETFUL | {"max_connections": "200", "timezone": "UTC"}
        described.with_command(["postgres", *(part for pair in settings.items() for part in ("-c", "=".join(pair)))])
        described.with_kwargs(shm_size=_MEMORY_FOR_SORTING)
    return described


@asynccontextmanager
async def container(kind: str, password: str) -> AsyncIterator[str]:
    """A running server and its address: an owner's DSN or a bootstrap string. Raises Fatal when it does not get ready."""
    port = free_port()
    described = _described(kind, port, password)
    url = postgres.owner_url(port, password) if kind == "postgres" else f"127.0.0.1:{port}"
    await asyncio.to_thread(described.start)
    try:
        await _until(kind, lambda: _connects(url) if kind == "postgres" else kafka.answers(port))
        yield url
    finally:
        await asyncio.to_thread(described.stop)


async def _until(kind: str, ready: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not await ready():  # noqa: ASYNC110 a server tells nobody when it is ready
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise Fatal(f"{IMAGES[kind]} took no work within {_START_SECONDS} s") from None


async def _connects(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    return True
