"""The story of a report: its own events and those of its hand-offs, with their times."""

from uuid import UUID

from ansim.clock import Moment
from ansim.clock.stories import moments_of
from ansim.journal import Unit


async def moments_of_report(unit: Unit, report_id: UUID) -> list[Moment]:
    """The events of a report and of its hand-offs, with their times."""
    moments = await moments_of(unit, "report", report_id)
    for row in await unit.conn.fetch("select id from referral where report = $1 order by number", report_id):
        moments += await moments_of(unit, "referral", row["id"])
    return moments
