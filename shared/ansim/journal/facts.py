"""The values that go into and come out of a journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ansim.contracts import Event


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted. `name` is a staff member's name for timelines; a member of the public has none."""

    subject: str
    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What every event of one unit of work is stamped with. `at` becomes `occurred_at` (timezone-aware, UTC).

    `team` and `all_teams` say which records the actor sees (see `ansim.access`); without either, only those of no team.
    """

    actor: Actor
    at: datetime
    correlationid: UUID
    causationid: UUID | None = None
    team: str = ""
    all_teams: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """An event together with the personal texts that belong to it.

    `sealed` holds plain texts by field name; only names in the event's `sealed_fields` are allowed. The journal
    encrypts them under the key of `event.person` and keeps nothing else of them.
    """

    event: Event
    sealed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stray = set(self.sealed) - type(self.event).sealed_fields
        if stray:
            raise ValueError(f"{self.event.type_name()} has no sealed field {', '.join(sorted(stray))}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One row of a journal. `position` is None until the broker has acknowledged the event."""

    event_id: UUID
    aggregatetype: str
    aggregateid: UUID
    version: int
    event: Event
    sealed: bytes | None
    actor: Actor
    correlationid: UUID
    causationid: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    position: int | None = None
