"""The sentences in which intake's screens tell clocks, states and events. All of them are translated when shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ansim.clock import Clock
from ansim.contracts.codes import HarmType, ReporterRole
from ansim.errors import Message
from ansim.web import Deadline
from ansim.web.said import InPlace, label, span, when

from ..domain.deadlines import Start, Task
from ..domain.mailbox import MailboxStart
from ..domain.referral import ANSWERING_SERVICES, UNDER_WAY, ReferralState
from ..domain.report import ReportState
from ..queries import HandOffRow, ReportRow

STARTS: Final[Mapping[StrEnum, Message]] = {
    Start.SUBMITTED: Message("{period} from the report, {at}"),
    Start.TRIAGED: Message("{period} from the triage, {at}"),
    Start.REQUESTED: Message("{period} from sending, {at}"),
    Start.ACCEPTED: Message("{period} from the acceptance, {at}"),
    Start.REFUSED: Message("{period} from the refusal, {at}"),
    Start.REOPENED: Message("{period} from the reopening, {at}"),
    Start.REVOKED: Message("{period} from taking it back, {at}"),
    Start.LAPSED: Message("{period} from the lapse, {at}"),
    Start.DECLINED: Message("{period} from the declining, {at}"),
    MailboxStart.WRITTEN: Message("{period} from the message, {at}"),
}

TASKS: Final = {
    Task.ACKNOWLEDGE: Message("Read and acknowledge"),
    Task.TRIAGE: Message("Triage"),
    Task.DECIDE: Message("Hand on or answer"),
    Task.DECIDE_AGAIN: Message("Came back: choose another way"),
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
        STARTS[clock.started_by].msgid,
        period=span(clock.due_at - clock.started_at),
        at=at_time(clock.started_at),
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
        return TASKS[Task(self.report.clock.task)] if self.report.clock else ""

    def shown(self, me: str) -> tuple[object, ...]:
        """What everything that its row tells `me` follows from: see `ansim.web.kept`."""
        report = self.report
        return (report.id, report.version, report.clock, report.claimed_by == me, self.deadline and self.deadline.look)


@dataclass(frozen=True, slots=True)
class Ring:
    """A hand-off as its ring: shape, words and tone. Only the receiver's own words move it."""

    hand_off: HandOffRow
    deadline: Deadline | None
    shape: str
    text: Message
    tone: str = ""

    @property
    def outside(self) -> bool:
        """Its receiver answers by telephone or letter, not by events."""
        return self.hand_off.target not in ANSWERING_SERVICES

    @property
    def shown(self) -> tuple[object, ...]:
        """What everything that its row tells follows from: see `ansim.web.kept`."""
        sent = self.hand_off
        said = (sent.published, sent.needs_decision)
        return (sent.id, sent.version, sent.clock, *said, self.deadline and self.deadline.look)


def row(report: ReportRow, now: datetime) -> Row:
    return Row(report, deadline(report.clock, now))


_RINGS: Final = {
    ReferralState.SENT: ("open", "soon", Message("Sent, no arrival yet")),
    ReferralState.RECEIVED: ("closed", "", Message("Received, no answer yet")),
    ReferralState.ACCEPTED: ("half", "ok", Message("Accepted by the receiver")),
    ReferralState.REJECTED: ("no", "", Message("Refused")),
    ReferralState.IN_PROGRESS: ("half", "ok", Message("Under way at the receiver")),
    ReferralState.ON_HOLD: ("hold", "", Message("On hold at the receiver")),
    ReferralState.COMPLETED: ("done", "ok", Message("Finished, as the receiver says")),
    ReferralState.FAILED: ("no", "", Message("Ended at the receiver without its goal")),
    ReferralState.DECLINED_AFTER_ACCEPTANCE: ("no", "", Message("Declined after acceptance")),
    ReferralState.REVOKED: ("no", "", Message("Taken back")),
    ReferralState.LAPSED: ("no", "", Message("Lapsed: no answer came")),
}


def ring(hand_off: HandOffRow, now: datetime) -> Ring:
    shape, tone, text = _RINGS[hand_off.state]
    return Ring(
        hand_off,
        deadline(hand_off.clock, now),
        shape,
        _more_exactly(hand_off) or text,
        "late" if hand_off.needs_decision else tone,
    )


def _more_exactly(hand_off: HandOffRow) -> Message | None:
    """The state with what was said about it, where something was."""
    match hand_off.state:
        case ReferralState.REJECTED if hand_off.reason is not None:
            return Message("Refused: {reason}", reason=InPlace(label, hand_off.reason))
        case ReferralState.ON_HOLD if hand_off.hold_for is not None:
            return Message("On hold. Turn: {who}", who=InPlace(label, hand_off.hold_for))
        case ReferralState.COMPLETED if hand_off.case_outcome is not None:
            return Message("The receiver finished: {outcome}", outcome=InPlace(label, hand_off.case_outcome))
        case ReferralState.DECLINED_AFTER_ACCEPTANCE if hand_off.reason is not None:
            return Message("Declined after acceptance: {reason}", reason=InPlace(label, hand_off.reason))
        case ReferralState.REVOKED if hand_off.revoke_reason is not None:
            return Message("Taken back: {reason}", reason=InPlace(label, hand_off.revoke_reason))
        case _:
            return None


class ReporterStatus(StrEnum):
    """How far a report is, in words for the person who sent it."""

    ARRIVED = "arrived"
    READ = "read"
    JUDGED = "judged"
    ASKED = "asked"
    TAKEN_ON = "taken_on"
    ENDED = "ended"


FOR_REPORTER: Final = {
    ReporterStatus.ARRIVED: (
        "closed",
        Message("It has arrived"),
        Message("A person reads it within 24 hours, within one hour if somebody is being threatened now."),
    ),
    ReporterStatus.READ: (
        "half",
        Message("A person has read it"),
        Message("We are thinking about what can be done. You do not have to do anything."),
    ),
    ReporterStatus.JUDGED: (
        "half",
        Message("We know what to do next"),
        Message("We choose who can help you best, or we write to you here."),
    ),
    ReporterStatus.ASKED: (
        "open",
        Message("We have asked somebody who can help"),
        Message("They tell us whether they take it on. That takes up to three days."),
    ),
    ReporterStatus.TAKEN_ON: (
        "done",
        Message("Somebody who can help has taken it on"),
        Message("They get in touch in the way you left with us. You can still write to us here."),
    ),
    ReporterStatus.ENDED: (
        "done",
        Message("Our work on this report has ended"),
        Message("If something is missing or something new happens, write to us here, or tell us anew."),
    ),
}
"""Ring, status and what comes next. What staff think of a report is never in it: these six are all there are."""


def status_for_reporter(report: ReportRow, hand_offs: Iterable[HandOffRow]) -> tuple[str, Message, Message]:
    """GlobaLeaks #2931: a projection of its own, so that no internal word reaches the reporter."""
    states = {hand_off.state for hand_off in hand_offs}
    if report.state is ReportState.CLOSED:
        found = ReporterStatus.ENDED
    elif states & (UNDER_WAY | {ReferralState.COMPLETED}):
        found = ReporterStatus.TAKEN_ON
    elif states & {ReferralState.SENT, ReferralState.RECEIVED}:
        found = ReporterStatus.ASKED
    else:
        found = {
            ReportState.SUBMITTED: ReporterStatus.ARRIVED,
            ReportState.ACKNOWLEDGED: ReporterStatus.READ,
            ReportState.TRIAGED: ReporterStatus.JUDGED,
        }[report.state]
    return FOR_REPORTER[found]
