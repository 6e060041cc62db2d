"""A row's running clock."""

import asyncpg

from ansim.clock import Clock
from ansim.contracts.codes import (
    DeadlineRule,
    ReferralTarget,
)

from ..domain.deadlines import Start, Task


def clock_of(row: asyncpg.Record) -> Clock | None:
    """None when nothing runs, and on rows that an older version left without a rule."""
    if row["due_at"] is None or row["clock_rule"] is None:
        return None
    waiting_for = row["waiting_for"]
    return Clock(
        Task(row["task"]),
        DeadlineRule(row["clock_rule"]),
        Start(row["clock_started_by"]),
        row["clock_event"],
        row["clock_started_at"],
        row["due_at"],
        ReferralTarget(waiting_for) if waiting_for else None,
    )
