"""Signs of life: alive means making progress, not only being a process."""

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

STALE_SECONDS: Final = 30.0
"""A worker that has not finished a round for this long is not alive: restart it."""


@dataclass
class Heartbeat:
    """One loop's sign of life. The loop calls `beat` every round; `stopped` says why it ended for good."""

    beat_at: float = field(default_factory=monotonic)
    stopped: str = ""

    def beat(self) -> None:
        self.beat_at = monotonic()

    @property
    def age_seconds(self) -> float:
        return monotonic() - self.beat_at


@dataclass
class Vitals:
    """What one process knows of itself. `loops` are its background workers by name.

    `unpublished`, `parked`, `oldest` and `position` are sampled once a second; `database` is the last sample's result.
    """

    loops: dict[str, Heartbeat] = field(default_factory=dict)
    database: bool = False
    unpublished: int = 0
    parked: int = 0
    position: int = 0
    lag: int = 0
    oldest: datetime | None = None
    leading: bool = False
    broker_away: bool = False

    def loop(self, name: str) -> Heartbeat:
        """Register a loop, or find it again."""
        return self.loops.setdefault(name, Heartbeat())

    def stuck(self) -> list[str]:
        """Loops that make no progress although they should."""
        return [name for name, beat in self.loops.items() if not beat.stopped and beat.age_seconds > STALE_SECONDS]

    def stopped(self) -> dict[str, str]:
        """Loops that ended for good, with the reason."""
        return {name: beat.stopped for name, beat in self.loops.items() if beat.stopped}
