"""What a page shows of an order that was not carried out, also when two people changed the same record."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ansim.journal import Recorded
from ansim.web import Form
from ansim.web.outcome import Outcome
from monitoring.orders import Order


@dataclass(frozen=True, slots=True)
class Clash:
    """`name` is the staff member who was first (empty when none is known), `chosen` what the second one chose."""

    name: str
    order: StrEnum
    chosen: StrEnum | None


@dataclass(frozen=True, slots=True)
class Sent:
    """An order that was not carried out, and why."""

    order: StrEnum
    kind: Order[Any]
    outcome: Outcome[Any]

    @property
    def forms(self) -> Mapping[str, Form[Any]]:
        """What was typed, for the order's form; not in a clash, where the page asks to look first."""
        return {} if self.outcome.conflict else {self.order.value: self.outcome.form}

    def clash(self, past: list[Recorded]) -> Clash | None:
        """What to show when somebody else was first."""
        if self.outcome.conflict is None:
            return None
        command = self.outcome.form.value
        chosen = getattr(command, self.kind.choice) if self.kind.choice and command else None
        return Clash(past[-1].actor.name if past else "", self.order, chosen)
