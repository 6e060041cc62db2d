"""The read table `referral`."""

from ansim.contracts.codes import Severity
from ansim.contracts.victim_support import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclinedAfterAcceptance,
    ReferralInProgress,
    ReferralOnHold,
    ReferralReceived,
    ReferralRejected,
    ReferralTakenBack,
)
from ansim.journal import Projector, Recorded, Unit
from victim_support.projections.codes import in_order

projector = Projector()


@projector.on(ReferralReceived)
async def referral_received(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralReceived)
    await unit.conn.execute(
        """
        insert into referral (referral, person, severity, urgency, harm_types, age_band, gender, district, state,
                              received_at, version, dataref)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'received', $9, $10, $11)
        """,
        recorded.aggregateid,
        event.person,
        event.severity,
        list(Severity).index(event.severity),
        in_order(event.harm_types),
        event.age_band,
        event.gender,
        event.district,
        recorded.occurred_at,
        recorded.version,
        event.dataref,
    )


@projector.on(ReferralAccepted)
async def referral_accepted(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralAccepted)
    await unit.conn.execute(
        "update referral set state = 'accepted', case_id = $2, answered_at = $3, version = $4 where referral = $1",
        recorded.aggregateid,
        event.case,
        recorded.occurred_at,
        recorded.version,
    )


@projector.on(ReferralRejected)
async def referral_rejected(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralRejected)
    await unit.conn.execute(
        """
        update referral set state = 'rejected', reason = $2, answered_by = $3, answered_at = $4, version = $5
        where referral = $1
        """,
        recorded.aggregateid,
        event.reason,
        event.answered_by,
        recorded.occurred_at,
        recorded.version,
    )


@projector.on(ReferralTakenBack, ReferralInProgress, ReferralOnHold, ReferralCompleted, ReferralDeclinedAfterAcceptance)
async def referral_moved_on(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    declined = event if isinstance(event, ReferralDeclinedAfterAcceptance) else None
    await unit.conn.execute(
        """
        update referral set state = $2, hold_for = $3, sender_ending = coalesce($4, sender_ending),
                            reason = coalesce($5, reason), answered_by = coalesce($6, answered_by), version = $7
        where referral = $1
        """,
        recorded.aggregateid,
        event.name,
        event.waiting_for if isinstance(event, ReferralOnHold) else None,
        event.because if isinstance(event, ReferralTakenBack) else None,
        declined and declined.reason,
        declined and declined.answered_by,
        recorded.version,
    )
