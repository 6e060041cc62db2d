"""Events → the tables behind the queue, the hand-offs and the list of reports. The only writers of those tables."""

from typing import Final
from uuid import UUID

from ansim.contracts.codes import ReferralAnswer
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralRequested,
    ReportAcknowledged,
    ReportClosed,
    ReportSubmitted,
    ReportTriaged,
)
from ansim.journal import Projector, Recorded, Unit

from .domain.deadlines import Clock, Moment, hand_off_clock, report_clock
from .domain.report import may_be_emergency

PROJECTOR: Final = Projector()


@PROJECTOR.on(ReportSubmitted)
async def add_report(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReportSubmitted)
    await unit.conn.execute(
        """
        insert into report (id, person, version, state, submitted_event, reporter_role, about_minor, district, language,
                            harm_types, may_be_emergency, submitted_at)
        values ($1, $2, $3, 'submitted', $4, $5, $6, $7, $8, $9, $10, $11)
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
        "update report set version = $2, state = 'closed', outcome = $3, closed_at = $4 where id = $1",
        recorded.aggregateid,
        recorded.version,
        event.outcome,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReferralRequested)
async def add_referral(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralRequested)
    await unit.conn.execute(
        """
        insert into referral (id, report, version, target, state, consent, legal_basis, override_reason, source, gender,
                              school_level, sent_at)
        values ($1, $2, $3, $4, 'sent', $5, $6, $7, $8, $9, $10, $11)
        """,
        recorded.aggregateid,
        event.report,
        recorded.version,
        event.target,
        event.consent,
        event.legal_basis,
        event.override_reason,
        event.source,
        event.gender,
        event.school_level,
        recorded.occurred_at,
    )


@PROJECTOR.on(ReferralAnswered)
async def mark_answered(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, ReferralAnswered)
    received = event.answer is ReferralAnswer.RECEIVED
    await unit.conn.execute(
        """
        update referral
           set version = $2, state = $3, reason = $4, answered_by = $5,
               received_at = coalesce(received_at, $6), answered_at = case when $7 then answered_at else $6 end
         where id = $1
        """,
        recorded.aggregateid,
        recorded.version,
        event.answer,
        event.reason,
        event.answered_by,
        recorded.occurred_at,
        received,
    )


@PROJECTOR.on(ReportSubmitted, ReportAcknowledged, ReportTriaged, ReportClosed)
async def set_report_clock(unit: Unit, recorded: Recorded) -> None:
    await _keep_report_clock(unit, recorded.aggregateid)


@PROJECTOR.on(ReferralRequested, ReferralAnswered)
async def set_both_clocks(unit: Unit, recorded: Recorded) -> None:
    """A hand-off moves its own clock and that of its report, since it decides whose turn it is."""
    moments = await _moments(unit, "referral", recorded.aggregateid)
    await _keep(unit, "referral", recorded.aggregateid, hand_off_clock(moments))
    report = await unit.conn.fetchval("select report from referral where id = $1", recorded.aggregateid)
    await _keep_report_clock(unit, report)


async def _keep_report_clock(unit: Unit, report: UUID) -> None:
    moments = await _moments(unit, "report", report)
    for row in await unit.conn.fetch("select id from referral where report = $1 order by number", report):
        moments += await _moments(unit, "referral", row["id"])
    await _keep(unit, "report", report, report_clock(moments))


async def _moments(unit: Unit, aggregate: str, stream: UUID) -> list[Moment]:
    return [Moment(stream, row.event, row.occurred_at) for row in await unit.timeline(aggregate, stream)]


_KEEP: Final = {
    table: f"""
    update {table} set task = $2, clock_started_by = $3, clock_started_at = $4, due_at = $5, waiting_for = $6
     where id = $1
    """  # noqa: S608 - the table's name is one of two constants below
    for table in ("report", "referral")
}


async def _keep(unit: Unit, table: str, row_id: UUID, clock: Clock | None) -> None:
    if clock is None:
        await unit.conn.execute(_KEEP[table], row_id, None, None, None, None, None)
        return
    await unit.conn.execute(
        _KEEP[table], row_id, clock.task, clock.started_by, clock.started_at, clock.due_at, clock.waiting_for
    )
