"""A consent (DOMAIN §4): asked → given(scope, recipient, until) → narrowed → withdrawn | expired, or declined.

One consent is for one purpose and one recipient, names what is handed over and what is not, and ends on a day. It can be
narrowed and withdrawn at any time, never widened: who wants more asks anew. Where no consent can be had, another legal basis is
recorded as what it is, with its reason.

`allowed` is the one question others ask: nothing that needs a consent happens when it says no.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    LegalBasis,
    OverrideReason,
)
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
from ansim.errors import DomainError, Message
from victim_support.domain.case import Case, CaseState

LONGEST: Final = timedelta(days=731)
"""Nobody says yes for ever."""

Content = frozenset[ConsentContent]
NOTHING: Final[Content] = frozenset()


class ConsentState(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    NARROWED = "narrowed"
    OVERRIDDEN = "overridden"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


IN_FORCE: Final = frozenset({ConsentState.GIVEN, ConsentState.NARROWED, ConsentState.OVERRIDDEN})


@dataclass(frozen=True, slots=True)
class Consent:
    case: UUID
    person: UUID
    purpose: ConsentPurpose
    recipient: ConsentRecipient
    state: ConsentState
    asked_of: ConsentBy | None = None
    content: Content = NOTHING
    withheld: Content = NOTHING
    until: date | None = None

    def covers(self, on: date) -> bool:
        """Whether it holds on this day, whether or not anybody has noted its end yet."""
        return self.state in IN_FORCE and self.until is not None and on <= self.until


@dataclass(frozen=True, slots=True)
class Need:
    """What an act hands over, to whom and for what: each thing of it has to stand in a consent in force, or in what takes a
    consent's place. `refusal` says to people what is missing and what to do."""

    purpose: ConsentPurpose
    recipient: ConsentRecipient
    content: Content
    refusal: Message


def allowed(
    consents: Iterable[Consent],
    purpose: ConsentPurpose,
    recipient: ConsentRecipient,
    on: date,
    content: ConsentContent | None = None,
) -> bool:
    """Whether something may be handed to this recipient for this purpose on this day (in Seoul); `content`: this in
    particular. A no of one consent does not take back the yes of another, and what is withheld is not handed over."""
    return any(
        each.purpose is purpose
        and each.recipient is recipient
        and each.covers(on)
        and (content is None or content in each.content)
        for each in consents
    )


def lacking(consents: Iterable[Consent], need: Need, on: date) -> Content:
    """What of it nobody allowed for this day (in Seoul): nothing, when it may be handed over."""
    known = list(consents)
    return frozenset(each for each in need.content if not allowed(known, need.purpose, need.recipient, on, each))


def evolve(state: Consent | None, event: Event) -> Consent:
    match state, event:
        case None, ConsentAsked():
            return _begun(event, ConsentState.ASKED, asked_of=event.asked_of)
        case None, ConsentOverridden():
            return _begun(event, ConsentState.OVERRIDDEN, content=event.content, until=event.until)
        case Consent(), ConsentGiven():
            return replace(
                state,
                state=ConsentState.GIVEN,
                content=event.content,
                withheld=event.withheld,
                until=event.until,
            )
        case Consent(), ConsentNarrowed():
            return replace(
                state,
                state=ConsentState.NARROWED,
                content=event.content,
                withheld=event.withheld,
                until=event.until,
            )
        case Consent(), ConsentDeclined():
            return replace(state, state=ConsentState.DECLINED)
        case Consent(), ConsentWithdrawn():
            return replace(state, state=ConsentState.WITHDRAWN)
        case Consent(), ConsentExpired():
            return replace(state, state=ConsentState.EXPIRED)
        case _:
            raise TypeError(f"{type(event).__name__} does not follow on {state!r}")


def ask(
    case: Case, case_id: UUID, purpose: ConsentPurpose, recipient: ConsentRecipient, asked_of: ConsentBy
) -> list[Event]:
    """Ask for consent. Whom to ask follows from age and from what is known of the guardian."""
    _open(case)
    _right_to_ask(case, asked_of)
    return [ConsentAsked(person=case.person, case=case_id, purpose=purpose, recipient=recipient, asked_of=asked_of)]


def give(state: Consent, case: Case, content: Content, withheld: Content, until: date, *, today: date) -> list[Event]:
    """Note the yes of whoever was asked. A guardian who meanwhile became a suspect gives none."""
    _open(case)
    _asked(state)
    assert state.asked_of is not None, "asked of somebody"
    _right_to_ask(case, state.asked_of)
    _scope(content, withheld)
    _ends(until, today)
    return [ConsentGiven(**_of(state), given_by=state.asked_of, content=content, withheld=withheld, until=until)]


def decline(state: Consent) -> list[Event]:
    _asked(state)
    return [ConsentDeclined(**_of(state))]


def override(
    case: Case,
    case_id: UUID,
    purpose: ConsentPurpose,
    recipient: ConsentRecipient,
    content: Content,
    until: date,
    basis: LegalBasis,
    reason: OverrideReason,
    *,
    today: date,
) -> list[Event]:
    """Hand over without consent, on another legal basis: a duty, or a life in danger."""
    _open(case)
    if basis not in (LegalBasis.STATUTORY_DUTY, LegalBasis.VITAL_INTEREST):
        raise DomainError("consent.basis", "basis", Message("Choose a basis other than consent."))
    _scope(content, NOTHING)
    _ends(until, today)
    return [
        ConsentOverridden(
            person=case.person,
            case=case_id,
            purpose=purpose,
            recipient=recipient,
            content=content,
            until=until,
            basis=basis,
            reason=reason,
        )
    ]


def narrow(state: Consent, content: Content, withheld: Content, until: date) -> list[Event]:
    """Less than before, or not as long. More is another consent."""
    _in_force(state)
    assert state.until is not None, "a consent in force ends on a day"
    _scope(content, withheld)
    if not content <= state.content or until > state.until:
        raise DomainError("consent.wider", "content", Message("This is more than was consented to. Ask anew for more."))
    if content == state.content and until == state.until and withheld == state.withheld:
        raise DomainError("consent.same", "content", Message("This is what holds already."))
    return [ConsentNarrowed(**_of(state), content=content, withheld=withheld, until=until)]


def withdraw(state: Consent) -> list[Event]:
    """At any time and without a reason. From this moment nothing is handed over any more."""
    _in_force(state)
    if state.state is ConsentState.OVERRIDDEN:
        raise DomainError(
            "consent.not_theirs", message=Message("This rests on another basis than consent, and ends with its day.")
        )
    return [ConsentWithdrawn(**_of(state))]


def expire(state: Consent, *, today: date) -> list[Event]:
    """Note that its day has passed; nothing when it has not, or it ended before."""
    if state.state not in IN_FORCE or state.until is None or today <= state.until:
        return []
    return [ConsentExpired(**_of(state))]


def _begun(event: ConsentEvent, state: ConsentState, **known: object) -> Consent:
    return Consent(
        case=event.case,
        person=event.person,
        purpose=event.purpose,
        recipient=event.recipient,
        state=state,
        **known,  # type: ignore[arg-type]  # each caller passes fields of the class
    )


def _of(state: Consent) -> dict[str, object]:
    return {"person": state.person, "case": state.case, "purpose": state.purpose, "recipient": state.recipient}


def _open(case: Case) -> None:
    if case.state is CaseState.CLOSED:
        raise DomainError("case.closed", message=Message("This case is closed. Nothing can be added to it."))


def _right_to_ask(case: Case, asked_of: ConsentBy) -> None:
    if case.of_a_child and case.guardian_suspect is None:
        raise DomainError(
            "case.guardian_first",
            message=Message("Say first what the guardian's part is. The person is under 14."),
        )
    if asked_of is ConsentBy.GUARDIAN and case.guardian_suspect:
        raise DomainError(
            "consent.guardian_is_suspect",
            "asked_of",
            Message("The guardian is a suspect and is not asked. Hand over on another basis, or not at all."),
        )
    if asked_of is ConsentBy.PERSON and case.of_a_child:
        raise DomainError(
            "consent.guardian_needed", "asked_of", Message("A child under 14 does not consent alone. Ask the guardian.")
        )


def _asked(state: Consent) -> None:
    if state.state is not ConsentState.ASKED:
        raise DomainError("consent.answered", message=Message("This question has been answered."))


def _in_force(state: Consent) -> None:
    if state.state not in IN_FORCE:
        raise DomainError("consent.not_in_force", message=Message("This consent does not hold any more."))


def _scope(content: Content, withheld: Content) -> None:
    if not content:
        raise DomainError("consent.nothing", "content", Message("Choose at least one thing that is handed over."))
    if content & withheld:
        raise DomainError("consent.both", "withheld", Message("The same thing cannot be handed over and kept back."))


def _ends(until: date, today: date) -> None:
    if until < today:
        raise DomainError("consent.past", "until", Message("The day has passed. Choose today or a later day."))
    if until > today + LONGEST:
        raise DomainError("consent.too_long", "until", Message("At most two years. Ask anew after that."))
