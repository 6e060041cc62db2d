"""Disclosure, keeping and erasure in victim support: what the kit's room needs to know of cases."""

from typing import Final
from uuid import UUID

from ansim.access import Role, Staff
from ansim.clock import Moment
from ansim.clock.stories import moments_of
from ansim.contracts.base import Event
from ansim.contracts.codes import CaseOutcome, DeadlineRule, SuiteService
from ansim.contracts.victim_support import CaseClosed, CaseReopened, DeletionLocated, DeletionReappeared
from ansim.errors import Message
from ansim.journal import Unit
from ansim.privacy import Kinds, Matters, PrivacyDesk
from victim_support.rulebook import RULES

_RECORDS: Final = """
with record as (
    select case_id as id, person, number, opened_at, closed_at, opened_event from support_case
)
select * from record"""


def _kept_by(event: Event) -> DeadlineRule:
    """How long a case is kept follows from how it ended."""
    assert isinstance(event, CaseClosed)
    lost = event.outcome is CaseOutcome.CONTACT_LOST
    return DeadlineRule.RETAIN_CONTACT_LOST if lost else DeadlineRule.RETAIN_SUPPORTED


async def _moments(unit: Unit, case_id: UUID) -> list[Moment]:
    moments = await moments_of(unit, "case", case_id)
    for row in await unit.conn.fetch("select id from deletion where case_id = $1", case_id):
        moments += await moments_of(unit, "deletion", row["id"])
    return moments


PRIVACY: Final = PrivacyDesk(
    service="victim-support",
    myself=SuiteService.VICTIM_SUPPORT,
    matters=Matters(
        thing="case",
        title="Case {number}",
        letter="V",
        records=_RECORDS,
        identity={"name": Message("Name"), "contact": Message("Contact")},
        moments=_moments,
        kinds=Kinds(ends={CaseClosed: _kept_by}, reopens=(CaseReopened,), adds=(DeletionLocated, DeletionReappeared)),
    ),
    rules=RULES,
    workers=(Role.support_worker, Role.supervisor),
)


def must_ask(staff: Staff) -> bool:
    """Whether this person sees an identity only by a custodian's decision: supervisors who support nobody themselves."""
    return Role.support_worker not in staff.roles
