"""Sightings and, one row each, every report, check and action. The address stays sealed in the journal."""

from typing import cast

from ansim.contracts.monitoring import (
    SightingActioned,
    SightingChecked,
    SightingConfirmed,
    SightingLogged,
    SightingRejected,
    SightingReported,
)
from ansim.journal import Projector, Recorded, Unit

projector = Projector()


@projector.on(SightingLogged)
async def logged(unit: Unit, recorded: Recorded) -> None:
    event = cast("SightingLogged", recorded.event)
    await unit.conn.execute(
        """insert into sighting (id, version, volunteer, platform, channel, categories, depicted_age, depicted_gender,
                                 state, logged_at, sealed_event)
           values ($1, $2, $3, $4, $5, $6, $7, $8, 'logged', $9, $10)""",
        recorded.aggregateid,
        recorded.version,
        event.volunteer,
        event.platform.value,
        event.channel.value,
        sorted(category.value for category in event.categories),
        event.depicted_age.value,
        event.depicted_gender.value,
        recorded.occurred_at,
        recorded.event_id,
    )


@projector.on(SightingConfirmed)
async def confirmed(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update sighting set version = $2, state = 'confirmed', decided_at = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@projector.on(SightingRejected)
async def rejected(unit: Unit, recorded: Recorded) -> None:
    event = cast("SightingRejected", recorded.event)
    await unit.conn.execute(
        "update sighting set version = $2, state = 'rejected', decided_at = $3, rejection = $4 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
        event.reason.value,
    )


@projector.on(SightingReported)
async def reported(unit: Unit, recorded: Recorded) -> None:
    event = cast("SightingReported", recorded.event)
    await unit.conn.execute(
        """update sighting set version = $2, state = 'reported', reported_at = coalesce(reported_at, $3)
           where id = $1""",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )
    await unit.conn.execute(
        "insert into sighting_report (event_id, sighting, report_channel, at) values ($1, $2, $3, $4)",
        recorded.event_id,
        recorded.aggregateid,
        event.report_channel.value,
        recorded.occurred_at,
    )


@projector.on(SightingChecked)
async def checked(unit: Unit, recorded: Recorded) -> None:
    event = cast("SightingChecked", recorded.event)
    await unit.conn.execute(
        """update sighting set version = $2, last_check = $3, last_check_at = $4, last_check_number = $5
           where id = $1""",
        recorded.aggregateid,
        recorded.version,
        event.result.value,
        recorded.occurred_at,
        event.number,
    )
    await unit.conn.execute(
        "insert into sighting_check (sighting, number, result, at) values ($1, $2, $3, $4)",
        recorded.aggregateid,
        event.number,
        event.result.value,
        recorded.occurred_at,
    )


@projector.on(SightingActioned)
async def actioned(unit: Unit, recorded: Recorded) -> None:
    event = cast("SightingActioned", recorded.event)
    await unit.conn.execute(
        "update sighting set version = $2, last_action = $3, last_action_at = $4 where id = $1",
        recorded.aggregateid,
        recorded.version,
        event.action.value,
        recorded.occurred_at,
    )
    await unit.conn.execute(
        "insert into sighting_action (event_id, sighting, action, at) values ($1, $2, $3, $4)",
        recorded.event_id,
        recorded.aggregateid,
        event.action.value,
        recorded.occurred_at,
    )
