"""How long something may take: rules with their history, as values."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ansim.contracts.codes import DeadlineRule

EVER: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rule:
    """`period` is allowed to clocks of this name that start at `since` or later, until a later rule of the name."""

    name: DeadlineRule
    period: timedelta
    since: datetime


class Rules:
    """All rules of a service, past ones included. `defaults` hold from the beginning of time.

    Because a change only reaches clocks that start after it, no running clock is ever moved: a deadline that was met stays
    met, one that was missed stays missed, and either can be worked out again years later.
    """

    def __init__(self, defaults: Mapping[DeadlineRule, timedelta], changes: Iterable[Rule] = ()) -> None:
        self._defaults = dict(defaults)
        self._steps: dict[DeadlineRule, list[Rule]] = {
            name: [Rule(name, period, EVER)] for name, period in defaults.items()
        }
        for change in sorted(changes, key=lambda rule: rule.since):
            self._steps[change.name].append(change)

    def period(self, name: DeadlineRule, at: datetime) -> timedelta:
        """What a clock of this name that starts at `at` is allowed. Raises KeyError for a rule the service has not."""
        steps = self._steps[name]
        return steps[bisect_right(steps, at, key=lambda rule: rule.since) - 1].period

    def history(self, name: DeadlineRule) -> list[Rule]:
        """Every period this rule ever had, oldest first."""
        return list(self._steps[name])

    @property
    def names(self) -> list[DeadlineRule]:
        return list(self._defaults)
