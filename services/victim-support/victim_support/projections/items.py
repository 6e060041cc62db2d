"""The read table `support_item`, and what its items add up to on `support_case`."""

from uuid import UUID

from ansim.contracts.victim_support import (
    ItemAccompanimentPlanned,
    ItemDelivered,
    ItemNotDelivered,
    ItemRequested,
    ItemRescheduled,
    ItemScheduled,
)
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


@projector.on(ItemRequested)
async def item_requested(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ItemRequested)
    await unit.conn.execute(
        """
        insert into support_item (item_id, case_id, item_type, state, worker_name, requested_at, version)
        values ($1, $2, $3, 'requested', $4, $5, $6)
        """,
        *(recorded.aggregateid, event.case, event.item_type, recorded.actor.name),
        *(recorded.occurred_at, recorded.version),
    )
    await _add_up(unit, event.case)


@projector.on(ItemScheduled)
async def item_scheduled(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ItemScheduled)
    await unit.conn.execute(
        """
        insert into support_item (item_id, case_id, item_type, due_on, state, worker_name, scheduled_at, version)
        values ($1, $2, $3, $4, 'scheduled', $5, $6, $7)
        on conflict (item_id) do update
        set due_on = excluded.due_on, state = 'scheduled', worker_name = excluded.worker_name,
            scheduled_at = excluded.scheduled_at, version = excluded.version
        """,
        *(recorded.aggregateid, event.case, event.item_type, event.due_on, recorded.actor.name),
        *(recorded.occurred_at, recorded.version),
    )
    await _add_up(unit, event.case)


@projector.on(ItemRescheduled)
async def item_rescheduled(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ItemRescheduled)
    await unit.conn.execute(
        "update support_item set due_on = $2, moved = moved + 1, version = $3 where item_id = $1",
        *(recorded.aggregateid, event.due_on, recorded.version),
    )
    await _add_up(unit, event.case)


@projector.on(ItemAccompanimentPlanned)
async def accompaniment_planned(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ItemAccompanimentPlanned)
    await unit.conn.execute(
        """
        update support_item set starts_at = $2, goes = $3, next_on = $4, details_event = $5, version = $6
        where item_id = $1
        """,
        *(recorded.aggregateid, event.starts_at, event.goes, event.next_on, recorded.event_id, recorded.version),
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
    await _add_up(unit, event.case)


async def _add_up(unit: Unit, case: UUID) -> None:
    """What the case's items add up to, counted afresh: a case has tens of them, never thousands."""
    await unit.conn.execute(
        """
        update support_case
        set (items_open, items_delivered, items_not, next_due) = (
            select count(*) filter (where state in ('requested', 'scheduled')), count(*) filter (where state = 'delivered'),
                   count(*) filter (where state = 'not_delivered'), min(due_on) filter (where state = 'scheduled')
            from support_item where case_id = $1)
        where case_id = $1
        """,
        case,
    )
