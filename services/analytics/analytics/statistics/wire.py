"""From bytes to facts, for the hot path: the contract's rules in msgspec's speed.

Payload shapes are derived from the contract's own models, so there is one definition of every event. What the envelope
of the kit refuses is refused here (a test compares the two); unknown fields are ignored, as every consumer does.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Protocol
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from analytics.domain.days import day_of, micros_of
from analytics.domain.folding import Fold
from analytics.domain.rows import FOLDS
from ansim.contracts import EVENTS, MAX_EVENT_BYTES, Event, source_of
from ansim.errors import ParkReason


class Record(Protocol):
    """A message as the broker's client gives it. Trust nothing in it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...


class Fact(Struct, gc=False):
    """A message that could be read. With a `problem` its stream is known and its content is not to be counted."""

    service: str
    partition: int
    offset: int
    key: str
    stream: str
    sequence: int
    position: int
    type: str
    recorded: datetime
    micros: int
    day: int
    fold: Fold | None
    data: Any
    problem: ParkReason | None


class Unreadable(Struct, gc=False):
    """A message of which not even the stream is known."""

    service: str
    partition: int
    offset: int
    problem: ParkReason


_Id = Annotated[str, Meta(min_length=36, max_length=36)]
"""Looks like a UUID; whether it is one is asked once, when the stream or person is first seen."""
_Moment = Annotated[datetime, Meta(tz=True)]
_Count = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class _Wire(Struct, gc=False):
    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: _Id
    time: _Moment
    recordedtime: _Moment
    dataschema: str
    sequence: _Count
    position: _Count
    correlationid: UUID
    partitionkey: _Id
    data: msgspec.Raw
    datacontenttype: Literal["application/json"] = "application/json"
    causationid: UUID | None = None
    dataclassification: Literal["pseudonymous"] = "pseudonymous"
    traceparent: str | None = None


def payload_type(event: type[Event]) -> type[Struct]:
    """A struct with the fields and bounds of a contract's event; `person` stays text, to be compared with the key."""
    required: list[tuple[str, Any]] = []
    optional: list[tuple[str, Any, Any]] = []
    for name, field in event.model_fields.items():
        bounds = {
            bound: getattr(meta, bound)
            for meta in field.metadata
            for bound in ("ge", "le", "min_length", "max_length")
            if getattr(meta, bound, None) is not None
        }
        kind: Any = _Id if name == "person" else field.annotation
        annotated = Annotated[kind, Meta(**bounds)] if bounds else kind
        if field.is_required():
            required.append((name, annotated))
        else:
            optional.append((name, annotated, field.get_default(call_default_factory=True)))
    return msgspec.defstruct(event.__name__, [*required, *optional], gc=False)


class _Reading(Struct, gc=False, frozen=True):
    decode: Callable[[bytes | msgspec.Raw], Any]
    fold: Fold
    source: str
    aggregate: str


_READINGS: Final[Mapping[str, _Reading]] = {
    name: _Reading(
        msgspec.json.Decoder(payload_type(event)).decode, FOLDS[name], source_of(event.service), f"{event.aggregate}/"
    )
    for name, event in EVENTS.items()
}
_TYPE: Final = re.compile(r"kr\.ansim\.[a-z-]+\.([a-z_]+)\.[a-z_]+\.v[0-9]+")
_wire: Final = msgspec.json.Decoder(_Wire)
_any: Final = msgspec.json.Decoder()


def read(records: Iterable[Record], service: str) -> list[Fact | Unreadable]:
    """Records of one service's topic as facts, in their order. Never raises for what is in a record."""
    source = source_of(service)
    facts: list[Fact | Unreadable] = []
    for record in records:
        value = record.value
        if value is None or len(value) > MAX_EVENT_BYTES:
            reason = ParkReason.not_json if value is None else ParkReason.too_large
            facts.append(Unreadable(service, record.partition, record.offset, reason))
            continue
        try:
            wire = _wire.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError):
            facts.append(Unreadable(service, record.partition, record.offset, _why(value)))
            continue
        facts.append(_fact(record, wire, service, source))
    return facts


def _fact(record: Record, wire: _Wire, service: str, source: str) -> Fact | Unreadable:
    if record.key != wire.partitionkey.encode():
        return Unreadable(service, record.partition, record.offset, ParkReason.bad_key)
    reading, data, problem = _READINGS.get(wire.type), None, None
    if reading is None:
        problem, aggregate = ParkReason.unknown_type, _aggregate_of(wire.type)
    else:
        aggregate = reading.aggregate
        try:
            data = reading.decode(wire.data)
            if wire.source != source or reading.source != source or data.person != wire.partitionkey:
                problem = ParkReason.bad_payload
        except msgspec.DecodeError:
            problem = ParkReason.bad_payload
    micros = micros_of(wire.time)
    return Fact(
        service,
        record.partition,
        record.offset,
        wire.partitionkey,
        aggregate + wire.subject,
        wire.sequence,
        wire.position,
        wire.type if reading else "",
        wire.recordedtime,
        micros,
        day_of(micros),
        reading.fold if reading else None,
        data,
        problem,
    )


def fact_of_journal(service: str, row: Mapping[str, Any]) -> Fact:
    """A journal's own row as the fact its message must have become. The partition is the caller's to fill in.

    Raises KeyError or msgspec.DecodeError for a row that breaks the contract: a journal never holds one.
    """
    reading = _READINGS[row["type"]]
    data = reading.decode(row["payload"])
    micros = micros_of(row["occurred_at"])
    return Fact(
        service,
        0,
        0,
        data.person,
        f"{row['aggregatetype']}/{row['aggregateid']}",
        row["version"],
        row["position"],
        row["type"],
        row["recorded_at"],
        micros,
        day_of(micros),
        reading.fold,
        data,
        None,
    )


def _aggregate_of(type_name: str) -> str:
    match = _TYPE.fullmatch(type_name)
    return f"{match[1]}/" if match else "unknown/"


def _why(value: bytes) -> ParkReason:
    """Why an envelope could not be read; off the hot path."""
    try:
        found = _any.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ParkReason.not_json
    if isinstance(found, dict) and "sequence" not in found:
        return ParkReason.missing_sequence
    return ParkReason.bad_envelope


_CANONICAL: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_id(text: str) -> bool:
    """True for a UUID in its canonical form."""
    return _CANONICAL.fullmatch(text) is not None
