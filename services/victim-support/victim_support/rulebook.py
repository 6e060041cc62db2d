"""The periods of victim support: defaults in the domain, changes in the journal."""

from datetime import timedelta
from typing import Final

from ansim.clock.keeping import RuleBook
from ansim.contracts.codes import DeadlineRule
from ansim.contracts.victim_support import DeadlineRuleChanged
from ansim.privacy.periods import PRIVACY_PERIODS
from victim_support.domain.deletion import CENTRE_PERIODS

RETENTION_PERIODS: Final = {
    DeadlineRule.RETAIN_SUPPORTED: timedelta(days=3650),
    DeadlineRule.RETAIN_CONTACT_LOST: timedelta(days=2555),
}
RULES: Final = RuleBook("victim-support", DeadlineRuleChanged, CENTRE_PERIODS | RETENTION_PERIODS | PRIVACY_PERIODS)
