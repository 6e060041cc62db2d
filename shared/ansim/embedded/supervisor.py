"""Starts programs in order, restarts those that die, stops all of them in reverse order, and says what runs.

A program that dies before it was ever ready stops the start with its last words: something is missing that waiting does
not cure. One that dies later is started again, at once the first time and then more and more slowly.
"""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from ansim.embedded.folder import write_privately
from ansim.embedded.program import Program, leash
from ansim.errors import Fatal

__all__ = ["Supervisor", "end_leftovers"]

_POLL_SECONDS = 0.05
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0
_STEADY_SECONDS = 30.0
_ALIVE_POLL_SECONDS = 5.0
_ALIVE_REFUSALS = 4
_LOG_LIMIT_BYTES = 20_000_000


class _Child:
    """A program and its life so far."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program = program
        self.log = log
        self.process: asyncio.subprocess.Process | None = None
        self.ready = False
        self.restarts = 0
        self.last_exit: int | None = None
        self.keeper: asyncio.Task[None] | None = None

    async def spawn(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *self.program.argv,
                env=dict(self.program.env) or None,
                cwd="/" if self.program.user else None,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=leash(self.program),
            )

    async def until_ready(self) -> bool:
        """Waits until the process answers; False when it ended before. Never longer than its start time."""
        assert self.process is not None
        deadline = time.monotonic() + self.program.start_seconds
        while time.monotonic() < deadline:
            if self.process.returncode is not None:
                return False
            if await self.program.ready():
                self.ready = True
                return True
            await asyncio.sleep(_POLL_SECONDS)
        return False

    async def stop(self) -> None:
        """Asks the process to end, then ends whatever is left of its group. Idempotent."""
        process = self.process
        if process is None:
            return
        self.ready = False
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.program.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self.program.stop_seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    def last_words(self) -> str:
        return self.log.read_bytes()[-1500:].decode(errors="replace").strip()


class Supervisor:
    """Use as an async context manager: leaving it stops everything that was started, last first."""

    def __init__(
        self, log: Path, status_file: Path | None = None, tell: Callable[[str], None] = lambda line: None
    ) -> None:
        self._log = log
        self._status_file = status_file
        self._tell = tell
        self._children: list[_Child] = []
        self._stopping = False
        self._complete = False
        self._started_at = time.time()

    async def __aenter__(self) -> "Supervisor":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, *programs: Program) -> None:
        """Starts the programs side by side and returns when all are ready. Raises Fatal with the log's end otherwise."""
        children = [_Child(program, self._log / f"{program.name.replace(':', '-')}.log") for program in programs]
        self._children += children
        try:
            async with asyncio.TaskGroup() as starting:
                for child in children:
                    starting.create_task(self._first_start(child))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    def complete(self) -> None:
        """Say that all has been started that there is: until then, that all which runs is ready means little."""
        self._complete = True
        self._write_status()

    async def stop(self) -> None:
        """Stops everything: first what depends on the servers, side by side, then the servers, last started first."""
        self._stopping = True
        for child in reversed(self._children):
            if child.keeper is not None:
                child.keeper.cancel()
                await asyncio.gather(child.keeper, return_exceptions=True)
        for group in self._groups():
            await asyncio.gather(*(child.stop() for child in group))
        self._children.clear()
        if self._status_file is not None:
            self._status_file.unlink(missing_ok=True)

    def pid(self, name: str) -> int | None:
        """The pid of the program now; None while it is down."""
        for child in self._children:
            if child.program.name == name and child.process is not None and child.process.returncode is None:
                return child.process.pid
        return None

    def status(self) -> dict[str, object]:
        """What runs: the content of the status file."""
        return {
            "pid": os.getpid(),
            "started_at": self._started_at,
            "complete": self._complete,
            "programs": [_described(child) for child in self._children],
        }

    async def _first_start(self, child: _Child) -> None:
        await child.spawn()
        self._write_status()
        if not await child.until_ready():
            assert child.process is not None
            ended = child.process.returncode
            await child.stop()
            why = f"ended with code {ended}" if ended is not None else "did not get ready in time"
            raise Fatal(f"{child.program.name} {why}; the end of {child.log}:\n{child.last_words()}")
        child.keeper = asyncio.create_task(self._keep(child))
        self._write_status()

    async def _keep(self, child: _Child) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping:
            assert child.process is not None
            begun = time.monotonic()
            child.last_exit = await self._until_over(child)
            child.ready = False
            if time.monotonic() - begun > _STEADY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            self._tell(f"{child.program.name} ended with code {child.last_exit}; starting it again in {pause:.1f} s")
            self._write_status()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            child.restarts += 1
            await child.spawn()
            self._write_status()
            if await child.until_ready():
                self._tell(f"{child.program.name} is back")
                self._write_status()
            elif child.process.returncode is None:
                await child.stop()

    async def _until_over(self, child: _Child) -> int:
        """Waits for the process's end and brings it about when the process makes no progress any more."""
        assert child.process is not None
        refusals = 0
        while child.program.alive is not None:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(child.process.wait(), _ALIVE_POLL_SECONDS)
            refusals = 0 if await child.program.alive() else refusals + 1
            if refusals >= _ALIVE_REFUSALS:
                self._tell(f"{child.program.name} makes no progress: killing it")
                child.process.kill()
                break
        return await child.process.wait()

    def _groups(self) -> list[list[_Child]]:
        servers = [child for child in self._children if child.program.is_server]
        rest = [child for child in self._children if not child.program.is_server]
        return [rest, *([child] for child in reversed(servers))]

    def _write_status(self) -> None:
        if self._status_file is not None:
            write_privately(self._status_file, json.dumps(self.status(), indent=1))


def _described(child: _Child) -> dict[str, object]:
    running = child.process is not None and child.process.returncode is None
    return {
        "name": child.program.name,
        "pid": child.process.pid if running and child.process is not None else None,
        "created": _created(child.process.pid) if running and child.process is not None else None,
        "url": child.program.url,
        "ready": child.ready,
        "restarts": child.restarts,
        "last_exit": child.last_exit,
        "log": str(child.log),
    }


def _created(pid: int) -> float | None:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None


def end_leftovers(status_file: Path, patience_seconds: float = 15.0) -> None:
    """Waits for what a killed supervisor left behind (the kernel told it to stop), then ends it.

    Only processes that the status file names and that are still the same ones, told by their time of creation.
    """
    if not status_file.exists():
        return
    try:
        programs: list[Mapping[str, object]] = json.loads(status_file.read_text())["programs"]
    except (ValueError, KeyError):
        programs = []
    left = []
    for program in programs:
        pid, created = program.get("pid"), program.get("created")
        if isinstance(pid, int) and created is not None and _created(pid) == created:
            left.append(psutil.Process(pid))
    _, alive = psutil.wait_procs(left, timeout=patience_seconds)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    status_file.unlink(missing_ok=True)
