"""The contract between services: everything in the catalogue round-trips, and what was published stays readable."""

import importlib.util
import json
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured, to_structured
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from ansim.contracts import (
    CONTENT_TYPE,
    EVENTS,
    SERVICES,
    TOPICS,
    Event,
    code_lists,
    codes,
    decode,
    encode,
    export,
    label,
)
from ansim.errors import ParkReason, Poison

REPOSITORY = Path(__file__).parents[3]


def _samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("samples", Path(__file__).parent / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


samples = _samples()
every_event = pytest.mark.parametrize("cls", EVENTS.values(), ids=EVENTS.keys())


@every_event
def test_the_golden_sample_of_every_event_is_read_by_todays_consumers(cls: type[Event]) -> None:
    golden = (samples.GOLDEN / f"{cls.type_name()}.json").read_bytes()
    envelope = decode(golden)

    added_later = {
        name: info.default
        for name, info in cls.model_fields.items()
        if name not in envelope.data and not info.is_required()
    }
    assert envelope.event() == samples.sample_of(cls).model_copy(update=added_later)
    assert orjson.loads(encode(envelope)) == orjson.loads(golden)


@every_event
def test_the_cloudevents_sdk_reads_and_writes_the_same_event(cls: type[Event]) -> None:
    ours = samples.envelope_of(samples.sample_of(cls))
    message = KafkaMessage({"content-type": CONTENT_TYPE.encode()}, str(ours.partitionkey), encode(ours))

    theirs = from_structured(message, JSONFormat())
    back = decode(to_structured(theirs, JSONFormat()).value)

    assert back == ours
    assert theirs.get_type() == cls.type_name()
    assert theirs.get_extension("sequence") == 3


@every_event
def test_a_payload_fits_its_exported_schema(cls: type[Event]) -> None:
    schema = json.loads(export.render()[f"schemas/{cls.type_name()}.json"])
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(samples.sample_of(cls).model_dump(mode="json"))


@every_event
def test_producers_are_strict_and_consumers_tolerant(cls: type[Event]) -> None:
    payload = samples.sample_of(cls).model_dump(mode="json") | {"added_later": 1}
    with pytest.raises(ValidationError):
        cls.model_validate(payload)
    assert cls.read(payload) == samples.sample_of(cls)


@every_event
def test_no_sealed_field_is_also_a_payload_field(cls: type[Event]) -> None:
    assert not cls.sealed_fields & set(cls.model_fields)


def test_the_exported_documents_are_current() -> None:
    stale = [
        name
        for name, text in export.render().items()
        if not (REPOSITORY / "docs/catalogue" / name).is_file()
        or (REPOSITORY / "docs/catalogue" / name).read_text() != text
    ]
    assert stale == [], "run `make docs`"


def test_every_code_of_every_list_has_words_in_both_languages() -> None:
    lists = [v for v in vars(codes).values() if isinstance(v, type) and issubclass(v, StrEnum) and v is not StrEnum]
    assert set(lists) == set(code_lists())
    for code in (code for codes_of in lists for code in codes_of):
        assert label(code, "ko")
        assert label(code, "en")


def test_every_service_has_one_topic_with_explicit_retention() -> None:
    assert set(TOPICS) == set(SERVICES)
    assert all(topic.partitions > 0 and topic.retention_ms == -1 for topic in TOPICS.values())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, ParkReason.not_json),
        (b"\xff", ParkReason.not_json),
        (b"[]", ParkReason.bad_envelope),
        (b"{}", ParkReason.missing_sequence),
        (b'{"sequence": 1}', ParkReason.bad_envelope),
        (b"1" * 300_000, ParkReason.too_large),
    ],
)
def test_a_message_that_is_no_event_says_why_without_echoing_it(value: bytes | None, reason: ParkReason) -> None:
    with pytest.raises(Poison) as refused:
        decode(value)
    assert refused.value.reason is reason


def test_an_event_under_another_services_name_is_refused() -> None:
    ours = samples.envelope_of(samples.sample_of(EVENTS["kr.ansim.intake.report.submitted.v1"]))
    with pytest.raises(Poison):
        ours.model_copy(update={"source": "/ansim/monitoring"}).event()
