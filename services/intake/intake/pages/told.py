"""The record of a report and of its hand-offs in words: one line of a timeline for each event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ansim.contracts.base import Event
from ansim.contracts.codes import MessageAuthor, ReferralAnswer, ReferralProgress
from ansim.contracts.deadlines import MissedDeadline
from ansim.contracts.intake import (
    MailboxClosed,
    MailboxDeadlineMissed,
    MailboxExpired,
    MailboxMessageWritten,
    MailboxOpened,
    MailboxReceiptConfirmed,
    MailboxVisited,
    ReferralAnswered,
    ReferralAnswerNoted,
    ReferralDataConfirmed,
    ReferralDataHandedOver,
    ReferralDeadlineMissed,
    ReferralEscalated,
    ReferralLapsed,
    ReferralProgressNoted,
    ReferralRequested,
    ReferralRevoked,
    ReferralSentAgain,
    ReportAcknowledged,
    ReportClaimed,
    ReportClosed,
    ReportDangerTold,
    ReportDeadlineMissed,
    ReportEvent,
    ReportLinked,
    ReportReleased,
    ReportReopened,
    ReportSignposted,
    ReportSubmitted,
    ReportTriaged,
)
from ansim.contracts.recusal import Readmitted, Recused
from ansim.errors import Message
from ansim.journal import Recorded
from ansim.privacy.told import told as privacy_told
from ansim.recusal import told as recusal_told
from ansim.web.said import InPlace, label, labels, when


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the timeline in words."""

    at: datetime
    shape: str
    text: Message
    note: Message | str = ""


def told(past: Iterable[Recorded]) -> Iterator[Told]:
    """The record itself, in words; who acted stands in the note."""
    for recorded in past:
        shape, text, parts = _words(recorded)
        if recorded.actor.name:
            parts = [*parts, recorded.actor.name]
        note = Message(" · ".join(f"{{p{n}}}" for n in range(len(parts))), **{f"p{n}": p for n, p in enumerate(parts)})
        yield Told(recorded.occurred_at, shape, text, note if parts else "")


Sentence = tuple[str, Message, list[object]]


def _words(recorded: Recorded) -> Sentence:
    event = recorded.event
    if isinstance(event, Recused | Readmitted):
        return *recusal_told(event), [InPlace(label, event.reason)]
    of_privacy = privacy_told(event)
    if of_privacy is not None:
        shape, text, codes = of_privacy
        return shape, text, [InPlace(label, code) for code in codes]
    words = _of_report(event) if isinstance(event, ReportEvent) else _of_referral(event)
    if words is None:
        raise ValueError(f"no words for {event.type_name()}")
    return words


def _of_report(event: ReportEvent) -> Sentence | None:
    match event:
        case ReportSubmitted():
            return "closed", Message("Report received"), [InPlace(label, event.reporter_role)]
        case ReportDangerTold():
            return "open", Message("The reporter says: not safe right now"), []
        case ReportAcknowledged():
            return "closed", Message("Acknowledged: somebody has read it"), []
        case ReportTriaged():
            text = Message("Triaged: {severity}", severity=InPlace(label, event.severity))
            return "closed", text, [InPlace(labels, event.harm_types), InPlace(label, event.age_band)]
        case ReportClosed():
            return "done", Message("Closed: {outcome}", outcome=InPlace(label, event.outcome)), []
        case ReportReopened():
            return "half", Message("Reopened: {reason}", reason=InPlace(label, event.reason)), []
        case ReportClaimed():
            return "half", Message("Taken on"), []
        case ReportReleased():
            return "open", Message("Given back to the queue"), []
        case ReportLinked():
            return "closed", Message("Linked: {relation}", relation=InPlace(label, event.relation)), []
        case ReportSignposted():
            return "closed", Message("Told who can help: {places}", places=InPlace(labels, event.places)), []
        case ReportDeadlineMissed():
            return "no", _missed(event), []
        case _:
            return None


def _of_referral(event: Event) -> Sentence | None:
    match event:
        case ReferralRequested():
            text = Message("Sent on. Receiver: {receiver}", receiver=InPlace(label, event.target))
            parts = [InPlace(label, code) for code in (event.legal_basis, event.override_reason) if code is not None]
            return "open", text, list(parts)
        case ReferralAnswered():
            return _answer(event)
        case ReferralAnswerNoted():
            text = Message("Heard from outside: {answer}", answer=InPlace(label, event.answer))
            return "half", text, [InPlace(label, event.target), InPlace(label, event.heard_by)]
        case ReferralRevoked():
            text = Message("Taken back: {reason}", reason=InPlace(label, event.reason))
            return "no", text, [InPlace(label, event.target)]
        case ReferralSentAgain():
            return "open", Message("Sent again"), [InPlace(label, event.target)]
        case ReferralLapsed():
            return "no", Message("Lapsed: no answer came"), [InPlace(label, event.target)]
        case ReferralEscalated():
            return "hold", Message("A supervisor takes it up"), [InPlace(label, event.target)]
        case ReferralDeadlineMissed():
            return "no", _missed(event), []
        case _:
            return _of_receiver(event)


def _of_receiver(event: Event) -> Sentence | None:
    """What happens after the acceptance."""
    match event:
        case ReferralProgressNoted():
            return _progress(event)
        case ReferralDataHandedOver(erased=True):
            return "no", Message("Asked for what was written: it is erased"), [InPlace(label, event.target)]
        case ReferralDataHandedOver():
            return "half", Message("Handed over what was written"), [InPlace(labels, event.parts)]
        case ReferralDataConfirmed():
            return "done", Message("The receiver says: the data arrived"), [InPlace(label, event.target)]
        case _:
            return _of_mailbox(event)


def _of_mailbox(event: Event) -> Sentence | None:
    match event:
        case MailboxOpened():
            return "closed", Message("Mailbox opened"), []
        case MailboxReceiptConfirmed():
            return "closed", Message("The reporter has written the number down"), []
        case MailboxVisited():
            return "closed", Message("The reporter came back"), []
        case MailboxMessageWritten(author=MessageAuthor.REPORTER):
            return "open", Message("The reporter wrote"), []
        case MailboxMessageWritten():
            return "done", Message("We answered the reporter"), []
        case MailboxClosed():
            return "no", Message("The reporter closed the mailbox"), []
        case MailboxExpired():
            return "no", Message("The mailbox expired"), []
        case MailboxDeadlineMissed():
            return "no", _missed(event), []
        case _:
            return None


def _missed(event: MissedDeadline) -> Message:
    return Message(
        "Deadline missed: {rule}, was due {at}", rule=InPlace(label, event.rule), at=InPlace(when, event.due_at)
    )


def _answer(event: ReferralAnswered) -> tuple[str, Message, list[object]]:
    receiver = InPlace(label, event.target)
    match event.answer:
        case ReferralAnswer.RECEIVED:
            return "closed", Message("The receiver says: arrived. {receiver}", receiver=receiver), []
        case ReferralAnswer.ACCEPTED:
            return "half", Message("The receiver says: accepted. {receiver}", receiver=receiver), []
        case ReferralAnswer.REJECTED:
            said = [InPlace(label, code) for code in (event.reason, event.answered_by) if code is not None]
            return "no", Message("The receiver says: refused. {receiver}", receiver=receiver), list(said)


_RINGS: Final = {
    ReferralProgress.IN_PROGRESS: "half",
    ReferralProgress.ON_HOLD: "hold",
    ReferralProgress.COMPLETED: "done",
    ReferralProgress.FAILED: "no",
    ReferralProgress.DECLINED_AFTER_ACCEPTANCE: "no",
}


def _progress(event: ReferralProgressNoted) -> Sentence:
    text = Message("The receiver says: {progress}", progress=InPlace(label, event.progress))
    said = [code for code in (event.waiting_for, event.outcome, event.reason, event.answered_by) if code is not None]
    return _RINGS[event.progress], text, [InPlace(label, code) for code in (event.target, *said)]
