"""Disclosure, keeping and erasure at intake: what the kit's room needs to know of reports."""

from typing import Final
from uuid import UUID

from ansim.access import Role
from ansim.clock import Moment
from ansim.clock.stories import moments_of
from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, ReportOutcome, SuiteService
from ansim.contracts.intake import MailboxMessageWritten, ReportClosed, ReportLinked, ReportReopened
from ansim.errors import Message
from ansim.journal import Unit
from ansim.privacy import Kinds, Matters, PrivacyDesk

from .rulebook import RULES
from .story import moments_of_report

R = DeadlineRule

KEPT_BY: Final = {
    ReportOutcome.REFERRED_ON: R.RETAIN_REFERRED_ON,
    ReportOutcome.ANSWERED: R.RETAIN_ANSWERED,
    ReportOutcome.OUT_OF_SCOPE: R.RETAIN_OUT_OF_SCOPE,
    ReportOutcome.DUPLICATE: R.RETAIN_DUPLICATE,
    ReportOutcome.BAD_FAITH: R.RETAIN_BAD_FAITH,
    ReportOutcome.WITHDRAWN_BY_REPORTER: R.RETAIN_WITHDRAWN,
}
"""How long a report is kept follows from how it ended."""

_RECORDS: Final = """
with record as (
    select id, person, number, submitted_at as opened_at, closed_at, submitted_event as opened_event from report
)
select * from record"""


def _kept_by(event: Event) -> DeadlineRule:
    assert isinstance(event, ReportClosed)
    return KEPT_BY[event.outcome]


async def _moments(unit: Unit, report_id: UUID) -> list[Moment]:
    return await moments_of_report(unit, report_id) + await moments_of(unit, "mailbox", report_id)


PRIVACY: Final = PrivacyDesk(
    service="intake",
    myself=SuiteService.INTAKE,
    matters=Matters(
        thing="report",
        title="Report {number}",
        letter="R",
        records=_RECORDS,
        identity={"contact": Message("Contact")},
        moments=_moments,
        kinds=Kinds(
            ends={ReportClosed: _kept_by},
            reopens=(ReportReopened,),
            adds=(MailboxMessageWritten, ReportLinked),
        ),
    ),
    rules=RULES,
    workers=(Role.intake_officer, Role.supervisor),
)
