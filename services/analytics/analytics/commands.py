"""The only writers of analytics' own journal: what was rebuilt, and what a reconciliation found."""

from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.analytics import RebuildCompleted, ReconciliationCompleted
from ansim.journal import Unit
from ansim.web import Command


class RecordRebuild(Command):
    """A rebuild was switched to."""

    id: UUID | None = None
    events: int
    cells: int


class RecordReconciliation(Command):
    """Statistics were compared with the journals, figure by figure."""

    id: UUID | None = None
    figures: int
    differences: int


def _happened(state: bool | None, event: Event) -> bool:
    """These streams hold one event each."""
    return True


async def record_rebuild(unit: Unit, command: RecordRebuild) -> UUID:
    rebuild = command.id or unit.ids()
    stream = await unit.stream("rebuild", rebuild, _happened)
    stream.expect(0)
    await stream.append(RebuildCompleted(person=rebuild, events=command.events, cells=command.cells))
    return rebuild


async def record_reconciliation(unit: Unit, command: RecordReconciliation) -> UUID:
    check = command.id or unit.ids()
    stream = await unit.stream("reconciliation", check, _happened)
    stream.expect(0)
    await stream.append(ReconciliationCompleted(person=check, figures=command.figures, differences=command.differences))
    return check
