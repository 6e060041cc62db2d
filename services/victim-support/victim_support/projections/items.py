"""The read table `support_item`, and what its items add up to on `support_case`."""

from ansim.contracts.victim_support import ItemDelivered, ItemNotDelivered, ItemScheduled
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


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
