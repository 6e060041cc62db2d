"""Events as the relay of their own service would send them, for tests of whoever hears them."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from ansim.contracts import TOPICS, Envelope, Event, encode, schema_uri, source_of
from ansim.inbox import Heard, Message

__all__ = ["enveloped", "heard", "relayed"]


def enveloped(event: Event, subject: UUID, sequence: int = 1, *, at: datetime | None = None) -> Envelope:
    """The event of the stream `subject` at `sequence`: recorded a moment ago, and happened then or at `at`."""
    now = datetime.now(UTC)
    return Envelope(
        id=uuid4(),
        source=source_of(event.service),
        type=event.type_name(),
        subject=subject,
        time=at or now,
        recordedtime=now,
        dataschema=schema_uri(type(event)),
        sequence=sequence,
        position=sequence,
        correlationid=uuid4(),
        partitionkey=event.person,
        data=event.model_dump(mode="json"),
    )


def relayed(event: Event, subject: UUID, sequence: int = 1, *, at: datetime | None = None) -> Message:
    """As a record of the topic, for a reaction with its inbox."""
    value = encode(enveloped(event, subject, sequence, at=at))
    return Message(TOPICS[event.service].name, 0, sequence, str(event.person).encode(), value)


def heard(event: Event, subject: UUID, sequence: int = 1) -> Heard:
    """As a handler gets it, past the inbox."""
    return Heard(event, enveloped(event, subject, sequence))
