"""Pytest plugin: the lanes of the test suite. A lane this machine cannot run is skipped with its reason, never passed over.

browser      needs Chromium
containers   needs a Docker engine that answers and has the two images of the servers
faults       kills processes and servers for minutes; runs only when asked for with `-m faults`
bench        measures; runs only when asked for with `-m bench`
"""

import shutil
import subprocess
from collections import Counter
from functools import cache

import pytest

from ansim.testing.containers import IMAGES

__all__ = ["chromium", "reason_against"]

LANES = ("journey", "faults", "browser", "containers", "bench")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_COUNTED = ("passed", "failed", "error", "skipped")


@cache
def chromium() -> str | None:
    """The path of an installed Chromium."""
    return next((path for name in _BROWSERS if (path := shutil.which(name))), None)


@cache
def _docker(*asked: str) -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        return subprocess.run([docker, *asked], capture_output=True, timeout=10, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def reason_against(lane: str, asked: str) -> str | None:
    """Why the lane cannot run here, None when it can. `asked` is pytest's `-m` expression."""
    if lane == "browser" and chromium() is None:
        return "browser lane: Chromium is not installed"
    if lane == "containers" and not _docker("info"):
        return "containers lane: no Docker engine answers"
    if lane == "containers" and not _docker("image", "inspect", *IMAGES.values()):
        return f"containers lane: the images are not here: docker pull {' and '.join(IMAGES.values())}"
    if lane == "faults" and "faults" not in asked:
        return "faults lane: kills every process for minutes; runs when asked for, with `make faults`"
    if lane == "bench" and "bench" not in asked:
        return "bench lane: measures only when asked for, with `make bench`"
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asked = str(config.getoption("markexpr"))
    for item in items:
        for lane in LANES:
            if item.get_closest_marker(lane) and (reason := reason_against(lane, asked)):
                item.add_marker(pytest.mark.skip(reason=reason))


def _lane_of(report: pytest.TestReport) -> str:
    return next((lane for lane in LANES if lane in report.keywords), "unit and integration")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lanes: dict[str, Counter[str]] = {}
    for outcome in _COUNTED:
        for report in terminalreporter.stats.get(outcome, []):
            if isinstance(report, pytest.TestReport):
                lanes.setdefault(_lane_of(report), Counter())[outcome] += 1
    terminalreporter.section("lanes")
    for lane, counts in sorted(lanes.items()):
        only_skipped = set(counts) == {"skipped"}
        told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _COUNTED if counts[outcome])
        terminalreporter.write_line(f"  {'SKIPPED' if only_skipped else 'ran    '} {lane:<22} {told}")
