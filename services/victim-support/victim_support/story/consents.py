"""The words for consents: receiver, what, what not, until."""

from ansim.contracts.codes import ConsentContent
from ansim.contracts.victim_support import (
    ConsentAsked,
    ConsentDeclined,
    ConsentEvent,
    ConsentExpired,
    ConsentGiven,
    ConsentNarrowed,
    ConsentOverridden,
    ConsentWithdrawn,
)
from ansim.errors import Message
from ansim.web.i18n import said
from ansim.web.said import day, label, labels
from victim_support.story.told import Teller, Words

teller = Teller()


def _whom(event: ConsentEvent) -> str:
    return f"{label(event.recipient)} · {label(event.purpose)}"


def _scope(event: ConsentGiven | ConsentNarrowed) -> str:
    withheld: frozenset[ConsentContent] = event.withheld
    parts = [_whom(event), labels(event.content)]
    if withheld:
        parts.append(said(Message("not: {what}", what=labels(withheld))))
    parts.append(said(Message("until {date}", date=day(event.until))))
    return " · ".join(parts)


@teller.on(ConsentAsked)
def asked(event: ConsentAsked) -> Words:
    return "open", Message("Consent asked of: {who}", who=label(event.asked_of)), _whom(event)


@teller.on(ConsentGiven)
def given(event: ConsentGiven) -> Words:
    return "closed", Message("Consent given by: {who}", who=label(event.given_by)), _scope(event)


@teller.on(ConsentNarrowed)
def narrowed(event: ConsentNarrowed) -> Words:
    return "half", Message("Consent narrowed"), _scope(event)


@teller.on(ConsentDeclined)
def declined(event: ConsentDeclined) -> Words:
    return "no", Message("Consent not given"), _whom(event)


@teller.on(ConsentWithdrawn)
def withdrawn(event: ConsentWithdrawn) -> Words:
    return "no", Message("Consent withdrawn"), _whom(event)


@teller.on(ConsentExpired)
def expired(event: ConsentExpired) -> Words:
    return "no", Message("Consent expired"), _whom(event)


@teller.on(ConsentOverridden)
def overridden(event: ConsentOverridden) -> Words:
    text = Message("Handed over without consent: {basis}", basis=label(event.basis))
    until = said(Message("until {date}", date=day(event.until)))
    return "hold", text, f"{_whom(event)} · {labels(event.content)} · {until} · {label(event.reason)}"
