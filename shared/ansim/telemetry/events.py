"""The catalogue of log events: what the suite may write to its log, and with which fields.

A log line holds an event of this catalogue and its fields, nothing else. A field that is not listed is dropped, and so
is a value that does not look like its kind, so a person's name or text cannot slip in by mistake. Dropped names (never
values) are written to the line as `dropped`. Adding an event is adding an entry here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Final
from uuid import UUID

_TOKEN: Final = re.compile(r"[A-Za-z0-9_.:/{}*<>+-]{1,120}")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Kind(StrEnum):
    """What a field may hold."""

    number = "number"
    flag = "flag"
    token = "token"  # noqa: S105 - a word of our own code, such as a role, a reason or a route template; not a secret
    tokens = "tokens"  # a few of them
    id = "id"


def _is_token(value: object) -> bool:
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


_ACCEPTS: Final[Mapping[Kind, Callable[[object], bool]]] = {
    Kind.number: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    Kind.flag: lambda value: isinstance(value, bool),
    Kind.token: _is_token,
    Kind.tokens: lambda value: isinstance(value, list | tuple) and all(map(_is_token, value)),
    Kind.id: lambda value: isinstance(value, UUID) or (isinstance(value, str) and _ID.fullmatch(value) is not None),
}


def accepted(kind: Kind, value: object) -> str | int | float | bool | list[str] | None:
    """The value as it is written, or None when it is not of this kind."""
    plain = value.value if isinstance(value, Enum) else value
    if not _ACCEPTS[kind](plain):
        return None
    if isinstance(plain, list | tuple):
        return [str(each) for each in plain]
    return plain if isinstance(plain, str | int | float | bool) else str(plain)


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One entry. `help` says when it is written and what to do about it."""

    name: str
    help: str
    fields: Mapping[str, Kind] = field(default_factory=dict)


COMMON: Final[Mapping[str, Kind]] = {
    "service": Kind.token,
    "correlationid": Kind.id,
    "causationid": Kind.id,
    "event_id": Kind.id,
    "error": Kind.token,
    "worker": Kind.token,
}
"""Fields any event may carry; the first four are bound per request and per event."""

_number, _token, _flag = Kind.number, Kind.token, Kind.flag

_ENTRIES: Final = (
    LogEvent(
        "request_served",
        "One line a request, with the route's template. Never its query, body or sender.",
        {"method": _token, "route": _token, "status": _number, "milliseconds": _number},
    ),
    LogEvent(
        "request_failed",
        "An error nobody expected left a page or API route; the caller saw a 500. Look at the frames.",
        {"fields": Kind.tokens},
    ),
    LogEvent("process_started", "A process is ready to serve.", {"version": _token, "port": _number}),
    LogEvent("process_stopping", "A stop was asked for; work in hand is finished first.", {"signal": _token}),
    LogEvent("process_stopped", "All work in hand is done.", {"seconds": _number}),
    LogEvent(
        "assets_not_built", "Fonts and colours are not built: pages use the reader's system fonts. Run `ansim assets`."
    ),
    LogEvent("worker_failed", "A background worker ended with an error and is started again.", {"restarts": _number}),
    LogEvent(
        "sweep_failed",
        "What time brings about could not be done to one record; it is tried again after a minute. Look at the error.",
        {"sweep": _token, "record": Kind.id},
    ),
    LogEvent("sweeper_waits", "The database is away; deadlines are looked at once it is back.", {"reason": _token}),
    LogEvent(
        "handover_waits",
        "The sender of accepted referrals or the database is away; their data is fetched once it is back.",
        {"reason": _token},
    ),
    LogEvent(
        "handover_unanswered",
        "The sender of one referral gave no answer that settles it; it is asked again with growing pauses. `token_refused`: "
        "clocks more than ten seconds apart, or another key-encryption key.",
        {"referral": Kind.id, "reason": _token, "tries": _number},
    ),
    LogEvent(
        "handover_failed",
        "The data of one referral arrived and could not be recorded; it is fetched again later. Look at the error.",
        {"referral": Kind.id, "tries": _number},
    ),
    LogEvent("relay_leads", "This process publishes the service's journal from now on."),
    LogEvent(
        "relay_waits",
        "The broker or the database is away; events wait in the journal and nothing is lost.",
        {"reason": _token},
    ),
    LogEvent(
        "inbox_waits",
        "The broker or the database is away; the consumer holds its place and tries again.",
        {"reason": _token},
    ),
    LogEvent(
        "inbox_stopped",
        "The consumer stopped because going on would do harm, e.g. too many parked messages.",
        {"reason": _token},
    ),
    LogEvent(
        "message_parked",
        "A message could not be handled and waits in the parked list for a person.",
        {"reason": _token, "topic": _token, "partition": _number, "offset": _number},
    ),
    LogEvent(
        "reaction_failed",
        "A reaction raised what nobody expected. Look at the frames.",
        {"type": _token, "attempts": _number},
    ),
    LogEvent("key_store_away", "The key store cannot be reached: nothing personal can be read or written."),
    LogEvent("key_destroyed", "A person's key was destroyed on request."),
    LogEvent(
        "access_record_sealed",
        "Told once an hour: so many entries are sealed, and the last seal. Keep it apart from the database: "
        "`ansim verify-access-record --head` proves with it that nothing was cut off.",
        {"count": _number, "head": _token},
    ),
    LogEvent("sealer_waits", "The database is away; the access record is sealed later.", {"reason": _token}),
    LogEvent("signed_in", "A staff member signed in.", {"role": _token}),
    LogEvent("signed_out", "A staff member signed out."),
    LogEvent("sign_in_refused", "A sign-in could not be completed.", {"reason": _token}),
    LogEvent("token_refused", "A bearer token was not accepted.", {"reason": _token}),
    LogEvent(
        "service_call_refused",
        "A call in the name of another service was not accepted. Clocks more than ten seconds apart? Another KEK?",
        {"reason": _token},
    ),
    LogEvent(
        "provider_away",
        "The sign-in provider does not answer; people who are signed in can go on working.",
        {"reason": _token},
    ),
    LogEvent("feed_served", "A partner read its feed.", {"agreement": _token, "count": _number}),
    LogEvent("feed_refused", "A partner feed was refused.", {"reason": _token}),
    LogEvent(
        "import_waits",
        "The database is away; the import goes on with the same row once it is back.",
        {"tries": _number},
    ),
    LogEvent(
        "import_row_failed",
        "A row could not be taken in for a reason that is none of the row's. The others go on. Look at the error.",
        {"row": _number},
    ),
    LogEvent("history_waits", "The history waits for a server or for another service's events."),
    LogEvent(
        "statistics_waits",
        "The broker or the database is away; the counts stay where they are and go on by themselves.",
        {"reason": _token},
    ),
    LogEvent("statistics_switched", "A rebuild was taken into use; this worker goes on with it."),
    LogEvent(
        "statistics_fenced",
        "Another worker has moved the offsets on; this one stops.",
        {"topic": _token, "partition": _number},
    ),
    LogEvent("pulse_waits", "The broker is away; the pulse shows its age and goes on by itself.", {"reason": _token}),
    LogEvent(
        "dashboard_waits",
        "The database is away; open dashboards keep their numbers and show their age.",
        {"reason": _token},
    ),
    LogEvent(
        "library",
        "A library wrote to its log; `place` says where in its code. Its text is not kept.",
        {"logger": _token, "place": _token, "template": _token},
    ),
    LogEvent(
        "uncatalogued",
        "Code wrote an event that is not in this catalogue: add it, or remove the call.",
        {"called": _token},
    ),
)

CATALOGUE: Final[Mapping[str, LogEvent]] = {entry.name: entry for entry in _ENTRIES}
