"""`ansim reindex`: makes sealed names and telephone numbers findable that were sealed before the blind index was."""

import asyncio

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ansim import telemetry
from ansim.cli.surroundings import settings_for
from ansim.errors import Fatal
from ansim.find import Reindexed, reindex
from ansim.runtime.kit import open_kit
from ansim.runtime.service import Service, installed_service

__all__ = ["reindex_service"]


def reindex_service(slug: str) -> int:
    telemetry.configure("reindex", "warning")
    try:
        service = installed_service(slug)
    except LookupError as error:
        raise Fatal(str(error)) from error
    if not service.projector.searched:
        print(f"{slug} keeps nothing that can be searched.")
        return 0
    done = asyncio.run(_reindex(service))
    print(f"{slug}: {done.done:,} events read anew, {done.erased:,} of them erased for good.")
    return 0


async def _reindex(service: Service) -> Reindexed:
    console = Console(highlight=False)
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(service.slug, total=None)
        told = 0.0

        def tell(state: Reindexed) -> None:
            nonlocal told
            progress.update(task, total=state.total, completed=state.done)
            share = state.done / state.total if state.total else 1.0
            if not console.is_terminal and share >= told + 0.1:
                told = share
                console.print(f"  blind index of {service.slug}: {state.done} of {state.total} events")

        async with open_kit(settings_for(service.slug), service) as kit:
            return await reindex(kit, tell)
