"""What a page shows when two people changed the same record: what is stored now, and what the second one wanted."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ansim.journal import Recorded
from ansim.web import Form
from monitoring.orders import Order


@dataclass(frozen=True, slots=True)
class Clash:
    """`name` is the staff member who was first (empty when none is known), `chosen` what the second one chose."""

    name: str
    order: StrEnum
    chosen: StrEnum | None


def clash_of(order: StrEnum, kind: Order[Any], form: Form[Any], past: list[Recorded]) -> Clash:
    chosen = getattr(form.value, kind.choice) if kind.choice and form.value else None
    return Clash(past[-1].actor.name if past else "", order, chosen)
