"""What every service with records of people tells about disclosures, keeping and erasure. Each subclasses these by name.

`record` is the id of the report or case that the person is known by at the service.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes
from ansim.contracts.base import Event


class DisclosureAsked(Event):
    """Somebody without a right to it asks to see who a person is. Why is sealed."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"reason"})

    record: UUID


class DisclosureGranted(Event):
    """A custodian, who is not the asker, allows it until `until`. Why is sealed; both sides read both reasons."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"reason"})

    record: UUID
    until: datetime


class DisclosureRefused(Event):
    """A custodian does not allow it. Why is sealed, and delivered to the asker."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"reason"})

    record: UUID


class IdentityViewed(Event):
    """The asker looked, once more, while it was allowed."""

    record: UUID


class LegalHoldPlaced(Event):
    """Nothing of this person is erased until the hold is lifted. The stream is the record's."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"note"})

    reason: codes.HoldReason


class LegalHoldLifted(Event):
    """`hold` is the id of the event that placed it."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"note"})

    hold: UUID


class ExpiryWarned(Event):
    """The time of keeping ends at `expires_at`; staff are told before."""

    rule: codes.DeadlineRule
    started_by: UUID
    expires_at: datetime


class KeepingExpired(Event):
    """The time of keeping, and the grace behind it, have ended; an erasure is asked for."""

    rule: codes.DeadlineRule
    started_by: UUID
    expires_at: datetime


class ErasureRequested(Event):
    """Somebody, or the end of the time of keeping, asks that a person's data be destroyed."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"reason"})

    record: UUID
    ground: codes.ErasureGround


class ErasureHoldChecked(Event):
    """Whether a legal hold forbids it, at this moment."""

    record: UUID
    held: bool


class ErasureApproved(Event):
    """A second person, not the one who asked, approves. From here on it is carried out, whatever crashes."""

    record: UUID


class ErasureDeclined(Event):
    """It is not done. Why is also sealed in words."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"note"})

    record: UUID
    reason: codes.ErasureRefusal


class KeysDestroyed(Event):
    """The person's key is gone: so many sealed facts of the journal can never be read again, and so many rows of search
    indexes were deleted."""

    record: UUID
    sealed_facts: int = Field(ge=0)
    index_rows: int = Field(ge=0)


class ErasureConfirmed(Event):
    """A service has destroyed what it held. Every service that holds something confirms for itself."""

    record: UUID
    by_service: codes.SuiteService


class ErasureCertified(Event):
    """All that had to confirm have confirmed; the certificate says what was destroyed, when, and who approved."""

    record: UUID


class ErasureOverdue(Event):
    """Not certified at `due_at`. Told once."""

    record: UUID
    due_at: datetime
