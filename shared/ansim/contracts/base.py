"""What every domain event is: an immutable fact of one aggregate of one service, safe to travel."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, field_serializer


class Event(BaseModel):
    """A fact in the past tense. Its fields are the payload, which may travel; personal data never stands in it.

    Producers are strict (unknown fields are refused); consumers read with `Event.read`, which ignores fields added
    later. `sealed_fields` names the texts that may accompany the fact in the journal's sealed column only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ClassVar[str]
    aggregate: ClassVar[str]
    name: ClassVar[str]
    version: ClassVar[int] = 1
    sealed_fields: ClassVar[frozenset[str]] = frozenset()

    person: UUID
    """Random pseudonym, of this service only: the Kafka key and the owner of the sealing key."""

    @property
    def restates(self) -> bool:
        """Whether it says again all that others need of its stream so far: then whoever missed that may begin here."""
        return False

    @field_serializer("*", mode="wrap", when_used="json")
    def _in_stable_order(self, value: object, to_json: SerializerFunctionWrapHandler) -> Any:
        """Sets are written sorted, so that one fact has one spelling in every process."""
        return sorted(to_json(value)) if isinstance(value, frozenset) else to_json(value)

    @classmethod
    def type_name(cls) -> str:
        """CloudEvents `type`, e.g. `kr.ansim.intake.report.submitted.v1`."""
        return f"kr.ansim.{cls.service}.{cls.aggregate}.{cls.name}.v{cls.version}"

    @classmethod
    def read(cls, data: object) -> "Event":
        """Read a payload as a tolerant consumer: fields of later minor versions are ignored.

        Raises pydantic.ValidationError when a known field is missing or has another meaning.
        """
        return cls.model_validate(data, extra="ignore")


def type_of(cls: type[Event]) -> str:
    return cls.type_name()
