"""What analytics remembers of a person's streams: small frozen values, one for each kind of stream.

Codes only, no texts. Days are Seoul days (`days`), `micros` moments for the order of events across streams. Every field
has a default, because a stream is folded as it comes: a rule of another service is never enforced here.
"""

from msgspec import Struct

NO_DAY = -1


class Report(Struct, frozen=True, array_like=True, tag="report"):
    state: str = "submitted"
    received_on: int = NO_DAY
    severity: str = "unknown"
    harm_types: tuple[str, ...] = ()


class SentReferral(Struct, frozen=True, array_like=True, tag="sent"):
    """A hand-off as its sender sees it: only the receiver's events move it on from `sent`."""

    target: str = "unknown"
    state: str = "sent"
    sent_on: int = NO_DAY


class ReceivedReferral(Struct, frozen=True, array_like=True, tag="received"):
    state: str = "received"
    reason: str = ""


class Case(Struct, frozen=True, array_like=True, tag="case"):
    state: str = "opened"
    opened_on: int = NO_DAY
    harm_types: tuple[str, ...] = ()


class Item(Struct, frozen=True, array_like=True, tag="item"):
    """One support item. `day` and `micros` are those of its last change; age band and harm types frozen on delivery."""

    state: str = "scheduled"
    item_type: str = "unknown"
    day: int = NO_DAY
    micros: int = 0
    age_band: str = "unknown"
    harm_types: tuple[str, ...] = ()


class Act(Struct, frozen=True, array_like=True):
    act: str
    act_type: str
    channel: str
    day: int


class Assessment(Struct, frozen=True, array_like=True):
    micros: int
    assessment: str
    motives: tuple[str, ...]
    day: int


class Enrolment(Struct, frozen=True, array_like=True, tag="enrolment"):
    """`accepted_at` 0 means not accepted. Age band and school level are those frozen by the acceptance."""

    state: str = "referred"
    referred_on: int = NO_DAY
    referred_at: int = 0
    accepted_on: int = NO_DAY
    accepted_at: int = 0
    source: str = "unknown"
    age_band: str = "unknown"
    school_level: str = "unknown"
    gender: str = "unknown"
    district: str = "unknown"
    acts: tuple[Act, ...] = ()
    assessments: tuple[Assessment, ...] = ()


class Session(Struct, frozen=True, array_like=True, tag="session"):
    """`day` is that of its last change: for a held session the day it was held. `enrolment` names a stream."""

    state: str = "scheduled"
    enrolment: str = ""
    day: int = NO_DAY


class Volunteer(Struct, frozen=True, array_like=True, tag="volunteer"):
    state: str = "applied"
    applied_on: int = NO_DAY
    vetted_on: int = NO_DAY
    trained_on: int = NO_DAY


class Sighting(Struct, frozen=True, array_like=True, tag="sighting"):
    state: str = "logged"
    logged_on: int = NO_DAY
    platform: str = "unknown"
    channel: str = "unknown"
    categories: tuple[str, ...] = ()
    action: str = "none"
    checks: int = 0


State = Report | SentReferral | ReceivedReferral | Case | Item | Enrolment | Session | Volunteer | Sighting


class Stream(Struct, array_like=True):
    """One stream: the last sequence counted, why it is parked ("" while it flows), and its folded state."""

    sequence: int = 0
    parked: str = ""
    state: State | None = None
