"""The rules of one service: read from its table, changed by an event, kept true by a projection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

import asyncpg

from ansim.clock.rules import Rule, Rules
from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, RuleChangeReason
from ansim.contracts.deadlines import RuleChange
from ansim.errors import DomainError, Message
from ansim.journal import Projector, Recorded, Unit

LONGEST: Final = timedelta(days=3650)
_ALL: Final = "select rule, seconds, since from deadline_rule order by number"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A service's rules: their defaults, and the event by which one is changed."""

    service: str
    changed: type[RuleChange]
    defaults: Mapping[DeadlineRule, timedelta]

    async def read(self, conn: asyncpg.Connection) -> Rules:
        """All rules as they are and were. Rules of a later version of the software are passed over."""
        rows = await conn.fetch(_ALL)
        known = {rule.value for rule in self.defaults}
        changes = [
            Rule(DeadlineRule(row["rule"]), timedelta(seconds=row["seconds"]), row["since"])
            for row in rows
            if row["rule"] in known
        ]
        return Rules(self.defaults, changes)

    def stream_of(self, rule: DeadlineRule) -> UUID:
        return uuid5(NAMESPACE_URL, f"ansim:{self.service}:deadline-rule:{rule}")

    async def change(
        self, unit: Unit, rule: DeadlineRule, period: timedelta, reason: RuleChangeReason, seen: int | None = None
    ) -> None:
        """Set a period from now on. Running clocks keep theirs. Raises DomainError for a period nobody can mean."""
        if rule not in self.defaults:
            raise DomainError("rule.unknown", "rule", Message("This service has no such period."))
        if not timedelta(minutes=1) <= period <= LONGEST:
            raise DomainError("rule.period", "hours", Message("Between one minute and ten years."))
        stream = await unit.stream("deadline_rule", self.stream_of(rule), _latest)
        stream.expect(seen)
        seconds = int(period.total_seconds())
        current = (await self.read(unit.conn)).period(rule, unit.context.at)
        if current == timedelta(seconds=seconds):
            raise DomainError("rule.same", "hours", Message("This is the period already in force."))
        event = self.changed(person=stream.id, rule=rule, seconds=seconds, reason=reason)
        await stream.append(event)

    def projector(self) -> Projector:
        """Keeps the table. The service includes it in its own projector."""
        projector = Projector()

        @projector.on(self.changed)
        async def note(unit: Unit, recorded: Recorded) -> None:
            event = recorded.event
            assert isinstance(event, RuleChange)
            await unit.conn.execute(
                "insert into deadline_rule (rule, seconds, since, reason, set_by, set_by_name, version)"
                " values ($1, $2, $3, $4, $5, $6, $7)",
                *(event.rule, event.seconds, recorded.occurred_at, event.reason),
                *(recorded.actor.subject, recorded.actor.name, recorded.version),
            )

        return projector


def _latest(state: RuleChange | None, event: Event) -> RuleChange:
    assert isinstance(event, RuleChange)
    return event
