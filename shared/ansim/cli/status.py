"""`ansim status`: what runs, where, how far behind, and what waits or is parked."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx2
import psutil
from rich.console import Console
from rich.table import Table

from ansim.cli.surroundings import running_folder

__all__ = ["status"]

_TIMEOUT_SECONDS = 3.0


def status(*, as_json: bool) -> int:
    """Exit code 0 when every process has been started and is ready, else 1."""
    folder = running_folder()
    if not folder.status_file.exists():
        said: Mapping[str, Any] = {"pid": folder.holder(), "complete": False, "programs": []}
    else:
        said = json.loads(folder.status_file.read_text())
    programs = asyncio.run(_ask_all(said["programs"]))
    ready = bool(said["complete"]) and all(program["ready"] for program in programs)
    if as_json:
        print(
            json.dumps({"state": str(folder.path), "pid": said["pid"], "ready": ready, "processes": programs}, indent=1)
        )
    else:
        _show(programs)
        if not said["complete"]:
            print("The suite is still starting: there will be more.")
    return 0 if ready else 1


async def _ask_all(programs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
        return list(await asyncio.gather(*(_ask(client, program) for program in programs)))


async def _ask(client: httpx2.AsyncClient, program: dict[str, Any]) -> dict[str, Any]:
    """One process with its own word on readiness and, where it has one, its /status."""
    pid, url = program["pid"], program["url"]
    answer = {
        "name": program["name"],
        "pid": pid,
        "url": url,
        "ready": bool(program["ready"]) and pid is not None and psutil.pid_exists(pid),
        "restarts": program["restarts"],
        "memory_megabytes": round(_memory(pid) / 1e6),
        "log": program["log"],
        "position": None,
        "lag": None,
        "unpublished": None,
        "parked": None,
    }
    if not str(url).startswith("http") or program["name"] == "provider":
        return answer
    try:
        answer["ready"] = (await client.get(f"{url}/health/ready")).status_code == 200
        reply = await client.get(f"{url}/status")
        if reply.status_code == 200:
            said = reply.json()
            answer |= {name: said.get(name) for name in ("position", "lag", "unpublished", "parked")}
    except (httpx2.HTTPError, ValueError):
        answer["ready"] = False
    return answer


def _memory(pid: int | None) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss) if pid is not None else 0
    except psutil.NoSuchProcess:
        return 0


def _show(programs: list[dict[str, Any]]) -> None:
    table = Table("process", "pid", "address", "ready", "restarts", "MB", "position", "lag", "unpublished", "parked")
    for program in programs:
        fields = (program[name] for name in ("position", "lag", "unpublished", "parked"))
        table.add_row(
            program["name"],
            str(program["pid"] or "-"),
            str(program["url"]),
            "yes" if program["ready"] else "NO",
            str(program["restarts"]),
            str(program["memory_megabytes"]),
            *("-" if value is None else str(value) for value in fields),
        )
    console = Console()
    console.width = console.width if console.is_terminal else 160
    console.print(table)
