"""What services must agree on: events, code lists, topics and the envelope. Nothing else is shared between them."""

from ansim.contracts.base import Event, type_of
from ansim.contracts.catalogue import EVENTS, SERVICES, TOPICS, Topic, source_of
from ansim.contracts.codes import CODE_LIST_VERSION, LACK_OF_AWARENESS
from ansim.contracts.envelope import CONTENT_TYPE, MAX_EVENT_BYTES, Envelope, decode, encode, schema_uri
from ansim.contracts.labels import code_lists, label

__all__ = [
    "CODE_LIST_VERSION",
    "CONTENT_TYPE",
    "EVENTS",
    "LACK_OF_AWARENESS",
    "MAX_EVENT_BYTES",
    "SERVICES",
    "TOPICS",
    "Envelope",
    "Event",
    "Topic",
    "code_lists",
    "decode",
    "encode",
    "label",
    "schema_uri",
    "source_of",
    "type_of",
]
