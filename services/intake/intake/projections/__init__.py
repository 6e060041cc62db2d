"""Events → the tables behind the queue, the hand-offs and the list of reports. The only writers of those tables."""

from typing import Final

from ansim.journal import Projector

from ..rulebook import RULES
from . import clocks, referrals, reports

PROJECTOR: Final = Projector()
for part in (reports.PROJECTOR, referrals.PROJECTOR, clocks.PROJECTOR, RULES.projector()):
    PROJECTOR.include(part)
