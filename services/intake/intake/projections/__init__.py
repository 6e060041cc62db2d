"""Events → the tables behind the queue, the hand-offs and the list of reports. The only writers of those tables."""

from typing import Final

from ansim.journal import Projector

from ..rulebook import RULES
from . import clocks, mailboxes, referrals, reports

PROJECTOR: Final = Projector()
for part in (reports.PROJECTOR, referrals.PROJECTOR, mailboxes.PROJECTOR, clocks.PROJECTOR, RULES.projector()):
    PROJECTOR.include(part)
