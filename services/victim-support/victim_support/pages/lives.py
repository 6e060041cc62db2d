"""How long the addresses of a case were up, each on the axis that all of them share, and which of them needs us first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import add
from typing import Final
from uuid import UUID

from ansim.journal import Unit
from ansim.watching import Lifeline, Online
from victim_support.domain.deletion import DeletionState
from victim_support.pages.deletions import Shown, line_of, shown
from victim_support.queries import deletions as queries

HELD: Final = frozenset({DeletionState.RESTRICTED, DeletionState.BLOCKED_ONLY, DeletionState.DELISTED})
"""Not to be seen by everybody, and still there."""


@dataclass(frozen=True, slots=True)
class Life:
    """An address of a case on the axis that all of them share: from the first finding, `since`, to `now`."""

    one: Shown
    line: Lifeline
    since: datetime
    now: datetime

    @property
    def parts(self) -> list[tuple[float, float, bool, bool]]:
        """Its stretches in shares of the axis."""
        whole = (self.now - self.since) or timedelta(seconds=1)
        return [
            ((part.since - self.since) / whole, (part.until - self.since) / whole, part.seen, part.gone)
            for part in self.line.stretches
        ]

    @property
    def ending(self) -> str:
        if not self.line.open:
            return "gone"
        return "held" if self.one.row.state in HELD else "up"


async def lives_of(unit: Unit, case_id: UUID, now: datetime) -> list[Life]:
    """All addresses of a case, first found first."""
    rows = await queries.deletions_of(unit.conn, case_id)
    looks = await queries.looks_of_all(unit.conn, [row.id for row in rows])
    since = min((row.located_at for row in rows), default=now)
    return [Life(shown(row, now), line_of(row, looks[row.id], now), since, now) for row in rows]


def pressing(lives: list[Life]) -> list[Shown]:
    """Addresses that need us now, longest due first."""
    found = [(life.one.deadline.until, life.one) for life in lives if life.one.deadline and life.one.pressing]
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def time_online(lives: list[Life]) -> Online | None:
    """How long all addresses together were up, as far as looks prove it. None without any address."""
    return reduce(add, [life.line.online for life in lives]) if lives else None
