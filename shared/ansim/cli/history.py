"""`ansim history`: plays every service's founding history at the same time, with a progress bar on a terminal."""

import asyncio
from contextlib import AsyncExitStack

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ansim import telemetry
from ansim.cli.surroundings import settings_for
from ansim.history import HistoryPlayer, World
from ansim.history import Progress as Played
from ansim.runtime.kit import open_kit
from ansim.runtime.service import Service, installed_services

__all__ = ["play_history"]

_PLAIN_STEP = 0.1


class _Bar:
    """A progress bar per service on a terminal; elsewhere a plain line at every tenth."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=self._console, disable=not self._console.is_terminal)
        self._tasks: dict[str, TaskID] = {}
        self._told: dict[str, float] = {}

    def __call__(self, played: Played) -> None:
        if self._console.is_terminal:
            task = self._tasks.setdefault(played.service, self.progress.add_task(played.service, total=played.total))
            self.progress.update(task, completed=played.done, total=played.total)
            return
        share = played.done / played.total if played.total else 1.0
        told = self._told.get(played.service)
        if told is None or share >= told + _PLAIN_STEP or (share == 1.0 and told < 1.0):
            self._told[played.service] = share
            self._console.print(f"  history of {played.service}: {played.done} of {played.total} steps")


def play_history(seed: int) -> int:
    telemetry.configure("history", "warning")
    return asyncio.run(_play_all(seed))


async def _play_all(seed: int) -> int:
    """Upkeep rests everywhere until the last service is through: a hand-off of one history is answered in another's."""
    bar, world = _Bar(), World(seed)
    services = [service for service in installed_services().values() if service.history is not None]
    async with AsyncExitStack() as open_kits:
        players = [
            (service, HistoryPlayer(service.slug, kit.store, world, bar))
            for service in services
            for kit in [await open_kits.enter_async_context(open_kit(settings_for(service.slug), service))]
        ]
        for _, player in players:
            await player.begin()
        with bar.progress:
            async with asyncio.TaskGroup() as playing:
                for service, player in players:
                    playing.create_task(_play(service, player, world))
        for _, player in players:
            await player.end()
    return 0


async def _play(service: Service, player: HistoryPlayer, world: World) -> None:
    assert service.history is not None
    await player.play(service.history(world))
