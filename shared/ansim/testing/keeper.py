"""Keeps one server running for a test session: `python -m ansim.testing.keeper postgres|kafka FOLDER PID`.

Writes `FOLDER/ready.json` (url, pid) when the server takes work, or `FOLDER/failed` with the reason. Ends when process PID (the test
session) ends or on SIGTERM, stops the server and removes the folder: nothing is left behind, whatever happens.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ansim.embedded import jars, kafka, postgres
from ansim.embedded.folder import default_cache, free_port, write_privately
from ansim.embedded.program import Program
from ansim.embedded.supervisor import Supervisor
from ansim.errors import Fatal
from ansim.testing.containers import container

__all__ = ["PASSWORD", "make"]

# opens throwaway servers on the loopback address only
PASSWORD = "for-tests-only"


def make(kind: str, folder: Path) -> tuple[Program, str]:
    """A server program in the folder and the address that clients use: a DSN or a bootstrap string."""
    port = free_port()
    if kind == "postgres":
        postgres.initialise(folder / "data", PASSWORD)
        return postgres.program(folder / "data", port, durable=False), postgres.owner_url(port, PASSWORD)
    classes = jars.class_path(default_cache(folder / "cache"))
    kafka.format_folder(folder / "data", classes, port, free_port(avoid={port}))
    return kafka.program(folder / "data", classes, port, small=True), f"127.0.0.1:{port}"


async def _keep(kind: str, folder: Path, session: int) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_signal_handler(signal.SIGINT, ended.set)
    session_fd = os.pidfd_open(session)
    loop.add_reader(session_fd, ended.set)
    serving = container(kind, PASSWORD) if os.environ.get("ANSIM_TEST_SERVERS") == "containers" else _own(kind, folder)
    async with serving as url:
        write_privately(folder / "ready.json", json.dumps({"url": url, "pid": os.getpid()}))
        await ended.wait()


@asynccontextmanager
async def _own(kind: str, folder: Path) -> AsyncIterator[str]:
    program, url = make(kind, folder)
    async with Supervisor(folder) as supervisor:
        await supervisor.start(program)
        yield url


def main() -> None:
    kind, folder, session = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    try:
        asyncio.run(_keep(kind, folder, session))
    except (Fatal, ExceptionGroup, ProcessLookupError) as error:
        write_privately(folder / "failed", str(error))
        raise
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
