"""When the time of keeping a record ends. Pure: the same events and rules always give the same answer.

The outcome of a record says which rule it is kept by. The time runs from the end of the record, and anew from whatever is
added to it later; a legal hold suspends it. Nothing is due sooner than a grace period after a hold was lifted, so
that nothing is destroyed the day after something happened (GlobaLeaks #3591).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from ansim.clock import Moment, Rules
from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, HoldReason
from ansim.contracts.privacy import LegalHoldLifted, LegalHoldPlaced


@dataclass(frozen=True, slots=True)
class Kinds:
    """What a service's events mean for keeping: which end a record (and by which rule it is kept from then on), which open
    it again, and which add something to it. Any other event changes nothing."""

    ends: Mapping[type[Event], Callable[[Event], DeadlineRule]]
    reopens: tuple[type[Event], ...]
    adds: tuple[type[Event], ...]

    @property
    def all(self) -> tuple[type[Event], ...]:
        return (*self.ends, *self.reopens, *self.adds)


class Stage(StrEnum):
    """How far the time of keeping has come."""

    KEPT = "kept"
    WARNED = "warned"
    GRACE = "grace"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Keeping:
    """A record is kept by `rule` since the event `started_by`, until `expires_at`. `holds` suspend that while there are any.

    `warn_at` lies before the end; at `erase_at`, behind it, the erasure is asked for.
    """

    rule: DeadlineRule
    started_by: UUID
    started_at: datetime
    warn_at: datetime
    expires_at: datetime
    erase_at: datetime
    holds: Mapping[UUID, HoldReason]

    @property
    def held(self) -> bool:
        return bool(self.holds)

    def stage(self, now: datetime) -> Stage:
        """A record on hold is kept, however much time has passed."""
        if self.held or now < self.warn_at:
            return Stage.KEPT
        if now < self.expires_at:
            return Stage.WARNED
        return Stage.GRACE if now < self.erase_at else Stage.EXPIRED


def holds_of(moments: Sequence[Moment]) -> dict[UUID, HoldReason]:
    """The holds in force after these events, by the event that placed them."""
    held: dict[UUID, HoldReason] = {}
    for moment in sorted(moments, key=lambda each: each.at):
        if isinstance(moment.event, LegalHoldPlaced):
            held[moment.id] = moment.event.reason
        elif isinstance(moment.event, LegalHoldLifted):
            held.pop(moment.event.hold, None)
    return held


def keeping_of(moments: Sequence[Moment], rules: Rules, kinds: Kinds) -> Keeping | None:
    """When the record's time of keeping ends; None while the record is open."""
    rule: DeadlineRule | None = None
    start: Moment | None = None
    lifted_at: datetime | None = None
    for moment in sorted(moments, key=lambda each: each.at):
        ends = kinds.ends.get(type(moment.event))
        if ends is not None:
            rule, start = ends(moment.event), moment
        elif isinstance(moment.event, kinds.reopens):
            rule, start = None, None
        elif isinstance(moment.event, kinds.adds) and rule is not None:
            start = moment
        elif isinstance(moment.event, LegalHoldLifted):
            lifted_at = moment.at
    if rule is None or start is None:
        return None
    grace, warning = (
        rules.period(DeadlineRule.RETENTION_GRACE, start.at),
        rules.period(DeadlineRule.RETENTION_WARNING, start.at),
    )
    expires = start.at + rules.period(rule, start.at)
    if lifted_at is not None:
        expires = max(expires, lifted_at + grace)
    return Keeping(rule, start.id, start.at, expires - warning, expires, expires + grace, holds_of(moments))
