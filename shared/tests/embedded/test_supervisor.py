import asyncio
import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from ansim.embedded.program import Program
from ansim.embedded.supervisor import Supervisor, end_leftovers
from ansim.errors import Fatal

SERVE = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"


def sleeper(folder: Path, name: str, *, server: bool = False, body: str = SERVE) -> Program:
    mark = folder / f"{name}.mark"

    async def ready() -> bool:
        return mark.exists()

    argv = [sys.executable, "-c", body, str(mark)]
    return Program(name, argv, ready=ready, is_server=server, stop_seconds=2, start_seconds=10)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_killed_program_is_started_again_and_that_is_told(tmp_path: Path) -> None:
    told: list[str] = []
    async with Supervisor(tmp_path, tmp_path / "status.json", told.append) as supervisor:
        await supervisor.start(sleeper(tmp_path, "inbox"))
        first = supervisor.pid("inbox")
        assert first is not None

        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.pid("inbox") not in (None, first))
        await until(lambda: "inbox is back" in told)

        (described,) = json.loads((tmp_path / "status.json").read_text())["programs"]
        assert (described["ready"], described["restarts"], described["last_exit"]) == (True, 1, -9)
        assert described["pid"] == supervisor.pid("inbox")


async def test_until_all_has_been_started_the_status_says_so(tmp_path: Path) -> None:
    def complete() -> bool:
        return bool(json.loads((tmp_path / "status.json").read_text())["complete"])

    async with Supervisor(tmp_path, tmp_path / "status.json") as supervisor:
        await supervisor.start(sleeper(tmp_path, "postgres"))
        assert not complete()
        await supervisor.start(sleeper(tmp_path, "intake"))
        assert not complete()
        supervisor.complete()
        assert complete()


async def test_a_program_that_ends_before_it_was_ready_stops_the_start_with_its_last_words(tmp_path: Path) -> None:
    async with Supervisor(tmp_path) as supervisor:
        with pytest.raises(Fatal, match=r"(?s)broken ended with code 3; .*no such table"):
            await supervisor.start(sleeper(tmp_path, "broken", body="import sys; print('no such table'); sys.exit(3)"))


async def test_all_programs_are_stopped_and_servers_last(tmp_path: Path) -> None:
    note = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    with pathlib.Path(sys.argv[1]).with_name('order').open('a') as file: file.write(pathlib.Path(sys.argv[1]).stem + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); pathlib.Path(sys.argv[1]).touch()\n"
        "while True: time.sleep(600)\n"
    )
    async with Supervisor(tmp_path, tmp_path / "status.json") as supervisor:
        await supervisor.start(sleeper(tmp_path, "first", server=True, body=note))
        await supervisor.start(sleeper(tmp_path, "second", server=True, body=note))
        await supervisor.start(sleeper(tmp_path, "service", body=note))

    assert (tmp_path / "order").read_text().split() == ["service", "second", "first"]
    assert not (tmp_path / "status.json").exists()


async def test_a_program_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SERVE
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(sleeper(tmp_path, "deaf", body=deaf))
        pid = supervisor.pid("deaf")

    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    supervise = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from ansim.embedded.program import Program\n"
        "from ansim.embedded.supervisor import Supervisor\n"
        "folder = Path(sys.argv[1])\n"
        "async def ready(): return (folder / 'mark').exists()\n"
        "async def main():\n"
        "    async with Supervisor(folder, folder / 'status.json') as supervisor:\n"
        f"        await supervisor.start(Program('child', [sys.executable, '-c', {SERVE!r}, str(folder / 'mark')], ready=ready))\n"
        "        print('up', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", supervise, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        child = psutil.Process(json.loads((tmp_path / "status.json").read_text())["programs"][0]["pid"])

        parent.kill()

    end_leftovers(tmp_path / "status.json", patience_seconds=5)
    with contextlib.suppress(psutil.NoSuchProcess):
        assert child.status() == psutil.STATUS_ZOMBIE
    assert not (tmp_path / "status.json").exists()


def test_a_status_file_that_names_someone_elses_process_harms_nobody(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as bystander:
        stale = {"programs": [{"name": "kafka", "pid": bystander.pid, "created": 1.0}]}
        (tmp_path / "status.json").write_text(json.dumps(stale))

        end_leftovers(tmp_path / "status.json", patience_seconds=0.1)

        assert bystander.poll() is None
        bystander.kill()


async def test_a_program_that_makes_no_progress_is_killed_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ansim.embedded.supervisor._ALIVE_POLL_SECONDS", 0.05)
    told: list[str] = []
    stuck = True

    async def alive() -> bool:
        return not stuck

    async with Supervisor(tmp_path, tell=told.append) as supervisor:
        await supervisor.start(dataclasses.replace(sleeper(tmp_path, "pulse"), alive=alive))
        first = supervisor.pid("pulse")

        await until(lambda: "pulse makes no progress: killing it" in told)
        stuck = False
        await until(lambda: "pulse is back" in told)

        assert supervisor.pid("pulse") != first
