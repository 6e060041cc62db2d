"""Everything that may go wrong on purpose, as types.

    AnsimError
    ├── DomainError       a person asked for something the rules forbid      → 422, message at the field
    ├── NotFound          nothing there, or not for this person              → 404, never says which
    ├── VersionConflict   someone else changed it first                      → 409, both changes shown
    ├── Forbidden         signed in, but not in this role or team            → 403
    ├── Retriable         wait and try again (database or broker away)       → 503
    ├── Poison            can never be handled: park it and go on            → never reaches a person
    └── Fatal             going on would do harm: stop the process

The type is the decision: code that catches one of these never reads its text. `DomainError` carries a sentence for
people (`Message`); all others carry text for logs only, so none of it may name a person.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol
from uuid import UUID

__all__ = [
    "AnsimError",
    "DomainError",
    "Fatal",
    "Forbidden",
    "Message",
    "NotFound",
    "ParkReason",
    "Poison",
    "Retriable",
    "Translations",
    "VersionConflict",
]


class Translations(Protocol):
    """What a catalogue of one language offers: `gettext.NullTranslations` and everything built on it fits."""

    def gettext(self, message: str, /) -> str: ...


class Message:
    """A sentence for people, translated when it is shown and not before.

    `msgid` is the English sentence and the key of the catalogue at once; `{name}` stands for a parameter. A parameter
    that is itself a `Message` is translated with it. Equal msgid and parameters make equal messages.

    >>> str(Message("At most {limit} characters.", limit=200))
    'At most 200 characters.'
    """

    __slots__ = ("msgid", "params")

    msgid: str
    params: Mapping[str, object]

    def __init__(self, msgid: str, /, **params: object) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "params", params)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Message is frozen: cannot set {name}")

    def __str__(self) -> str:
        return self._fill(self.msgid, {name: str(value) for name, value in self.params.items()})

    def translate(self, translations: Translations) -> str:
        params = {
            name: value.translate(translations) if isinstance(value, Message) else value
            for name, value in self.params.items()
        }
        return self._fill(translations.gettext(self.msgid), params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.msgid == other.msgid and self.params == other.params

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted((name, str(value)) for name, value in self.params.items()))))

    def __repr__(self) -> str:
        return f"Message({self.msgid!r}, **{dict(self.params)!r})"

    @staticmethod
    def _fill(sentence: str, params: Mapping[str, object]) -> str:
        return sentence.format(**params) if params else sentence


class ParkReason(StrEnum):
    """Why a message from a topic can never be handled. The value is stored with the parked message."""

    not_json = "not_json"
    too_large = "too_large"
    bad_envelope = "bad_envelope"
    unknown_type = "unknown_type"
    bad_payload = "bad_payload"
    bad_key = "bad_key"
    missing_sequence = "missing_sequence"
    sequence_gap = "sequence_gap"
    behind_parked = "behind_parked"
    refused = "refused"
    failed = "failed"


class AnsimError(Exception):
    """Root of everything this software raises on purpose."""


class DomainError(AnsimError):
    """A rule of the domain says no. `rule` names the rule (stable, for tests and clients), `field` the input at fault."""

    def __init__(self, rule: str, field: str | None = None, message: Message | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.field = field
        self.message = message if message is not None else Message("This is not possible now.")


class NotFound(AnsimError):
    """No such thing for this person. Pages never say whether it exists for someone else."""

    def __init__(self, what: str, id: UUID | str) -> None:
        super().__init__(f"{what} {id}")
        self.what = what
        self.id = id


class VersionConflict(AnsimError):
    """The person decided on version `seen`, the stream is at `current`. Nothing was written."""

    def __init__(self, aggregatetype: str, aggregateid: UUID, seen: int, current: int) -> None:
        super().__init__(f"{aggregatetype} {aggregateid}: saw version {seen}, is {current}")
        self.aggregatetype = aggregatetype
        self.aggregateid = aggregateid
        self.seen = seen
        self.current = current


class Forbidden(AnsimError):
    """Known, but not allowed here: wrong role, wrong team, or recused."""


class Retriable(AnsimError):
    """Nothing is wrong with the request; something it needs is away. Try again later."""


class Poison(AnsimError):
    """This message can never be handled. Park it with its reason, and everything behind it in the same stream."""

    def __init__(self, reason: ParkReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class Fatal(AnsimError):
    """Going on would lose or spoil something. Stop the process and say why."""
