"""A sample of every event, filled by its field types from fixed values, and the golden files they were first written to.

`python -m tests.contracts.samples` is not needed in daily work: a golden file is written once, when its event type is
published, and never changed after that.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import orjson

from ansim.contracts import EVENTS, Envelope, Event, encode, schema_uri, source_of

GOLDEN = Path(__file__).parent / "golden"


def value_for(annotation: Any) -> Any:
    arguments = get_args(annotation)
    if isinstance(annotation, UnionType):
        return value_for(next(a for a in arguments if a is not type(None)))
    if get_origin(annotation) is frozenset:
        return frozenset({value_for(arguments[0])})
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return next(iter(annotation))
    return {
        UUID: UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        bool: False,
        int: 1,
        str: "sample",
        date: date(2020, 5, 27),
        datetime: datetime(2020, 5, 27, 1, 30, tzinfo=UTC),
    }[annotation]


def sample_of(cls: type[Event]) -> Event:
    """Every field filled; one that was added after the event was published, and so has a default, is left at it."""
    golden = GOLDEN / f"{cls.type_name()}.json"
    published = orjson.loads(golden.read_bytes())["data"] if golden.exists() else cls.model_fields
    fields = {name: info for name, info in cls.model_fields.items() if name in published or info.is_required()}
    return cls(**{name: value_for(info.annotation) for name, info in fields.items()})


def envelope_of(event: Event) -> Envelope:
    at = datetime(2021, 5, 27, 0, 0, tzinfo=UTC)
    return Envelope(
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8058"),
        source=source_of(event.service),
        type=event.type_name(),
        subject=UUID("01890a5d-ac96-774b-bcce-b302099a8059"),
        time=at,
        recordedtime=at,
        dataschema=schema_uri(type(event)),
        sequence=3,
        position=41,
        correlationid=UUID("01890a5d-ac96-774b-bcce-b302099a805a"),
        causationid=UUID("01890a5d-ac96-774b-bcce-b302099a805b"),
        partitionkey=event.person,
        data=event.model_dump(mode="json", exclude_none=True),
    )


def write_missing() -> None:
    """Write golden files of event types that have none yet; existing files are never touched."""
    GOLDEN.mkdir(exist_ok=True)
    for name, cls in EVENTS.items():
        target = GOLDEN / f"{name}.json"
        if not target.exists():
            target.write_bytes(encode(envelope_of(sample_of(cls))) + b"\n")


if __name__ == "__main__":
    write_missing()
