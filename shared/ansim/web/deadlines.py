"""A deadline as a screen shows it: words, a bar, and the event that started the clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ansim.errors import Message
from ansim.web.said import span

__all__ = ["Deadline"]

NEAR_SHARE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Deadline:
    """`since` started the clock, `until` ends it. While it is `ours` it can be near or late; paused it is neither.

    `note` names the start event ("Reported 10:48, 3 h allowed"). Sorting by `order` puts the nearest first, paused last.
    """

    since: datetime
    until: datetime
    note: Message | str = ""
    ours: bool = True
    paused: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def share(self) -> float:
        """How much of the allowed time is used; 1 is the deadline, more is late."""
        allowed = (self.until - self.since).total_seconds()
        return (self.now - self.since).total_seconds() / allowed if allowed > 0 else 1.0

    @property
    def late(self) -> bool:
        return not self.paused and self.now > self.until

    @property
    def near(self) -> bool:
        return self.ours and not self.paused and not self.late and self.share >= NEAR_SHARE

    @property
    def tone(self) -> str:
        if self.paused:
            return "mute"
        return "late" if self.late else "soon" if self.near else ""

    @property
    def row(self) -> str:
        """The class of the table row: urgent when late, near when near."""
        return "urgent" if self.late else "near" if self.near else ""

    @property
    def look(self) -> tuple[bool, bool, int, int]:
        """What of it changes with time as far as anybody can see: to the minute in words, to a tenth of a pixel in the bar."""
        minutes = int(abs((self.until - self.now).total_seconds()) // 60)
        return (self.late, self.near, minutes, round(self.share * 640))

    @property
    def order(self) -> tuple[bool, datetime]:
        return (self.paused, self.until)

    def words(self) -> Message:
        if self.paused:
            return Message("clock stopped")
        if self.late:
            return Message("{time} over", time=span(self.now - self.until))
        return Message("{time} left", time=span(self.until - self.now))
