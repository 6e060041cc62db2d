"""The whole suite, really running: every process, PostgreSQL and Kafka, for tests that cross services."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import psutil
import pytest

START_SECONDS = 240.0
T = TypeVar("T")


def wait_for(condition: Callable[[], T], seconds: float = 20.0, what: str = "the condition") -> T:
    """The first true value of `condition`, asked every 50 ms. Fails the test with `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not come true within {seconds:.0f} s")
        time.sleep(0.05)


@dataclass
class RunningSuite:
    """A suite on a state folder of its own, started by `ansim demo` as a person would."""

    state: Path
    assets: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None
    killed: Counter[str] = field(default_factory=Counter)
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANSIM_")}
        kept = {name: value for name, value in os.environ.items() if name in ("ANSIM_CACHE", "ANSIM_ASSETS")}
        dressed = {"ANSIM_ASSETS": str(self.assets)} if self.assets else {}
        return inherited | kept | dressed | {"ANSIM_STATE": str(self.state), "NO_COLOR": "1"}

    @property
    def log(self) -> Path:
        """What the suite told on its terminal."""
        return self.state.parent / f"{self.state.name}.demo.log"

    def start(self, *options: str) -> None:
        """Start and wait until every process is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ansim.cli", "demo", *options],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for(self.ready, START_SECONDS, f"a suite that is ready (see {log.name})")

    def ready(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            pytest.fail(f"the suite ended with code {self.process.returncode}:\n{self.log.read_text()[-3000:]}")
        return self.cli("status", "--json", check=False)[0] == 0

    def stop(self) -> int:
        """Stop as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(40)

    def cli(self, *arguments: str, check: bool = True) -> tuple[int, str]:
        """Run `ansim …` beside the suite; returns exit code and standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "ansim.cli", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if check and done.returncode:
            pytest.fail(f"ansim {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.returncode, done.stdout

    def processes(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(self.cli("status", "--json", check=False)[1])["processes"]
        return listed

    def kill(self, name: str) -> None:
        """kill -9 of a program. Whoever started it starts it again. Nothing when it is down already."""
        pid = next(program["pid"] for program in self._programs() if program["name"] == name)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.killed[name] += 1

    def restarted(self) -> dict[str, int]:
        """How often each program was started again."""
        return {program["name"]: program["restarts"] for program in self._programs() if program["restarts"]}

    def _programs(self) -> list[dict[str, Any]]:
        told: dict[str, list[dict[str, Any]]] = json.loads((self.state / "run" / "status.json").read_text())
        return told["programs"]

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{json.loads((self.state / 'ports.json').read_text())[name]}"

    def token(self, role: str) -> str:
        if role not in self._tokens:
            self._tokens[role] = self.cli("token", role)[1].strip()
        return self._tokens[role]

    def api(self, service: str, role: str) -> httpx2.Client:
        """A client of a service's JSON API with the token of an invented person in this role."""
        headers = {"Authorization": f"Bearer {self.token(role)}", "Accept-Language": "en"}
        return httpx2.Client(base_url=f"{self.url(service)}/api/v1", headers=headers, trust_env=False, timeout=15)

    def figures(self) -> dict[str, dict[str, Any]]:
        return {figure["id"]: figure for figure in json.loads(self.cli("figures", "--json")[1])}

    def owner_url(self) -> str:
        servers: dict[str, str] = json.loads((self.state / "run" / "servers.json").read_text())
        return servers["owner_url"]

    def settled(self) -> bool:
        """Nothing unpublished, nothing unread, anywhere."""
        return all(not p["unpublished"] and not p["lag"] for p in self.processes() if p["name"] != "provider")


@contextlib.contextmanager
def a_suite(*options: str, assets: Path | None = None) -> Iterator[RunningSuite]:
    with tempfile.TemporaryDirectory(prefix="ansim-suite-") as folder:
        Path(folder).chmod(0o755)
        suite = RunningSuite(Path(folder) / "state", assets)
        try:
            suite.start(*options)
            yield suite
        finally:
            if suite.process is not None and suite.process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    suite.stop()
                if suite.process.poll() is None:
                    for child in psutil.Process(suite.process.pid).children(recursive=True):
                        child.kill()
                    suite.process.kill()


@pytest.fixture(scope="session")
def suite(request: pytest.FixtureRequest) -> Iterator[RunningSuite]:
    """One suite without history, shared by the tests of a session; each test makes its own records.

    It shows pages in the built fonts where they can be had, whichever test comes first.
    ANSIM_TEST_SUITE names the state folder of a suite that runs already, to save the start while writing tests.
    """
    running_already = os.environ.get("ANSIM_TEST_SUITE")
    if running_already:
        yield RunningSuite(Path(running_already))
        return
    assets: Path | None = None
    with contextlib.suppress(pytest.skip.Exception):  # everything but print works without
        assets = request.getfixturevalue("assets")
    with a_suite("--no-history", assets=assets) as running:
        yield running
        assert running.restarted() == running.killed, f"a process ended by itself:\n{running.log.read_text()[-3000:]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails on a running suite tells what that suite told: its folder goes with the session."""
    report = yield
    running = getattr(item, "funcargs", {}).values()
    if report.failed:
        for suite in {id(one): one for one in running if isinstance(one, RunningSuite) and one.log.exists()}.values():
            report.sections.append(("The suite told at the end", suite.log.read_text(errors="replace")[-3000:]))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on a running suite or in a browser share one process of a parallel run: two would only slow each other."""
    for item in items:
        if {"suite", "battered", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("suite"))


def form_fields(html: str) -> dict[str, str]:
    """The hidden fields of the first form that has any: what a browser would send besides the person's own input."""
    tags = re.findall(r"<input\b[^>]*type=\"hidden\"[^>]*>", html)
    found: dict[str, str] = {}
    for tag in tags:
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] not in found:
            found[name[1]] = value[1]
    return found
