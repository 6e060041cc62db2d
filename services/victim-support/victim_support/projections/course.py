"""The course of a case on `support_case`: guardian, approval, watching, reopening."""

from ansim.contracts.victim_support import CaseGuardianConsidered, CasePlanApproved, CaseReopened, CaseWatched
from ansim.journal import Projector, Recorded, Unit
from ansim.vault import SearchField

projector = Projector()
projector.finds(CaseGuardianConsidered, guardian=SearchField.NAME, guardian_contact=SearchField.PHONE)


@projector.on(CaseGuardianConsidered)
async def guardian_considered(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseGuardianConsidered)
    await unit.conn.execute(
        """
        update support_case set guardian_suspect = $2, guardian_basis = $3, guardian_event = $4, version = $5
        where case_id = $1
        """,
        *(recorded.aggregateid, event.suspect, event.basis, recorded.event_id, recorded.version),
    )


@projector.on(CasePlanApproved)
async def plan_approved(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        """
        update support_case set state = 'active', approved_at = $2, approved_by = $3, version = $4 where case_id = $1
        """,
        *(recorded.aggregateid, recorded.occurred_at, recorded.actor.name, recorded.version),
    )


@projector.on(CaseWatched)
async def watched(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseWatched)
    await unit.conn.execute(
        """
        update support_case set state = 'watching', watched_at = $2, next_check_on = $3, version = $4 where case_id = $1
        """,
        *(recorded.aggregateid, recorded.occurred_at, event.next_check_on, recorded.version),
    )


@projector.on(CaseReopened)
async def reopened(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        """
        update support_case
        set state = 'opened', reopened = reopened + 1, immediate_danger = null, safety_at = null, outcome = null,
            closed_at = null, watched_at = null, next_check_on = null, approved_at = null, approved_by = null, version = $2
        where case_id = $1
        """,
        *(recorded.aggregateid, recorded.version),
    )
