"""Agreements with partners: who may read which fields of which events, why, and until when. They are data.

An agreement is an allow-list. An event type that it does not name is not in the feed; a field or attribute that it does
not name is not in the event. What sealed data holds can never be named.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ansim.contracts.catalogue import EVENTS
from ansim.errors import Fatal

ATTRIBUTES: Final = frozenset(
    {"subject", "sequence", "position", "recordedtime", "correlationid", "causationid", "partitionkey"}
)
"""Envelope attributes that an agreement may allow; id, source, type and time are always there."""

_SEOUL: Final = ZoneInfo("Asia/Seoul")


class Agreement(BaseModel):
    """One agreement. `partner` is the subject of the partner's tokens; `valid_until` is the last day, in Seoul."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")
    partner: str = Field(min_length=1)
    purpose_ko: str = Field(min_length=1)
    purpose_en: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1)
    valid_until: date
    attributes: frozenset[str] = frozenset()
    events: Mapping[str, frozenset[str]] = Field(min_length=1)

    @field_validator("attributes")
    @classmethod
    def _only_known_attributes(cls, attributes: frozenset[str]) -> frozenset[str]:
        if strays := attributes - ATTRIBUTES:
            raise ValueError(f"no such attribute: {', '.join(sorted(strays))}")
        return attributes

    @field_validator("events")
    @classmethod
    def _only_known_fields(cls, events: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        for type_name, fields in events.items():
            event = EVENTS.get(type_name)
            if event is None:
                raise ValueError(f"no such event type: {type_name}")
            if strays := fields - event.model_fields.keys():
                raise ValueError(f"{type_name} has no payload field {', '.join(sorted(strays))}")
        return events

    def types_of(self, service: str) -> list[str]:
        """The event types of one service that the partner may read."""
        return sorted(name for name in self.events if EVENTS[name].service == service)

    def valid_at(self, at: datetime) -> bool:
        return at.astimezone(_SEOUL).date() <= self.valid_until


@dataclass(frozen=True, slots=True)
class Agreements:
    """All agreements by id. Raises Fatal at construction for one that cannot be read: better no start than a wrong feed."""

    by_id: Mapping[str, Agreement]

    @classmethod
    def installed(cls) -> "Agreements":
        """Those in the folder `agreements/` beside this file."""
        folder = resources.files("ansim.feed").joinpath("agreements")
        return cls.read(file for file in folder.iterdir() if file.name.endswith(".toml"))

    @classmethod
    def read(cls, files: Iterable[Traversable]) -> "Agreements":
        found: dict[str, Agreement] = {}
        for file in files:
            try:
                agreement = Agreement.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, ValidationError) as error:
                raise Fatal(f"the agreement {file.name} cannot be read: {error}") from None
            if file.name != f"{agreement.id}.toml" or agreement.id in found:
                raise Fatal(f"the agreement {file.name} must be named after its id")
            found[agreement.id] = agreement
        return cls(found)

    def for_partner(self, id: str, subject: str) -> Agreement | None:
        """The agreement, if this partner is the one it was made with. Nobody else learns that it exists."""
        agreement = self.by_id.get(id)
        return agreement if agreement is not None and agreement.partner == subject else None
