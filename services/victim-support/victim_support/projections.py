"""Event → read tables (migrations/0001_read_tables.sql), in the transaction that appends the event."""

from ansim.contracts.codes import Severity
from ansim.contracts.victim_support import (
    CaseClosed,
    CaseOpened,
    CasePlanAgreed,
    CaseSafetyChecked,
    ItemDelivered,
    ItemNotDelivered,
    ItemScheduled,
    ReferralAccepted,
    ReferralReceived,
    ReferralRejected,
)
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


def _sorted(codes: frozenset[str]) -> list[str]:
    return sorted(str(code) for code in codes)


@projector.on(ReferralReceived)
async def referral_received(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralReceived)
    await unit.conn.execute(
        """
        insert into referral (referral, person, severity, urgency, harm_types, age_band, gender, district, state,
                              received_at, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, 'received', $9, $10)
        """,
        recorded.aggregateid,
        event.person,
        event.severity,
        list(Severity).index(event.severity),
        _sorted(event.harm_types),
        event.age_band,
        event.gender,
        event.district,
        recorded.occurred_at,
        recorded.version,
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


@projector.on(CaseOpened)
async def case_opened(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseOpened)
    await unit.conn.execute(
        """
        insert into support_case (case_id, person, referral, age_band, gender, district, harm_types, state, worker,
                                  worker_name, opened_event, opened_at, version)
        values ($1, $2, $3, $4, $5, $6, $7, 'opened', $8, $9, $10, $11, $12)
        """,
        recorded.aggregateid,
        event.person,
        event.referral,
        event.age_band,
        event.gender,
        event.district,
        _sorted(event.harm_types),
        recorded.actor.subject,
        recorded.actor.name,
        recorded.event_id,
        recorded.occurred_at,
        recorded.version,
    )


@projector.on(CaseSafetyChecked)
async def case_safety_checked(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseSafetyChecked)
    await unit.conn.execute(
        """
        update support_case
        set state = case state when 'opened' then 'safety_checked' else state end,
            immediate_danger = $2, safety_at = $3, version = $4
        where case_id = $1
        """,
        recorded.aggregateid,
        event.immediate_danger,
        recorded.occurred_at,
        recorded.version,
    )


@projector.on(CasePlanAgreed)
async def case_plan_agreed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CasePlanAgreed)
    await unit.conn.execute(
        """
        update support_case set state = 'plan_agreed', item_types = $2, plan_at = $3, version = $4 where case_id = $1
        """,
        recorded.aggregateid,
        _sorted(event.item_types),
        recorded.occurred_at,
        recorded.version,
    )


@projector.on(CaseClosed)
async def case_closed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseClosed)
    await unit.conn.execute(
        "update support_case set state = 'closed', outcome = $2, closed_at = $3, version = $4 where case_id = $1",
        recorded.aggregateid,
        event.outcome,
        recorded.occurred_at,
        recorded.version,
    )


@projector.on(ItemScheduled)
async def item_scheduled(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ItemScheduled)
    await unit.conn.execute(
        """
        insert into support_item (item_id, case_id, item_type, due_on, state, worker_name, scheduled_at, version)
        values ($1, $2, $3, $4, 'scheduled', $5, $6, $7)
        """,
        recorded.aggregateid,
        event.case,
        event.item_type,
        event.due_on,
        recorded.actor.name,
        recorded.occurred_at,
        recorded.version,
    )
    await unit.conn.execute(
        "update support_case set items_open = items_open + 1, next_due = least(next_due, $2) where case_id = $1",
        event.case,
        event.due_on,
    )


@projector.on(ItemDelivered, ItemNotDelivered)
async def item_settled(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ItemDelivered | ItemNotDelivered)
    delivered = isinstance(event, ItemDelivered)
    await unit.conn.execute(
        """
        update support_item
        set state = $2, outcome = $3, reason = $4, worker_name = $5, settled_at = $6, version = $7
        where item_id = $1
        """,
        recorded.aggregateid,
        "delivered" if delivered else "not_delivered",
        event.outcome if isinstance(event, ItemDelivered) else None,
        event.reason if isinstance(event, ItemNotDelivered) else None,
        recorded.actor.name,
        recorded.occurred_at,
        recorded.version,
    )
    await unit.conn.execute(
        """
        update support_case
        set items_open = items_open - 1,
            items_delivered = items_delivered + $2,
            items_not = items_not + $3,
            next_due = (select min(due_on) from support_item where case_id = $1 and state = 'scheduled')
        where case_id = $1
        """,
        event.case,
        int(delivered),
        int(not delivered),
    )
