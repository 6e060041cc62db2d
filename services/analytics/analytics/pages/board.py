"""What the screens show: figures of one reading, arranged, with the words of their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from analytics.definitions import Definition, definition, definitions
from analytics.domain.figure import Figure, rounded_percent
from analytics.queries import Reading
from ansim.contracts import codes
from ansim.errors import Message

STATES: Final[Mapping[str, Mapping[str, tuple[str, Message]]]] = {
    "reports_by_state": {
        "submitted": ("open", Message("Not acknowledged yet")),
        "acknowledged": ("half", Message("Acknowledged")),
        "triaged": ("half", Message("Triaged")),
        "closed": ("done", Message("Closed")),
    },
    "sightings_by_state": {
        "logged": ("open", Message("Waits for a second reader")),
        "confirmed": ("half", Message("Confirmed")),
        "rejected": ("no", Message("Not confirmed")),
        "reported": ("half", Message("Reported to the platform")),
        "actioned": ("done", Message("The platform acted")),
    },
}
"""States of live breakdowns in the order of the work: ring and words."""

CODES: Final[Mapping[str, type[StrEnum]]] = {
    "item_type": codes.SupportItemType,
    "channel": codes.ActChannel,
    "motive": codes.Motive,
    "motives": codes.Motive,
    "act_type": codes.ActType,
    "age_band": codes.AgeBand,
    "school_level": codes.SchoolLevel,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its definition and the position it is counted to. `figure` is None until a rebuild counts it."""

    definition: Definition
    figure: Figure | None
    service: str
    position: int

    @property
    def number(self) -> float | int | None:
        return self.figure.value if self.figure else None

    @property
    def agrees(self) -> bool | None:
        """None when nothing was published, or nothing is counted."""
        if self.figure is None or self.definition.published is None:
            return None
        return self.figure.agrees_with(self.definition.published)


@dataclass(frozen=True, slots=True)
class MotiveRow:
    """One motive in two units. `by_person` is of `assessed` persons."""

    shown: Shown
    persons: int
    of_persons: float | None


@dataclass(frozen=True, slots=True)
class Part:
    ring: str
    words: Message | StrEnum
    count: int


class Board:
    """Everything the dashboard shows, of one reading."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.at, self.as_of = reading.at, reading.as_of

    def of(self, id: str) -> Shown:
        found = definition(id)
        service, position = next(iter(self.reading.positions(found).items()))
        return Shown(found, self.reading.figure(found), service, position)

    def count(self, id: str) -> int:
        found = self.of(id).figure
        return found.numerator if found else 0

    @property
    def published(self) -> list[Shown]:
        """Every figure that was once published."""
        return [self.of(d.id) for d in definitions() if d.published is not None]

    @property
    def motives(self) -> list[MotiveRow]:
        persons = self.reading.parts(definition("motives_by_person"))
        assessed = self.count("persons_assessed")
        return [
            MotiveRow(self.of(d.id), n, rounded_percent(n, assessed, 1))
            for d in definitions()
            if d.section == "motives" and d.value == "share"
            for n in (persons.get(d.numerator["motive"][0], 0),)
        ]

    @property
    def responses(self) -> int:
        found = self.of("motive_not_serious").figure
        return (found.denominator or 0) if found else 0

    @property
    def other_responses(self) -> int:
        return self.responses - sum(row.shown.figure.numerator for row in self.motives if row.shown.figure)

    @property
    def acts(self) -> list[Shown]:
        return [self.of(d.id) for d in definitions() if d.section == "acts"]

    @property
    def recorded_acts(self) -> int:
        found = self.of("act_false_video").figure
        return (found.denominator or 0) if found else 0

    @property
    def other_acts(self) -> int:
        return self.recorded_acts - sum(shown.figure.numerator for shown in self.acts if shown.figure)

    def states(self, id: str) -> list[Part]:
        """A live breakdown by state, every state of the work in its order, none left out."""
        counts = self.reading.parts(definition(id))
        return [Part(ring, words, counts.get(code, 0)) for code, (ring, words) in STATES[id].items()]

    def codes(self, id: str) -> list[Part]:
        """A breakdown by code, largest first."""
        found = definition(id)
        kind = CODES[found.group_by[0]]
        return [Part("", kind(code), n) for code, n in self.reading.parts(found).items()]

    def part(self, id: str, code: str) -> int:
        return self.reading.parts(definition(id)).get(code, 0)

    def share(self, part: int, whole: int) -> float | None:
        return rounded_percent(part, whole, 1)
