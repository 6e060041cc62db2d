"""The read table `support_case`."""

from ansim.contracts.victim_support import CaseClosed, CaseOpened, CasePlanAgreed, CaseSafetyChecked
from ansim.journal import Projector, Recorded, Unit
from ansim.vault import SearchField
from victim_support.projections.codes import in_order

projector = Projector()
projector.finds(CaseOpened, name=SearchField.NAME, contact=SearchField.PHONE)


@projector.on(CaseOpened)
async def case_opened(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseOpened)
    await unit.conn.execute(
        """
        insert into support_case (case_id, person, referral, age_band, gender, district, harm_types, state, worker,
                                  worker_name, opened_event, opened_at, version, team, member)
        values ($1, $2, $3, $4, $5, $6, $7, 'opened', $8, $9, $10, $11, $12, $13, $14)
        """,
        recorded.aggregateid,
        event.person,
        event.referral,
        event.age_band,
        event.gender,
        event.district,
        in_order(event.harm_types),
        recorded.actor.subject,
        recorded.actor.name,
        recorded.event_id,
        recorded.occurred_at,
        recorded.version,
        event.team,
        event.worker,
    )
    if event.referral is not None:
        await unit.conn.execute("update referral set team = $2 where referral = $1", event.referral, event.team)


@projector.on(CaseSafetyChecked)
async def case_safety_checked(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CaseSafetyChecked)
    await unit.conn.execute(
        """
        update support_case
        set state = case state when 'opened' then 'safety_checked' else state end,
            immediate_danger = $2, safety_at = $3, version = $4, next_check_on = $5
        where case_id = $1
        """,
        recorded.aggregateid,
        event.immediate_danger,
        recorded.occurred_at,
        recorded.version,
        event.next_check_on,
    )


@projector.on(CasePlanAgreed)
async def case_plan_agreed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, CasePlanAgreed)
    await unit.conn.execute(
        """
        update support_case
        set state = 'plan_agreed', item_types = $2, plan_at = $3, version = $4, plan_by = $5, approved_at = null,
            approved_by = null
        where case_id = $1
        """,
        recorded.aggregateid,
        in_order(event.item_types),
        recorded.occurred_at,
        recorded.version,
        recorded.actor.subject,
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
