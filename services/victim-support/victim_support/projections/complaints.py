"""A complaint's events → its row, and which event holds which version."""

from typing import Final

from ansim.contracts.codes import ReviewResult
from ansim.contracts.victim_support import (
    ComplaintDrafted,
    ComplaintHandedOver,
    ComplaintReviewed,
    ComplaintStarted,
)
from ansim.journal import Projector, Recorded, Unit

projector: Final = Projector()
projector.seen_through("complaint", "complaint")


@projector.on(ComplaintStarted)
async def add(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ComplaintStarted)
    await unit.conn.execute(
        "insert into complaint (id, case_id, person, version, state, started_at, changed_at)"
        " values ($1, $2, $3, $4, 'started', $5, $5)",
        *(recorded.aggregateid, event.case, event.person, recorded.version, recorded.occurred_at),
    )


@projector.on(ComplaintDrafted)
async def add_draft(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ComplaintDrafted)
    await unit.conn.execute(
        "insert into complaint_draft (complaint, number, event, written_by, written_at) values ($1, $2, $3, $4, $5)",
        *(recorded.aggregateid, event.number, recorded.event_id, recorded.actor.name, recorded.occurred_at),
    )
    await _keep(unit, recorded, "drafted")
    await unit.conn.execute("update complaint set drafts = $2 where id = $1", recorded.aggregateid, event.number)


@projector.on(ComplaintReviewed)
async def mark_reviewed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ComplaintReviewed)
    approved = event.result is ReviewResult.APPROVED
    await _keep(unit, recorded, "approved" if approved else "changes_wanted")
    if approved:
        await unit.conn.execute("update complaint set approved = $2 where id = $1", recorded.aggregateid, event.number)


@projector.on(ComplaintHandedOver)
async def mark_handed_over(unit: Unit, recorded: Recorded) -> None:
    """Handed to others it is handed over; a copy for the person changes no state."""
    event = recorded.event
    assert isinstance(event, ComplaintHandedOver)
    await unit.conn.execute(
        """
        update complaint
           set version = $2, changed_at = $3, state = case when $4 = 'victim' then state else 'handed_over' end,
               handed_to = (select array_agg(distinct receiver order by receiver) from unnest(handed_to || $4) as receiver)
         where id = $1
        """,
        *(recorded.aggregateid, recorded.version, recorded.occurred_at, event.receiver),
    )


async def _keep(unit: Unit, recorded: Recorded, state: str) -> None:
    await unit.conn.execute(
        "update complaint set version = $2, changed_at = $3, state = $4 where id = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at, state),
    )
