"""Event → read tables (migrations/0001_read_tables.sql), in the transaction that appends the event."""

from ansim.journal import Projector
from victim_support.exporting import DESK as EXPORTS
from victim_support.privacy import PRIVACY
from victim_support.projections import (
    assignment,
    cases,
    complaints,
    consents,
    course,
    deletions,
    items,
    referrals,
    told_before,
)
from victim_support.recusal import RECUSALS
from victim_support.rulebook import RULES

__all__ = ["projector"]

projector = Projector()
projector.include(referrals.projector)
projector.include(cases.projector)
projector.include(items.projector)
projector.include(told_before.projector)
projector.include(assignment.projector)
projector.include(course.projector)
projector.include(consents.projector)
projector.include(RECUSALS.projector())
projector.seen_through("referral", "referral", "referral")
projector.seen_through("case", "support_case", "case_id")
projector.seen_through("item", "support_item", "item_id")

projector.include(EXPORTS.projector())
projector.seen_through("consent", "consent", "consent_id")
projector.include(deletions.projector)
projector.include(complaints.projector)
projector.include(RULES.projector())
projector.include(PRIVACY.projector())
