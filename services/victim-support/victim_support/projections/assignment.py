"""Whose case it becomes later on, told on the case and on the referral it came from."""

from ansim.contracts.victim_support import CaseAssigned
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


@projector.on(CaseAssigned)
async def case_assigned(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseAssigned)
    await unit.conn.execute(
        "update support_case set team = $2, member = $3, version = $4 where case_id = $1",
        recorded.aggregateid,
        event.team,
        event.worker,
        recorded.version,
    )
    await unit.conn.execute("update referral set team = $2 where case_id = $1", recorded.aggregateid, event.team)
