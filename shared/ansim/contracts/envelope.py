"""CloudEvents 1.0 in structured JSON: the only form in which an event leaves a service."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ansim.contracts.base import Event
from ansim.contracts.catalogue import EVENTS, source_of
from ansim.errors import ParkReason, Poison

CONTENT_TYPE: Final = "application/cloudevents+json"
MAX_EVENT_BYTES: Final = 262_144
"""Larger messages are parked unread: no event of ours comes near this size."""


class Envelope(BaseModel):
    """Attributes of one event on the wire. `subject` is the aggregate's id, `sequence` its version,
    `position` the gapless number of the event in its service, `partitionkey` the person's pseudonym."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID
    time: datetime
    recordedtime: datetime
    dataschema: str
    datacontenttype: Literal["application/json"] = "application/json"
    sequence: int = Field(ge=1)
    position: int = Field(ge=1)
    correlationid: UUID
    causationid: UUID | None = None
    dataclassification: Literal["pseudonymous"] = "pseudonymous"
    traceparent: str | None = None
    partitionkey: UUID
    data: dict[str, object]

    def event(self) -> Event:
        """The typed fact inside. Raises Poison for an unknown type or a payload that its type does not allow."""
        cls = EVENTS.get(self.type)
        if cls is None:
            raise Poison(ParkReason.unknown_type)
        if self.source != source_of(cls.service):
            raise Poison(ParkReason.bad_payload)
        try:
            return cls.read(self.data)
        except ValidationError as error:
            raise Poison(ParkReason.bad_payload) from error


def schema_uri(cls: type[Event]) -> str:
    """Relative reference under which every service serves the JSON Schema of an event type."""
    return f"/schemas/{cls.type_name()}"


def encode(envelope: Envelope) -> bytes:
    """Structured-mode JSON bytes; absent optional attributes are left out as the specification asks."""
    return orjson.dumps(envelope.model_dump(mode="json", exclude_none=True))


def decode(value: bytes | None) -> Envelope:
    """Read an envelope from a topic. Raises Poison with a reason; never echoes the content."""
    if value is None:
        raise Poison(ParkReason.not_json)
    if len(value) > MAX_EVENT_BYTES:
        raise Poison(ParkReason.too_large)
    try:
        raw = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise Poison(ParkReason.not_json) from error
    if isinstance(raw, dict) and "sequence" not in raw:
        raise Poison(ParkReason.missing_sequence)
    try:
        return Envelope.model_validate(raw)
    except ValidationError as error:
        raise Poison(ParkReason.bad_envelope) from error
