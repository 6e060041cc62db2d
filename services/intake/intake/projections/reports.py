"""A report's events → its row."""

from typing import Final

from ansim.clock import Moment
from ansim.contracts.intake import (
    ReportAcknowledged,
    ReportClaimed,
    ReportClosed,
    ReportDangerTold,
    ReportDeadlineMissed,
    ReportLinked,
    ReportReleased,
    ReportReopened,
    ReportSignposted,
    ReportSubmitted,
    ReportTriaged,
)
from ansim.journal import Projector, Recorded, Unit

from ..domain.deadlines import report_clock
from ..domain.report import may_be_emergency
from ..rulebook import RULES
from .clocks import columns_of

PROJECTOR: Final = Projector()


@PROJECTOR.on(ReportSubmitted)
async def add_report(unit: Unit, recorded: Recorded) -> None:
    """With its first clock at once: every index would have to be written twice otherwise."""
    event = recorded.event
    assert isinstance(event, ReportSubmitted)
    submitted = Moment(recorded.aggregateid, event, recorded.occurred_at, recorded.event_id)
    clock = report_clock([submitted], await RULES.read(unit.conn))
    await unit.conn.execute(
        """
        insert into report (id, person, version, state, submitted_event, reporter_role, about_minor, district, language,
                            harm_types, may_be_emergency, submitted_at, imported,
                            task, clock_rule, clock_started_by, clock_event, clock_started_at, due_at, waiting_for)
        values ($1, $2, $3, 'submitted', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        """,
        recorded.aggregateid,
        event.person,
        recorded.version,
        recorded.event_id,
        event.reporter_role,
        event.about_minor,
        event.district,
        event.language,
        sorted(event.harm_types),
        may_be_emergency(event.harm_types, event.about_minor),
        recorded.occurred_at,
        event.imported,
        *columns_of(clock),
    )


@PROJECTOR.on(ReportDangerTold)
async def mark_danger(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update report set version = $2, may_be_emergency = true where id = $1", recorded.aggregateid, recorded.version
    )


@PROJECTOR.on(ReportAcknowledged)
async def mark_acknowledged(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update report set version = $2, state = 'acknowledged', acknowledged_at = $3 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReportTriaged)
async def mark_triaged(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReportTriaged)
    await unit.conn.execute(
        """
        update report
           set version = $2, state = 'triaged', severity = $3, harm_types = $4, age_band = $5, minor = $6,
               triaged_at = coalesce(triaged_at, $7)
         where id = $1
        """,
        recorded.aggregateid,
        recorded.version,
        event.severity,
        sorted(event.harm_types),
        event.age_band,
        event.minor,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReportClosed)
async def mark_closed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReportClosed)
    await unit.conn.execute(
        "update report set version = $2, state = 'closed', outcome = $3, closed_at = $4, claimed_by = null,"
        " claimed_by_name = null, claimed_at = null where id = $1",
        recorded.aggregateid,
        recorded.version,
        event.outcome,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReportReopened)
async def mark_reopened(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        """
        update report
           set version = $2, state = case when severity is null then 'acknowledged' else 'triaged' end,
               outcome = null, closed_at = null, reopened = reopened + 1
         where id = $1
        """,
        recorded.aggregateid,
        recorded.version,
    )


@PROJECTOR.on(ReportClaimed)
async def mark_claimed(unit: Unit, recorded: Recorded) -> None:
    """Who claimed it is whoever acted: the event itself names nobody."""
    await unit.conn.execute(
        "update report set version = $2, claimed_by = $3, claimed_by_name = $4, claimed_at = $5 where id = $1",
        recorded.aggregateid,
        recorded.version,
        recorded.actor.subject,
        recorded.actor.name,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReportReleased)
async def mark_released(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update report set version = $2, claimed_by = null, claimed_by_name = null, claimed_at = null where id = $1",
        recorded.aggregateid,
        recorded.version,
    )


@PROJECTOR.on(ReportLinked)
async def add_link(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReportLinked)
    await unit.conn.execute(
        "insert into report_link (report, other, relation, linked_at) values ($1, $2, $3, $4)",
        *(recorded.aggregateid, event.other, event.relation, recorded.occurred_at),
    )
    await unit.conn.execute("update report set version = $2 where id = $1", recorded.aggregateid, recorded.version)


@PROJECTOR.on(ReportSignposted)
async def note_places(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReportSignposted)
    await unit.conn.execute(
        "update report set version = $2, signposted = $3 where id = $1",
        *(recorded.aggregateid, recorded.version, sorted(event.places)),
    )


@PROJECTOR.on(ReportDeadlineMissed)
async def note_missed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReportDeadlineMissed)
    await unit.conn.execute(
        "update report set version = $2, missed = missed + 1, missed_rule = $3, missed_event = $4 where id = $1",
        *(recorded.aggregateid, recorded.version, event.rule, event.started_by),
    )
