"""The real servers, each on a folder of its own."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ansim.embedded import kafka, postgres
from ansim.embedded.folder import default_cache, free_port
from ansim.embedded.jars import class_path
from ansim.embedded.supervisor import Supervisor
from ansim.errors import Fatal

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(240)]


async def fetch(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_postgres_in_a_folder_closed_to_others_survives_kill_and_a_second_start(tmp_path: Path) -> None:
    closed = tmp_path / "a private home"
    closed.mkdir(mode=0o700)
    data, port, password = closed / "postgres", free_port(), "a/b+c=@:?"
    url = postgres.owner_url(port, password)
    postgres.initialise(data, password)
    told: list[str] = []
    async with Supervisor(tmp_path, tell=told.append) as supervisor:
        await supervisor.start(postgres.program(data, port))
        await fetch(url, "CREATE TABLE kept AS SELECT 42 AS answer")
        pid = supervisor.pid("postgres")
        assert pid is not None

        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(30):
            while "postgres is back" not in told:
                await asyncio.sleep(0.05)

        assert await fetch(url, "SELECT answer FROM kept") == 42

    postgres.initialise(data, password)
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(postgres.program(data, port))
        assert await fetch(url, "SELECT answer FROM kept") == 42
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(postgres.owner_url(port, "guessed"))


@pytest.mark.parametrize(
    ("file", "content", "said"), [("PG_VERSION", "16\n", "PostgreSQL 16"), ("photo", "", "PG_VERSION")]
)
def test_a_folder_that_is_not_its_own_is_refused_by_postgres(
    file: str, content: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(content)

    with pytest.raises(Fatal, match=f"{said}.*--fresh"):
        postgres.initialise(tmp_path, "for-tests-only")


def test_a_folder_that_is_not_its_own_is_refused_by_kafka(tmp_path: Path) -> None:
    (tmp_path / "photo").touch()

    with pytest.raises(Fatal, match=r"server\.properties.*--fresh"):
        kafka.format_folder(tmp_path, "", free_port(), free_port())


def two_ports() -> tuple[int, int]:
    one = free_port()
    return one, free_port(avoid={one})


async def test_kafka_keeps_its_topics_over_a_kill_and_a_start_on_other_ports(tmp_path: Path) -> None:
    classes = class_path(default_cache(tmp_path / "cache"))
    ports = two_ports()
    kafka.format_folder(tmp_path / "kafka", classes, *ports)
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(kafka.program(tmp_path / "kafka", classes, ports[0], small=True))
        admin = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{ports[0]}")
        await admin.start()
        await admin.create_topics([NewTopic("kept", 4, 1)])
        await admin.close()
        pid = supervisor.pid("kafka")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    moved = two_ports()
    kafka.format_folder(tmp_path / "kafka", classes, *moved)
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(kafka.program(tmp_path / "kafka", classes, moved[0], small=True))
        admin = AIOKafkaAdminClient(bootstrap_servers=f"127.0.0.1:{moved[0]}")
        await admin.start()
        (topic,) = await admin.describe_topics(["kept"])
        await admin.close()

    assert len(topic["partitions"]) == 4
