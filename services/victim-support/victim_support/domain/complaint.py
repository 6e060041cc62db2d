"""A written complaint (고소장 작성). DOMAIN §4: started → drafted (versions) → reviewed by the person → handed over.

It is theirs: nothing is handed to anybody but them before they have approved that very version, and nothing without a consent
that names the receiver.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import (
    ComplaintReceiver,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    ReviewResult,
)
from ansim.contracts.victim_support import (
    ComplaintDrafted,
    ComplaintHandedOver,
    ComplaintReviewed,
    ComplaintStarted,
)
from ansim.errors import DomainError, Message
from victim_support.domain.consent import Need


class ComplaintState(StrEnum):
    STARTED = "started"
    DRAFTED = "drafted"
    CHANGES_WANTED = "changes_wanted"
    APPROVED = "approved"
    HANDED_OVER = "handed_over"


_WHO_AND_WHAT: Final = frozenset({ConsentContent.CASE_SUMMARY, ConsentContent.IDENTITY})
"""A complaint says who complains and what happened."""

_INVESTIGATORS: Final = Need(
    ConsentPurpose.INVESTIGATION,
    ConsentRecipient.POLICE,
    _WHO_AND_WHAT,
    Message(
        "No consent in force lets the police have name and age with a summary of what happened. "
        "Ask for it in the case, or record another basis there."
    ),
)
_LAWYERS: Final = Need(
    ConsentPurpose.LEGAL_ADVICE,
    ConsentRecipient.LEGAL_AID,
    _WHO_AND_WHAT,
    Message(
        "No consent in force lets legal aid have name and age with a summary of what happened. "
        "Ask for it in the case, or record another basis there."
    ),
)

NEEDS: Final[Mapping[ComplaintReceiver, Need | None]] = {
    ComplaintReceiver.VICTIM: None,
    ComplaintReceiver.POLICE: _INVESTIGATORS,
    ComplaintReceiver.PROSECUTION: _INVESTIGATORS,
    ComplaintReceiver.LAWYER: _LAWYERS,
}
"""What giving a copy has to rest on. The police pass a complaint on to the prosecution, so one consent is for both."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """`version` is the latest draft, `approved` the version that the person approved, if any."""

    person: UUID
    case: UUID
    state: ComplaintState = ComplaintState.STARTED
    version: int = 0
    approved: int | None = None
    handed_to: frozenset[ComplaintReceiver] = frozenset()


def evolve(state: Complaint | None, event: Event) -> Complaint:
    """The complaint after `event`. Raises TypeError for a stream that no decision could write."""
    match state, event:
        case None, ComplaintStarted():
            return Complaint(event.person, event.case)
        case Complaint(), ComplaintDrafted():
            return replace(state, state=ComplaintState.DRAFTED, version=event.number)
        case Complaint(), ComplaintReviewed(result=ReviewResult.APPROVED):
            return replace(state, state=ComplaintState.APPROVED, approved=event.number)
        case Complaint(), ComplaintReviewed():
            return replace(state, state=ComplaintState.CHANGES_WANTED)
        case Complaint(), ComplaintHandedOver():
            handed_to = state.handed_to | {event.receiver}
            reached = state.state if event.receiver is ComplaintReceiver.VICTIM else ComplaintState.HANDED_OVER
            return replace(state, state=reached, handed_to=handed_to)
        case _:
            raise TypeError(f"{event.type_name()} does not follow on {state!r}")


def start(person: UUID, case: UUID) -> list[Event]:
    return [ComplaintStarted(person=person, case=case)]


def draft(state: Complaint) -> list[Event]:
    """A new version; the texts are sealed beside it. An approval holds for the version it was given to and no other."""
    return [ComplaintDrafted(person=state.person, case=state.case, number=state.version + 1)]


def review(state: Complaint, result: ReviewResult, *, number: int) -> list[Event]:
    """What the person says of the version they read."""
    _has_draft(state)
    if number != state.version:
        raise DomainError(
            "complaint.older_version", message=Message("There is a newer version. Let the person read that one.")
        )
    return [ComplaintReviewed(person=state.person, case=state.case, number=number, result=result)]


def hand_over(state: Complaint, receiver: ComplaintReceiver) -> list[Event]:
    """Note that a copy was given to somebody. The person gets any version, others only the one that they approved."""
    _has_draft(state)
    if receiver is not ComplaintReceiver.VICTIM and state.approved != state.version:
        raise DomainError(
            "complaint.not_approved",
            "receiver",
            Message("The person has not approved this version. Until then the copy is for them alone."),
        )
    return [ComplaintHandedOver(person=state.person, case=state.case, number=state.version, receiver=receiver)]


def _has_draft(state: Complaint) -> None:
    if not state.version:
        raise DomainError("complaint.no_draft", message=Message("Nothing has been written yet."))
