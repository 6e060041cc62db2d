"""`ansim import`: takes a spreadsheet in, with a progress bar on a terminal and plain lines elsewhere."""

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ansim import telemetry
from ansim.access.log import at_place
from ansim.cli.surroundings import settings_for
from ansim.errors import Forbidden, Message
from ansim.imports import Done, Import, Importer, Outcome, RowErrors, Sheet, Unreadable, open_sheet
from ansim.imports.report import Report
from ansim.imports.running import JournalKeeper, Places
from ansim.journal import Actor, Context
from ansim.runtime.kit import Kit, open_kit
from ansim.runtime.service import Service, installed_service, installed_services
from ansim.vault import kek_from
from ansim.web.i18n import LANGUAGES, catalogue

__all__ = ["import_file"]

ALL_IN, SOME_REFUSED, WRONGLY_ASKED = 0, 1, 2
_PLAIN_STEP: Final = 0.1
ACTOR: Final = "system:import"

Say = Callable[[Message], str]


def import_file(
    slug: str, file: Path, *, subject: str, dry_run: bool, report: Path | None, language: str = "ko"
) -> int:
    """0 when every row is in, 1 when some were refused, 2 when nothing could be begun: another service, file, heading or
    name is meant."""
    telemetry.configure("import", "warning")
    service = _importing(slug)
    if service is None or service.imports is None:
        known = ", ".join(name for name, each in installed_services().items() if each.imports is not None)
        return _wrongly_asked(f"{slug} takes no spreadsheets; these do: {known}")
    if language not in LANGUAGES:
        return _wrongly_asked(f"no language {language}; there are: {', '.join(LANGUAGES)}")
    words = catalogue(service.package, language)
    target = report or file.with_name(f"{file.stem}.not-taken-in{file.suffix.lower() if file.suffix else '.csv'}")
    if target.suffix.lower() not in (".csv", ".xlsx"):
        return _wrongly_asked(f"the report is a .csv or an .xlsx, not {target.name}")
    if target.resolve() == file.resolve():
        return _wrongly_asked("the report would overwrite the spreadsheet: choose another name")
    try:
        sheet = open_sheet(file)
        service.imports.places(sheet.headings)
    except Unreadable as error:
        return _wrongly_asked(error.message.translate(words))
    except RowErrors as error:
        return _wrongly_asked("\n".join(f"{name}: {said.translate(words)}" for name, said in error.errors))
    try:
        return asyncio.run(_import(service, sheet, target, subject, dry_run, language))
    except (Forbidden, Unreadable) as error:
        return _wrongly_asked(str(error))


def _importing(slug: str) -> Service | None:
    try:
        return installed_service(slug)
    except LookupError:
        return None


def _wrongly_asked(why: str) -> int:
    print(f"ansim: {why}", file=sys.stderr)
    return WRONGLY_ASKED


async def _import(service: Service, sheet: Sheet, target: Path, subject: str, dry_run: bool, language: str) -> int:
    taken = service.imports
    assert taken is not None
    said: Say = lambda message: message.translate(catalogue(service.package, language))  # noqa: E731 - one line, used twice
    titles = {column.name: column.korean if language == "ko" else column.name for column in taken.columns}
    console = Console(highlight=False, soft_wrap=True)
    ignored = [sheet.headings[place] for place in taken.ignored(sheet.headings)]
    console.print(f"Reading {sheet.kind}." + (f" Not taken in: {', '.join(ignored)}." if ignored else ""), markup=False)
    async with open_kit(settings_for(service.slug), service) as kit:
        context = await _in_the_name_of(kit, taken, subject)
        places = Places(kek_from(kit.settings.kek.get_secret_value()), service.slug)
        importer = Importer(taken, JournalKeeper(kit.store, context), places, dry_run=dry_run)
        bar, begun = _Bar(console, taken.what, sheet.count), monotonic()
        with (
            at_place(f"import:{subject}"[:200]),
            telemetry.bound(correlationid=context.correlationid),
            bar.progress,
            Report(target, sheet.headings, lambda name: titles.get(name, name), said) as report,
        ):
            async for result in importer.run(sheet):
                if result.outcome in (Outcome.REFUSED, Outcome.CHANGED):
                    report.add(result)
                bar.show(importer.done)
        _summary(console, importer.done, monotonic() - begun, dry_run=dry_run)
        if report.rows:
            console.print(f"{report.rows} rows are in {target} with what to do about each.", markup=False)
            console.print("It holds personal data: only you can read it. Delete it when the rows are mended.")
    return SOME_REFUSED if importer.done.bad else ALL_IN


async def _in_the_name_of(kit: Kit, taken: Import, subject: str) -> Context:
    """An import sees the records of all teams; whose it is stands in the journal by name and in the access record by
    sign-in name. Raises Forbidden for somebody who may not."""
    member = await kit.access.member(subject)
    if member is None:
        raise Forbidden(f"{subject} is no active member of staff of {kit.service.slug}")
    if not member.roles & set(taken.roles):
        raise Forbidden(f"{subject} may not import: it takes one of the roles {', '.join(sorted(taken.roles))}")
    return Context(Actor(ACTOR, "system", member.name), datetime.now(UTC), uuid4(), all_teams=True)


def _summary(console: Console, done: Done, seconds: float, *, dry_run: bool) -> None:
    counts, would = done.counts, "would be " if dry_run else ""
    console.print(
        f"{done.rows} rows: {counts[Outcome.IMPORTED]} {would}taken in, {counts[Outcome.HERE_ALREADY]} here already, "
        f"{counts[Outcome.CHANGED]} here with other words, {counts[Outcome.REFUSED]} refused. "
        f"{done.rows / max(seconds, 0.001):,.0f} rows a second."
    )
    if dry_run:
        console.print("Dry run: nothing was written.")


class _Bar:
    """A progress bar on a terminal; elsewhere a plain line at every tenth."""

    def __init__(self, console: Console, what: str, total: int) -> None:
        self._console = console
        self._total = total
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[bad]} refused"),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self.progress.add_task(what, total=total, bad=0)
        self._told = 0.0

    def show(self, done: Done) -> None:
        self.progress.update(self._task, completed=done.rows, total=max(self._total, done.rows), bad=done.bad)
        share = done.rows / self._total if self._total else 0.0
        if not self._console.is_terminal and share >= self._told + _PLAIN_STEP:
            self._told = share
            self._console.print(f"  {done.rows} of about {self._total} rows, {done.bad} refused")
