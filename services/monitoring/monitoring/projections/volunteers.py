"""The roster: one row a volunteer, without name or contact."""

from typing import cast

from ansim.contracts.monitoring import (
    VolunteerActivated,
    VolunteerApplied,
    VolunteerLeft,
    VolunteerRested,
    VolunteerTrained,
    VolunteerVetted,
)
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


@projector.on(VolunteerApplied)
async def applied(unit: Unit, recorded: Recorded) -> None:
    event = cast("VolunteerApplied", recorded.event)
    await unit.conn.execute(
        """insert into volunteer (id, version, state, district, applied_at, since, sealed_event)
           values ($1, $2, 'applied', $3, $4, $4, $5)""",
        recorded.aggregateid,
        recorded.version,
        event.district.value,
        recorded.occurred_at,
        recorded.event_id,
    )


@projector.on(VolunteerVetted)
async def vetted(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update volunteer set version = $2, state = 'vetted', since = $3, vetted_at = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@projector.on(VolunteerTrained)
async def trained(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update volunteer set version = $2, state = 'trained', since = $3, trained_at = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@projector.on(VolunteerActivated)
async def activated(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        """update volunteer set version = $2, state = 'active', since = $3, activated_at = coalesce(activated_at, $3)
           where id = $1""",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@projector.on(VolunteerRested)
async def rested(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update volunteer set version = $2, state = 'resting', since = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@projector.on(VolunteerLeft)
async def left(unit: Unit, recorded: Recorded) -> None:
    event = cast("VolunteerLeft", recorded.event)
    await unit.conn.execute(
        "update volunteer set version = $2, state = 'left', since = $3, left_reason = $4 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
        event.reason.value,
    )
