"""The periods of intake: defaults in the domain, changes in the journal."""

from typing import Final

from ansim.clock.keeping import RuleBook
from ansim.contracts.intake import DeadlineRuleChanged
from ansim.privacy.periods import PRIVACY_PERIODS

from .domain.deadlines import CENTRE_PERIODS

RULES: Final = RuleBook("intake", DeadlineRuleChanged, CENTRE_PERIODS | PRIVACY_PERIODS)
