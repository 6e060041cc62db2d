"""The periods of victim support: defaults in the domain, changes in the journal."""

from typing import Final

from ansim.clock.keeping import RuleBook
from ansim.contracts.victim_support import DeadlineRuleChanged
from victim_support.domain.deletion import CENTRE_PERIODS

RULES: Final = RuleBook("victim-support", DeadlineRuleChanged, CENTRE_PERIODS)
