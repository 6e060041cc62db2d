"""`ansim figures`, `ansim rebuild` and `ansim reconcile`."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from analytics.commands import RecordRebuild, RecordReconciliation, record_rebuild, record_reconciliation
from analytics.definitions import Definition, definitions
from analytics.queries import Reading, read_figures
from analytics.statistics.postgres import connect, talking
from analytics.statistics.rebuild import Rebuilt
from analytics.statistics.rebuild import rebuild as count_anew
from analytics.statistics.reconcile import Reconciled
from analytics.statistics.reconcile import reconcile as compare
from ansim import telemetry
from ansim.contracts import SERVICES
from ansim.errors import AnsimError, Fatal
from ansim.journal import Actor, Context
from ansim.provision.databases import PACKAGES, at_database, database_of
from ansim.runtime import Settings, open_kit

T = TypeVar("T")
_say = Console(width=None if sys.stdout.isatty() else 150)
_complain = Console(stderr=True)


def figures(settings: Settings, *, as_json: bool = False) -> int:
    """Print every figure. Exits 1 when a definition is newer than the counts: then a rebuild is due."""

    async def read() -> Reading:
        conn = await connect(settings.database_url.get_secret_value())
        try:
            async with talking(), conn.transaction(isolation="repeatable_read", readonly=True):
                return await read_figures(conn)
        finally:
            conn.terminate()

    reading = _run(read())
    if reading is None:
        return 1
    shown = [definition for definition in definitions() if definition.value != "breakdown"]
    if as_json:
        sys.stdout.write(json.dumps([reading.as_json(d) for d in shown], ensure_ascii=False, indent=2) + "\n")
    else:
        _say.print(_table(reading, shown))
    return _ask_for_rebuild(reading)


def _table(reading: Reading, shown: list[Definition]) -> Table:
    as_of = reading.as_of.isoformat(timespec="seconds") if reading.as_of else "never"
    table = Table(title=f"Figures as of {as_of}, generation {reading.generation}", title_justify="left")
    for heading in ("id", "value", "n / of", "unknown", "unit", "published", "", "counted to"):
        table.add_column(
            heading, no_wrap=True, justify="right" if heading in ("value", "n / of", "unknown", "published") else "left"
        )
    for definition in shown:
        found = reading.figure(definition)
        positions = ", ".join(f"{service} {n:,}" for service, n in reading.positions(definition).items())
        if found is None:
            table.add_row(definition.id, "–", "", "", definition.unit, "", "not counted yet", positions)
            continue
        value = "–" if found.value is None else f"{found.value:,}{' %' if found.share else ''}"
        of = f"{found.numerator:,}" + (f" / {found.denominator:,}" if found.denominator is not None else "")
        unknown = "" if found.unknown is None else str(found.unknown)
        published = "" if definition.published is None else f"{definition.published:,}{' %' if found.share else ''}"
        verdict = ""
        if definition.published is not None:
            verdict = "equal" if found.agrees_with(definition.published) else "DIFFERENT"
        table.add_row(definition.id, value, of, unknown, definition.unit, published, verdict, positions)
    return table


def _ask_for_rebuild(reading: Reading) -> int:
    if not reading.uncounted:
        return 0
    _complain.print(
        f"Not counted yet: {', '.join(reading.uncounted)}. These definitions are new or were changed since the last "
        "count: run `ansim rebuild`."
    )
    return 1


def rebuild(settings: Settings, *, drop_old: bool = False) -> int:
    """Count everything anew beside the statistics in use, then switch to it."""
    bar = Progress(
        TextColumn("Counting anew"), BarColumn(), MofNCompleteColumn(), TextColumn("events"), TimeRemainingColumn(),
        console=_complain, disable=not _complain.is_terminal,
    )  # fmt: skip
    task = bar.add_task("", total=None)
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        bar.update(task, completed=done, total=total)
        if not _complain.is_terminal and total and (done == total or done - told >= 100_000):
            told = done
            _complain.print(f"{done:,} of {total:,} events")

    async def work() -> Rebuilt:
        url, bootstrap = settings.database_url.get_secret_value(), settings.kafka_bootstrap
        with bar:
            done = await count_anew(url, bootstrap, drop_old=drop_old, progress=progress)
        await _record(settings, RecordRebuild(events=done.events, cells=done.cells))
        return done

    rebuilt = _run(work())
    if rebuilt is None:
        return 1
    _say.print(
        f"{rebuilt.events:,} events counted into {rebuilt.cells:,} cells; generation {rebuilt.generation} is in use."
    )
    if not drop_old:
        _say.print(
            "The generation before it is kept. `ansim rebuild --drop-old` removes old ones after its own switch."
        )
    return 0


def reconcile(settings: Settings, *, as_json: bool = False) -> int:
    """Compare statistics with the journals. Exits 1 on any difference, and lists all of them."""

    async def work() -> Reconciled:
        found = await compare(settings.database_url.get_secret_value(), settings.kafka_bootstrap, _journals(settings))
        await _record(settings, RecordReconciliation(figures=found.figures, differences=len(found.differences)))
        return found

    found = _run(work())
    if found is None:
        return 1
    if as_json:
        listed = [{"what": d.what, "statistics": d.statistics, "journals": d.journals} for d in found.differences]
        answer = {"events": found.events, "cells": found.cells, "figures": found.figures, "parked": found.parked}
        sys.stdout.write(json.dumps({**answer, "differences": listed}, ensure_ascii=False, indent=2) + "\n")
    else:
        _print_reconciled(found)
    return 1 if found.differences else 0


def _print_reconciled(found: Reconciled) -> None:
    counted = f"{found.events:,} events, {found.cells:,} cells, {found.figures} figures compared"
    if not found.differences:
        _say.print(f"{counted}: statistics equal the journals.")
        return
    table = Table(title=f"{counted}: {len(found.differences)} differences", title_justify="left")
    for heading in ("what", "statistics", "journals"):
        table.add_column(heading)
    for difference in found.differences:
        table.add_row(difference.what, difference.statistics, difference.journals)
    _say.print(table)
    if found.parked:
        _say.print(f"{found.parked} messages are parked and not counted: see the operations page.")
    _say.print("`ansim rebuild` counts everything anew; a difference that stays is a fault to be reported.")


def _journals(settings: Settings) -> dict[str, str]:
    owner = settings.owner_database_url.get_secret_value()
    if not owner:
        raise Fatal("reconcile reads all journals: set ANSIM_OWNER_DATABASE_URL")
    return {service: at_database(owner, database_of(PACKAGES[service])) for service in SERVICES}


async def _record(settings: Settings, command: RecordRebuild | RecordReconciliation) -> None:
    telemetry.configure("analytics", "error")
    from analytics.service import SERVICE  # the service's wiring imports pages, which a figure on a terminal needs not

    context = Context(Actor("ansim-command-line", "operator"), datetime.now(UTC), uuid4())
    async with open_kit(settings, SERVICE) as kit, kit.store.unit(context) as unit:
        if isinstance(command, RecordRebuild):
            await record_rebuild(unit, command)
        else:
            await record_reconciliation(unit, command)


def _run(work: Coroutine[Any, Any, T]) -> T | None:
    """The result, or None with one sentence on why there is none."""
    try:
        return asyncio.run(work)
    except (AnsimError, asyncpg.PostgresError) as error:
        _complain.print(f"Not done: {error}")
        return None
