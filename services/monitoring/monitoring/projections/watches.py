"""Watches: one row each."""

from typing import cast

from ansim.contracts.monitoring import WatchAccepted, WatchEnded, WatchReceived
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


@projector.on(WatchReceived)
async def received(unit: Unit, recorded: Recorded) -> None:
    event = cast("WatchReceived", recorded.event)
    await unit.conn.execute(
        """insert into watch (id, version, platform, seen_gone, state, received_at)
           values ($1, $2, $3, $4, 'received', $5)""",
        recorded.aggregateid,
        recorded.version,
        event.platform.value,
        event.seen_gone,
        recorded.occurred_at,
    )


@projector.on(WatchAccepted)
async def accepted(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update watch set version = $2, state = 'accepted', accepted_at = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@projector.on(WatchEnded)
async def ended(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update watch set version = $2, state = 'ended', ended_at = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )
