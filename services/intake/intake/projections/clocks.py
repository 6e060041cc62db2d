"""The running clock on each row, worked out anew by the domain after every event that may move it."""

from typing import Final
from uuid import UUID

from ansim.clock import Clock
from ansim.clock.stories import moments_of
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralAnswerNoted,
    ReferralEscalated,
    ReferralLapsed,
    ReferralProgressNoted,
    ReferralRequested,
    ReferralRevoked,
    ReferralSentAgain,
    ReportAcknowledged,
    ReportClosed,
    ReportDangerTold,
    ReportReopened,
    ReportTriaged,
)
from ansim.journal import Projector, Recorded, Unit

from ..domain.deadlines import hand_off_clock, report_clock
from ..rulebook import RULES
from ..story import moments_of_report

PROJECTOR: Final = Projector()


@PROJECTOR.on(ReportDangerTold, ReportAcknowledged, ReportTriaged, ReportClosed, ReportReopened)
async def set_report_clock(unit: Unit, recorded: Recorded) -> None:
    await _keep_report_clock(unit, recorded.aggregateid)


@PROJECTOR.on(
    ReferralRequested,
    ReferralAnswered,
    ReferralAnswerNoted,
    ReferralProgressNoted,
    ReferralRevoked,
    ReferralSentAgain,
    ReferralLapsed,
    ReferralEscalated,
)
async def set_both_clocks(unit: Unit, recorded: Recorded) -> None:
    """A hand-off moves its own clock and that of its report, since it decides whose turn it is."""
    rules = await RULES.read(unit.conn)
    moments = await moments_of(unit, "referral", recorded.aggregateid)
    await keep(unit, "referral", recorded.aggregateid, hand_off_clock(moments, rules))
    report = await unit.conn.fetchval("select report from referral where id = $1", recorded.aggregateid)
    await _keep_report_clock(unit, report)


async def keep_clocks(unit: Unit, report: UUID) -> None:
    """Work out the clocks of a report and all its hand-offs anew, e.g. those that an older version left without a rule."""
    rules = await RULES.read(unit.conn)
    for row in await unit.conn.fetch("select id from referral where report = $1", report):
        await keep(unit, "referral", row["id"], hand_off_clock(await moments_of(unit, "referral", row["id"]), rules))
    await _keep_report_clock(unit, report)


async def _keep_report_clock(unit: Unit, report: UUID) -> None:
    rules = await RULES.read(unit.conn)
    await keep(unit, "report", report, report_clock(await moments_of_report(unit, report), rules))


_KEEP: Final = {
    table: f"""
    update {table}
       set task = $2, clock_rule = $3, clock_started_by = $4, clock_event = $5, clock_started_at = $6, due_at = $7,
           waiting_for = $8
     where {key} = $1
    """  # noqa: S608 - names of table and column are constants below
    for table, key in (("report", "id"), ("referral", "id"), ("mailbox", "report"))
}


async def keep(unit: Unit, table: str, row_id: UUID, clock: Clock | None) -> None:
    """Write the running clock to a row, or that none runs."""
    await unit.conn.execute(_KEEP[table], row_id, *columns_of(clock))


def columns_of(clock: Clock | None) -> tuple[object, ...]:
    """task, clock_rule, clock_started_by, clock_event, clock_started_at, due_at, waiting_for."""
    if clock is None:
        return (None,) * 7
    begun = (clock.started_by, clock.started_event, clock.started_at)
    return (clock.task, clock.rule, *begun, clock.due_at, clock.waiting_for)
