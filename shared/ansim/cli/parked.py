"""`ansim parked`: messages that could not be handled, of all services or one."""

import asyncio
import dataclasses
import json

from rich.console import Console
from rich.table import Table

from ansim import telemetry
from ansim.cli.surroundings import settings_for
from ansim.errors import Fatal
from ansim.inbox import ParkedRow, Parking, ReplayResult, replay_stream
from ansim.runtime.kit import open_kit, open_reaction
from ansim.runtime.service import Service, installed_service, installed_services

__all__ = ["list_parked", "replay_parked", "show_parked"]

_SHOWN = ("id", "consumer", "topic", "partition", "offset", "reason", "error", "attempts", "parked_at")


def list_parked(*, as_json: bool) -> int:
    found = {service.slug: asyncio.run(_rows(service)) for service in installed_services().values()}
    if as_json:
        print(json.dumps([_plain(slug, row) for slug, rows in found.items() for row in rows], indent=1))
        return 0
    table = Table("service", *_SHOWN)
    for slug, rows in found.items():
        for row in rows:
            table.add_row(slug, *(str(getattr(row, name)) for name in _SHOWN))
    console = Console()
    console.width = console.width if console.is_terminal else 160
    console.print(table if table.row_count else "Nothing is parked.")
    return 0


def show_parked(slug: str, number: int) -> int:
    rows = asyncio.run(_rows(_service(slug)))
    chosen = [row for row in rows if row.id == number]
    if not chosen:
        raise Fatal(f"{slug} has nothing parked under number {number}: see `ansim parked list`")
    print(json.dumps(_plain(slug, chosen[0]), indent=1))
    return 0


def replay_parked(slug: str, number: int, *, dry_run: bool) -> int:
    """Exit code 1 when something of the stream still cannot be handled."""
    results = asyncio.run(_replay(_service(slug), number, dry_run=dry_run))
    for result in results:
        verb = "would be" if dry_run and not result.error else "is"
        print(
            f"{slug} {result.row.id} ({result.row.type or 'unknown type'}): {verb} {result.outcome} {result.error}".rstrip()
        )
    return 1 if any(result.error for result in results) else 0


def _service(slug: str) -> Service:
    try:
        return installed_service(slug)
    except LookupError as error:
        raise Fatal(str(error)) from error


def _plain(slug: str, row: ParkedRow) -> dict[str, object]:
    known = dataclasses.asdict(row)
    return {"service": slug} | {
        name: value if isinstance(value, int | None) else str(value) for name, value in known.items()
    }


async def _rows(service: Service) -> list[ParkedRow]:
    telemetry.configure("parked", "warning")
    async with open_kit(settings_for(service.slug), service) as kit, kit.store.read() as connection:
        consumers = await connection.fetch("SELECT DISTINCT consumer FROM parked ORDER BY consumer")
        return [row for found in consumers for row in await Parking(kit.vault, found["consumer"]).rows(connection)]


async def _replay(service: Service, number: int, *, dry_run: bool) -> list[ReplayResult]:
    telemetry.configure("parked", "warning")
    async with open_kit(settings_for(service.slug), service) as kit:
        return await replay_stream(open_reaction(kit), number, dry_run=dry_run)
