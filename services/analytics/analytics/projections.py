"""The read table of checks: when figures were last rebuilt and reconciled."""

from ansim.contracts.analytics import RebuildCompleted, ReconciliationCompleted
from ansim.journal import Projector, Recorded, Unit

PROJECTOR = Projector()


@PROJECTOR.on(RebuildCompleted)
async def _rebuilt(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, RebuildCompleted):
        await unit.conn.execute(
            "insert into figure_check (id, kind, at, events, cells) values ($1, 'rebuild', $2, $3, $4)",
            recorded.aggregateid,
            recorded.occurred_at,
            event.events,
            event.cells,
        )


@PROJECTOR.on(ReconciliationCompleted)
async def _reconciled(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    if isinstance(event, ReconciliationCompleted):
        await unit.conn.execute(
            "insert into figure_check (id, kind, at, figures, differences) values ($1, 'reconciliation', $2, $3, $4)",
            recorded.aggregateid,
            recorded.occurred_at,
            event.figures,
            event.differences,
        )
