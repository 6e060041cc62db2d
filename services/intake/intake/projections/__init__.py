"""Events → the tables behind the queue, the hand-offs and the list of reports. The only writers of those tables."""

from typing import Final

from ansim.contracts.intake import PersonReadmitted, PersonRecused, ReportSubmitted
from ansim.journal import Projector
from ansim.recusal import Recusals
from ansim.vault import SearchField

from ..exporting import DESK as EXPORTS
from ..privacy import PRIVACY
from ..rulebook import RULES
from . import clocks, mailboxes, referrals, reports

PROJECTOR: Final = Projector()
for part in (reports.PROJECTOR, referrals.PROJECTOR, mailboxes.PROJECTOR, clocks.PROJECTOR, RULES.projector()):
    PROJECTOR.include(part)
PROJECTOR.include(EXPORTS.projector())
PROJECTOR.include(Recusals(PersonRecused, PersonReadmitted).projector())
PROJECTOR.include(PRIVACY.projector())
PROJECTOR.seen_through("report", "report")
PROJECTOR.seen_through("referral", "referral")
PROJECTOR.seen_through("mailbox", "mailbox", "report")
PROJECTOR.finds(ReportSubmitted, contact=SearchField.PHONE)
