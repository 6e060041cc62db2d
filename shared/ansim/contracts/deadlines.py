"""What every service with clocks tells about them: changed rules and missed deadlines. Each subclasses these by name."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes
from ansim.contracts.base import Event


class RuleChange(Event):
    """A period was changed. It holds for clocks that start from this event on; `person` is the rule's own id."""

    rule: codes.DeadlineRule
    seconds: int = Field(ge=1)
    reason: codes.RuleChangeReason


class MissedDeadline(Event):
    """A clock ran past its end while it was our turn or the receiver's. Told once for each clock.

    `started_by` is the event that started the clock, at `started_at`; `due_at` is when it ran out.
    """

    rule: codes.DeadlineRule
    started_by: UUID
    started_at: datetime
    due_at: datetime
