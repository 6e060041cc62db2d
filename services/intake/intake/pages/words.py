"""The sentences in which intake's screens tell clocks, states and events. All of them are translated when shown."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from ansim.contracts.codes import HarmType, ReferralAnswer, ReporterRole
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralRequested,
    ReportAcknowledged,
    ReportClosed,
    ReportSubmitted,
    ReportTriaged,
)
from ansim.errors import Message
from ansim.journal import Recorded
from ansim.web import Deadline
from ansim.web.said import label, labels, span, when

from ..domain.deadlines import Clock, Start, Task
from ..domain.referral import ReferralState
from ..queries import HandOffRow, ReportRow

STARTS: Final = {
    Start.SUBMITTED: Message("{period} from the report, {at}"),
    Start.TRIAGED: Message("{period} from the triage, {at}"),
    Start.REQUESTED: Message("{period} from sending, {at}"),
    Start.ACCEPTED: Message("{period} from the acceptance, {at}"),
    Start.REFUSED: Message("{period} from the refusal, {at}"),
}

TASKS: Final = {
    Task.ACKNOWLEDGE: Message("Read and acknowledge"),
    Task.TRIAGE: Message("Triage"),
    Task.DECIDE: Message("Hand on or answer"),
    Task.DECIDE_AGAIN: Message("Refused: choose another way"),
    Task.CLOSE: Message("Accepted: close"),
    Task.ARRIVAL: Message("Confirm the arrival"),
    Task.ANSWER: Message("Accept or refuse"),
}

WHO: Final = {
    ReporterRole.VICTIM: (Message("It happened to me"), None),
    ReporterRole.GUARDIAN: (Message("It happened to my child"), None),
    ReporterRole.TEACHER: (Message("It happened to a pupil of mine"), None),
    ReporterRole.WITNESS: (Message("I saw or heard of it"), None),
    ReporterRole.AGENCY: (Message("I write for an agency"), None),
    ReporterRole.PLATFORM: (Message("I write for a platform"), None),
    ReporterRole.ANONYMOUS: (Message("I would rather not say"), None),
}

WHAT: Final = {
    HarmType.THREAT_TO_DISTRIBUTE: (
        Message("Someone threatens to share it"),
        Message("If it is happening now, we read it first."),
    ),
    HarmType.DISTRIBUTION: (Message("A photo or video is being shared"), None),
    HarmType.ILLEGAL_FILMING: (Message("I was filmed without consent"), None),
    HarmType.FALSE_VIDEO: (Message("There is a made-up photo or video"), None),
    HarmType.GROOMING: (Message("Someone I met online asks for photos"), None),
    HarmType.SEXTORTION: (Message("Someone asks for money after a video call"), None),
    HarmType.REDISTRIBUTION: (Message("What was deleted has come back"), None),
    HarmType.FEAR_OF_DISTRIBUTION: (Message("I am afraid that it may be shared"), None),
    HarmType.CYBER_HARASSMENT: (Message("Someone harasses me with sexual words"), None),
    HarmType.PERSONAL_DATA_EXPOSURE: (Message("My name, number or address is out there"), None),
    HarmType.OTHER: (Message("Hard to choose"), Message("You can write it down on the next page.")),
}
"""What happened, in the words of somebody it happened to; the order is that of the public page."""


@dataclass(frozen=True, slots=True)
class InPlace:
    """A value said in the language of the page it lands on, e.g. a time or a code inside of a sentence."""

    say: Callable[[Any], str]
    value: Any

    def __str__(self) -> str:
        return self.say(self.value)


def sentence_case(code: StrEnum) -> str:
    """A code's word as the beginning of a line."""
    word = label(code)
    return word[:1].upper() + word[1:]


def choices_of(codes: Iterable[StrEnum]) -> list[tuple[str, InPlace]]:
    """A code list as the choices of a form."""
    return [(code.value, InPlace(sentence_case, code)) for code in codes]


def at_time(at: datetime) -> InPlace:
    return InPlace(when, at)


def deadline(clock: Clock | None, now: datetime) -> Deadline | None:
    """A running clock as the screens draw it, its start event named below."""
    if clock is None:
        return None
    note = Message(
        STARTS[clock.started_by].msgid, period=span(clock.due_at - clock.started_at), at=at_time(clock.started_at)
    )
    return Deadline(clock.started_at, clock.due_at, note, ours=clock.waiting_for is None, now=now)


@dataclass(frozen=True, slots=True)
class Row:
    """A report in the queue: the row, its deadline, and what is to be done now."""

    report: ReportRow
    deadline: Deadline | None

    @property
    def ours(self) -> bool:
        return self.report.clock is not None and self.report.clock.waiting_for is None

    @property
    def turn(self) -> Message:
        clock = self.report.clock
        if clock is None:
            return Message("Closed")
        if clock.waiting_for is None:
            return Message("Our turn")
        return Message("Turn: {receiver}", receiver=InPlace(label, clock.waiting_for))

    @property
    def task(self) -> Message | str:
        return TASKS[self.report.clock.task] if self.report.clock else ""


@dataclass(frozen=True, slots=True)
class Ring:
    """A hand-off as its ring: shape, words and tone. Only the receiver's own words move it."""

    hand_off: HandOffRow
    deadline: Deadline | None
    shape: str
    text: Message
    tone: str = ""


def row(report: ReportRow, now: datetime) -> Row:
    return Row(report, deadline(report.clock, now))


def ring(hand_off: HandOffRow, now: datetime) -> Ring:
    until = deadline(hand_off.clock, now)
    match hand_off.state:
        case ReferralState.SENT:
            return Ring(hand_off, until, "open", Message("Sent, no arrival yet"), "soon")
        case ReferralState.RECEIVED:
            return Ring(hand_off, until, "closed", Message("Received, no answer yet"))
        case ReferralState.ACCEPTED:
            return Ring(hand_off, until, "half", Message("Accepted by the receiver"), "ok")
        case ReferralState.REJECTED:
            text = Message("Refused: {reason}", reason=InPlace(label, hand_off.reason))
            return Ring(hand_off, until, "no", text, "late" if hand_off.needs_decision else "")


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


def _words(recorded: Recorded) -> tuple[str, Message, list[object]]:
    match recorded.event:
        case ReportSubmitted() as event:
            return "closed", Message("Report received"), [InPlace(label, event.reporter_role)]
        case ReportAcknowledged():
            return "closed", Message("Acknowledged: somebody has read it"), []
        case ReportTriaged() as event:
            text = Message("Triaged: {severity}", severity=InPlace(label, event.severity))
            return "closed", text, [InPlace(labels, event.harm_types), InPlace(label, event.age_band)]
        case ReportClosed() as event:
            return "done", Message("Closed: {outcome}", outcome=InPlace(label, event.outcome)), []
        case ReferralRequested() as event:
            text = Message("Sent on. Receiver: {receiver}", receiver=InPlace(label, event.target))
            parts = [InPlace(label, code) for code in (event.legal_basis, event.override_reason) if code is not None]
            return "open", text, list(parts)
        case ReferralAnswered() as event:
            return _answer(event)
        case event:
            raise ValueError(f"no words for {event.type_name()}")


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
