"""Events of monitoring: the citizens' group, what it finds, and what platforms do about it.

The person of a sighting is the sighting's own pseudonym: nobody in the material is ever identified here.
"""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from ansim.contracts import codes
from ansim.contracts.base import Event

SERVICE = "monitoring"


class WatchEvent(Event):
    """A wish to keep an eye open, asked for by victim support under ids that lead to nobody. The stream has the asker's id, the
    person is a pseudonym of ours. No address comes with it: what is looked for is what comes back on that platform."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "watch"


class WatchReceived(WatchEvent):
    name: ClassVar[str] = "received"

    platform: codes.Platform
    seen_gone: bool


class WatchAccepted(WatchEvent):
    """A coordinator has taken it up: volunteers are told to look on that platform."""

    name: ClassVar[str] = "accepted"


class WatchEnded(WatchEvent):
    """Whoever asked needs it no longer."""

    name: ClassVar[str] = "ended"


class VolunteerEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "volunteer"


class VolunteerApplied(VolunteerEvent):
    name: ClassVar[str] = "applied"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"name", "contact"})

    district: codes.District


class VolunteerVetted(VolunteerEvent):
    """Found to be 19 or older and suitable: from here on a volunteer counts as recruited."""

    name: ClassVar[str] = "vetted"


class VolunteerTrained(VolunteerEvent):
    name: ClassVar[str] = "trained"


class VolunteerActivated(VolunteerEvent):
    name: ClassVar[str] = "activated"


class VolunteerRested(VolunteerEvent):
    name: ClassVar[str] = "rested"


class VolunteerLeft(VolunteerEvent):
    name: ClassVar[str] = "left"

    reason: codes.LeftReason


class SightingEvent(Event):
    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "sighting"


class SightingLogged(SightingEvent):
    name: ClassVar[str] = "logged"
    sealed_fields: ClassVar[frozenset[str]] = frozenset({"url"})

    volunteer: UUID
    platform: codes.Platform
    channel: codes.ActChannel
    categories: frozenset[codes.SightingCategory] = Field(min_length=1)
    depicted_age: codes.DepictedAge
    depicted_gender: codes.DepictedGender


class SightingConfirmed(SightingEvent):
    """Confirmed by a second reader, never by the one who logged it; None when a coordinator read it."""

    name: ClassVar[str] = "confirmed"

    reader: UUID | None = None


class SightingRejected(SightingEvent):
    name: ClassVar[str] = "rejected"

    reason: codes.SightingRejection


class SightingReported(SightingEvent):
    name: ClassVar[str] = "reported"

    platform: codes.Platform
    report_channel: codes.ReportChannel


class SightingChecked(SightingEvent):
    """One check of many: removal lies between two checks, so every one is kept. `number` counts from 1."""

    name: ClassVar[str] = "checked"

    number: int = Field(ge=1)
    result: codes.CheckResult


class SightingActioned(SightingEvent):
    name: ClassVar[str] = "actioned"

    action: codes.PlatformAction
