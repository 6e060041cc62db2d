"""The words for addresses and what became of them."""

from ansim.contracts.victim_support import (
    DeletionAcknowledged,
    DeletionAnswered,
    DeletionChecked,
    DeletionDeadlineMissed,
    DeletionDecided,
    DeletionEscalated,
    DeletionLocated,
    DeletionReappeared,
    DeletionRenotified,
    DeletionRequested,
    DeletionVerifiedGone,
)
from ansim.errors import Message
from ansim.web.said import label, when
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(DeletionLocated)
def located(event: DeletionLocated) -> Words:
    return "open", Message("Address found: {platform}", platform=label(event.platform)), ""


@teller.on(DeletionRequested)
def requested(event: DeletionRequested) -> Words:
    return "open", Message("Platform asked"), label(event.channel)


@teller.on(DeletionAcknowledged)
def acknowledged(event: DeletionAcknowledged) -> Words:
    return "closed", Message("The platform confirmed the request"), ""


@teller.on(DeletionAnswered)
def answered(event: DeletionAnswered) -> Words:
    return "half", Message("The platform says: {action}", action=label(event.action)), ""


@teller.on(DeletionRenotified)
def renotified(event: DeletionRenotified) -> Words:
    return "open", Message("Platform told again, number {n}", n=event.number), ""


@teller.on(DeletionEscalated)
def escalated(event: DeletionEscalated) -> Words:
    return "half", Message("Brought before the regulator"), ""


@teller.on(DeletionDecided)
def decided(event: DeletionDecided) -> Words:
    return "half", Message("The regulator decided: {decision}", decision=label(event.decision)), ""


@teller.on(DeletionChecked)
def checked(event: DeletionChecked) -> Words:
    return "closed", Message("Looked: {result}", result=label(event.result)), ""


@teller.on(DeletionVerifiedGone)
def verified_gone(event: DeletionVerifiedGone) -> Words:
    return "done", Message("Seen to be gone"), ""


@teller.on(DeletionReappeared)
def reappeared(event: DeletionReappeared) -> Words:
    return "no", Message("It came back"), ""


@teller.on(DeletionDeadlineMissed)
def deadline_missed(event: DeletionDeadlineMissed) -> Words:
    return "no", Message("Deadline missed: {rule}, was due {at}", rule=label(event.rule), at=when(event.due_at)), ""
