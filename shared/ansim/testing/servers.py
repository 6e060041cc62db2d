"""Pytest plugin: real PostgreSQL and Apache Kafka for tests, started on first use, once per session, also under xdist.

postgres            owner DSN of a running PostgreSQL
fresh_database      factory of empty databases, dropped after the test
service_database    factory of migrated service databases, cloned from one template per session
keys_database       factory of migrated key stores
kafka               bootstrap address of a running broker
fresh_topic         factory of topics with random names
suite_topics        the topics of the catalogue on the session's broker
own_server          a server of its own for a test that kills it
"""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ansim.provision import migrations, topics
from ansim.provision.databases import ensure_role, role_of
from ansim.testing.keeper import PASSWORD

__all__ = ["OwnServer", "ServiceDatabase", "fresh_database", "kafka", "own_server", "postgres"]

_START_SECONDS = 120


def _session_pid() -> int:
    """The process whose end is the end of the test session: xdist's workers are children of it."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _session_folder() -> Path:
    return Path(tempfile.gettempdir()) / f"ansim-tests-{_session_pid()}"


def _serve(kind: str) -> str:
    """The address of the session's server of this kind; starts it when nobody has. Reports why when it can't start."""
    folder = _session_folder() / kind
    folder.parent.mkdir(exist_ok=True, mode=0o711)
    with (folder.parent / f"{kind}.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "ready.json").exists():
            _start_keeper(kind, folder)
    return str(json.loads((folder / "ready.json").read_text())["url"])


def _start_keeper(kind: str, folder: Path) -> subprocess.Popen[bytes]:
    folder.mkdir(mode=0o711)
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "ansim.testing.keeper", kind, str(folder), str(_session_pid())],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    keeper.returncode = 0  # it outlives this process on purpose and watches the session itself
    deadline = time.monotonic() + _START_SECONDS
    while not (folder / "ready.json").exists():
        if (folder / "failed").exists() or time.monotonic() > deadline or not psutil.pid_exists(keeper.pid):
            why = (folder / "failed").read_text() if (folder / "failed").exists() else "it did not get ready"
            pytest.fail(f"{kind} for the tests did not start: {why}\n{(folder / 'keeper.log').read_text()[-2000:]}")
        time.sleep(0.05)
    return keeper


def pytest_unconfigure() -> None:
    """Ends the session's servers by their pids; they would also end by themselves with the session."""
    if "PYTEST_XDIST_WORKER" in os.environ or not _session_folder().exists():
        return
    keepers = []
    for ready in _session_folder().glob("*/ready.json"):
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
            keeper = psutil.Process(json.loads(ready.read_text())["pid"])
            keeper.send_signal(signal.SIGTERM)
            keepers.append(keeper)
    psutil.wait_procs(keepers, timeout=20)
    shutil.rmtree(_session_folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> str:
    return _serve("postgres")


@pytest.fixture(scope="session")
def kafka() -> str:
    return _serve("kafka")


def _on(url: str, database: str, user: str | None = None) -> str:
    parts = urlsplit(url)
    host = f"{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(path=f"/{database}", netloc=f"{user}:{PASSWORD}@{host}" if user else parts.netloc))


def _execute(url: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    _run(execute())


def _run(coroutine: object) -> None:
    """Runs to the end in a thread of its own: a fixture may be asked for while the test's loop runs already."""
    failure: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(coroutine)  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 it is raised again in the caller
            failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]


@pytest.fixture
def fresh_database(postgres: str) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    def make(name: str = "test", template: str = "template0") -> str:
        database = f"{name}_{secrets.token_hex(4)}"
        _execute(postgres, f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        made.append(database)
        return _on(postgres, database)

    yield make
    _execute(postgres, *(f'DROP DATABASE "{database}" WITH (FORCE)' for database in made))


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """`owner_url` may do everything, `url` is what the service itself gets."""

    name: str
    owner_url: str
    url: str


@pytest.fixture
def service_database(postgres: str, fresh_database: Callable[..., str]) -> Callable[[str], ServiceDatabase]:
    def make(package: str) -> ServiceDatabase:
        return _from_template(postgres, fresh_database, package, migrations.service_rooms(package), [package])

    return make


@pytest.fixture
def keys_database(postgres: str, fresh_database: Callable[..., str]) -> Callable[..., ServiceDatabase]:
    """The key store as one service sees it."""

    def make(package: str = "intake") -> ServiceDatabase:
        return _from_template(postgres, fresh_database, package, migrations.key_rooms(), [package], prefix="keys_of_")

    return make


def _from_template(
    postgres: str,
    fresh: Callable[..., str],
    package: str,
    rooms: tuple[migrations.Room, ...],
    packages: list[str],
    prefix: str = "",
) -> ServiceDatabase:
    template = f"template_{prefix}{package}"
    role = role_of(package)
    with (_session_folder() / "templates.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        mark = _session_folder() / template
        if not mark.exists():
            _execute(postgres, f'DROP DATABASE IF EXISTS "{template}"', f'CREATE DATABASE "{template}"')

            async def fill() -> None:
                connection = await asyncpg.connect(postgres)
                await ensure_role(connection, role, PASSWORD)
                await connection.close()
                await migrations.migrate(_on(postgres, template), rooms, roles=tuple(map(role_of, packages)))

            _run(fill())
            mark.touch()
        owner_url = fresh(f"{prefix}{package}", template)
    name = urlsplit(owner_url).path[1:]
    return ServiceDatabase(name, owner_url, _on(postgres, name, role))


@pytest.fixture
def fresh_topic(kafka: str) -> Iterator[Callable[..., str]]:
    made: list[str] = []

    async def create(topic: str, partitions: int) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            new = NewTopic(topic, partitions, 1, topic_configs={"retention.ms": "-1"})
            await admin.create_topics([new])
            await topics.until_known(admin, topic)
        finally:
            await admin.close()

    async def delete() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
        await admin.start()
        try:
            await admin.delete_topics(made)
        finally:
            await admin.close()

    def make(partitions: int = 4) -> str:
        topic = f"test.{secrets.token_hex(6)}"
        _run(create(topic, partitions))
        made.append(topic)
        return topic

    yield make
    if made:
        _run(delete())


@pytest.fixture(scope="session")
def suite_topics(kafka: str) -> None:
    _run(topics.ensure_topics(kafka))


class OwnServer:
    """A server that belongs to one test, which may kill and start it again on the same data and port."""

    def __init__(self, kind: str, folder: Path) -> None:
        from ansim.testing.keeper import make

        self.folder = folder
        self.program, self.url = make(kind, folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        from ansim.embedded.program import leash

        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.program.argv,
                env=dict(self.program.env) or None,
                cwd="/",
                stdout=log,
                stderr=log,
                preexec_fn=leash(self.program),
            )

        async def ready() -> None:
            while not await self.program.ready():
                assert self._process is not None
                if self._process.poll() is not None:
                    raise AssertionError((self.folder / "server.log").read_text()[-2000:])
                await asyncio.sleep(0.05)

        _run(asyncio.wait_for(ready(), _START_SECONDS))

    def kill(self) -> None:
        """kill -9, and returns when the process is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.program.stop_signal)
            self._process.wait(20)


@contextlib.contextmanager
def own_server(kind: str) -> Iterator[OwnServer]:
    """A running server of kind "postgres" or "kafka" that belongs to the caller alone."""
    with tempfile.TemporaryDirectory(prefix="ansim-own-", ignore_cleanup_errors=True) as folder:
        server = OwnServer(kind, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
