"""The read table `told_before`: begins with the acceptance of a referral that hands something over."""

from ansim.contracts.codes import HandOverGap
from ansim.contracts.victim_support import ReferralAccepted, ReferralDataMissing, ReferralDataReceived
from ansim.journal import Projector, Recorded, Unit
from ansim.vault import SearchField

projector = Projector()
projector.finds(ReferralDataReceived, contact=SearchField.PHONE)


@projector.on(ReferralAccepted)
async def begin_to_fetch(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralAccepted)
    await unit.conn.execute(
        """
        insert into told_before (referral, case_id, person, dataref, state, asked_at, backdated)
        select referral, $2, person, dataref, 'asked', $3, $4 from referral where referral = $1 and dataref is not null
        """,
        recorded.aggregateid,
        event.case,
        recorded.occurred_at,
        max(recorded.recorded_at - recorded.occurred_at, recorded.occurred_at - recorded.occurred_at),
    )


@projector.on(ReferralDataReceived)
async def data_received(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralDataReceived)
    await unit.conn.execute(
        "update told_before set state = 'arrived', parts = $2, data_event = $3, settled_at = $4 where referral = $1",
        *(recorded.aggregateid, sorted(event.parts), recorded.event_id, recorded.occurred_at),
    )
    await _note_version(unit, recorded)


@projector.on(ReferralDataMissing)
async def data_missing(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralDataMissing)
    state = "erased" if event.reason is HandOverGap.ERASED else "refused"
    await unit.conn.execute(
        "update told_before set state = $2, settled_at = $3 where referral = $1",
        *(recorded.aggregateid, state, recorded.occurred_at),
    )
    await _note_version(unit, recorded)


async def _note_version(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update referral set version = $2 where referral = $1", recorded.aggregateid, recorded.version
    )
