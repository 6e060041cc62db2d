"""`ansim demo`: the whole suite on one machine, step by step, with the founding history, until Ctrl-C."""

import asyncio
import os
import signal
import sys
import time
import tomllib
from importlib import resources

from rich.console import Console
from rich.table import Table

from ansim.cli.surroundings import state_folder
from ansim.embedded.program import Program, leash
from ansim.embedded.suite import Suite, running_suite
from ansim.errors import Fatal
from ansim.runtime.service import installed_services

__all__ = ["demo"]

_HISTORY_ATTEMPTS = 5


class _Teller:
    """Says each step on a line of its own with the seconds since the start."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._begun = time.monotonic()

    def __call__(self, line: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._begun:6.1f} s[/dim]  {line}")


def demo(*, fresh: bool, history: bool) -> int:
    return asyncio.run(_demo(fresh=fresh, history=history))


async def _demo(*, fresh: bool, history: bool) -> int:
    tell = _Teller()
    work = asyncio.ensure_future(_start_and_stay(tell, fresh=fresh, history=history))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        tell("Stopped. `make demo` goes on from here.")
    return 0


async def _start_and_stay(tell: _Teller, *, fresh: bool, history: bool) -> None:
    async with running_suite(state_folder(), tell=tell, fresh=fresh) as suite:
        if history:
            await _play_history(suite, tell)
        _greet(suite)
        await asyncio.Event().wait()


async def _play_history(suite: Suite, tell: _Teller) -> None:
    """Plays in a process of its own, so that neither can hurt the other; started again where it was killed."""
    tell("Playing the founding history, invented people only")
    program = Program("history", [sys.executable, "-m", "ansim.cli", "history"], ready=_at_once)
    for _ in range(_HISTORY_ATTEMPTS):
        process = await asyncio.create_subprocess_exec(
            *program.argv, env=os.environ | {"ANSIM_STATE": str(suite.folder.path)}, preexec_fn=leash(program)
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            if process.returncode is None:
                process.terminate()
                await process.wait()
            raise
        if code == 0:
            tell("The founding history is in")
            return
        tell(f"The history ended with code {code}; it goes on where it was")
    raise Fatal("the founding history could not be played to its end: see the lines above and the logs")


async def _at_once() -> bool:
    return True


def _greet(suite: Suite) -> None:
    """Where to look and as whom. Not wrapped, so that addresses stay whole."""
    console = Console(highlight=False, soft_wrap=True)
    services, people = Table.grid(padding=(0, 3)), Table.grid(padding=(0, 3))
    for slug, service in installed_services().items():
        services.add_row(f"  {service.title}", f"{suite.url(slug)}{service.home}")
    for subject, name, roles in _staff():
        people.add_row(f"  {subject}", name, roles)
    console.print("\n[bold]Ansim runs.[/bold] Invented data only. Ctrl-C stops it.\n")
    console.print(services)
    console.print("\n  Sign in as one of these invented people (no password):\n")
    console.print(people)
    console.print(f"\n  State and logs: {suite.folder.path}    More: ansim status, ansim figures\n")


def _staff() -> list[tuple[str, str, str]]:
    file = resources.files("ansim.access").joinpath("demo_staff.toml")
    if not file.is_file():
        return []
    people = tomllib.loads(file.read_text(encoding="utf-8")).get("staff", [])
    return [
        (str(person["subject"]), str(person["name"]), ", ".join(person.get("roles") or [person.get("role", "")]))
        for person in people
    ]
