"""Whose turn it is and until when, worked out from nothing but the events and their times.

The same events always give the same clock, so a changed period can be applied to the past and a breach can be proved.
Each clock names the event that started it. While a receiver has the turn, our own clock stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.codes import ReferralAnswer, ReferralTarget, Severity
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralRequested,
    ReportAcknowledged,
    ReportClosed,
    ReportSubmitted,
    ReportTriaged,
)

from .referral import ANSWERING_SERVICES
from .report import may_be_emergency


class Task(StrEnum):
    """What is waited for."""

    ACKNOWLEDGE = "acknowledge"
    TRIAGE = "triage"
    DECIDE = "decide"
    DECIDE_AGAIN = "decide_again"
    CLOSE = "close"
    ARRIVAL = "arrival"
    ANSWER = "answer"


class Start(StrEnum):
    """The event that started a clock."""

    SUBMITTED = "report.submitted"
    TRIAGED = "report.triaged"
    REQUESTED = "referral.requested"
    ACCEPTED = "referral.accepted"
    REFUSED = "referral.refused"


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each task may take. Defaults of the centre; the rules that read them stay the same."""

    acknowledge: timedelta = timedelta(hours=24)
    acknowledge_emergency: timedelta = timedelta(hours=1)
    triage: timedelta = timedelta(days=3)
    decide: dict[Severity, timedelta] = field(
        default_factory=lambda: {
            Severity.EMERGENCY: timedelta(hours=3),
            Severity.HIGH: timedelta(days=1),
            Severity.MEDIUM: timedelta(days=3),
            Severity.LOW: timedelta(days=7),
        }
    )
    arrival: timedelta = timedelta(hours=1)
    arrival_outside: timedelta = timedelta(days=3)
    answer: timedelta = timedelta(days=3)
    close: timedelta = timedelta(days=7)


CENTRE_PERIODS: Final = Periods()


@dataclass(frozen=True, slots=True)
class Moment:
    """An event, the stream it belongs to, and when it happened."""

    stream: UUID
    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock. `waiting_for` is None while it is our own turn, else the receiver whose turn it is."""

    task: Task
    started_by: Start
    started_at: datetime
    due_at: datetime
    waiting_for: ReferralTarget | None = None


@dataclass(slots=True)
class _HandOff:
    target: ReferralTarget
    sent_at: datetime
    answer: ReferralAnswer | None = None
    answered_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.answer is None or self.answer is ReferralAnswer.RECEIVED


@dataclass(slots=True)
class _Account:
    """What the events so far say about one report."""

    submitted: ReportSubmitted | None = None
    submitted_at: datetime | None = None
    acknowledged: bool = False
    severity: Severity | None = None
    triaged_at: datetime | None = None
    closed: bool = False
    hand_offs: dict[UUID, _HandOff] = field(default_factory=dict)

    def note(self, moment: Moment) -> None:
        match moment.event:
            case ReportSubmitted() as event:
                self.submitted, self.submitted_at = event, moment.at
            case ReportAcknowledged():
                self.acknowledged = True
            case ReportTriaged(severity=severity):
                self.severity = severity
                self.triaged_at = self.triaged_at or moment.at
            case ReportClosed():
                self.closed = True
            case ReferralRequested(target=target):
                self.hand_offs[moment.stream] = _HandOff(target, moment.at)
            case ReferralAnswered(answer=answer):
                hand_off = self.hand_offs[moment.stream]
                hand_off.answer, hand_off.answered_at = answer, moment.at


def report_clock(moments: Sequence[Moment], periods: Periods = CENTRE_PERIODS) -> Clock | None:
    """The clock of one report; `moments` are its events and those of its hand-offs. None once closed.

    Within a stream the moments stand in order; between streams their order does not matter, only their times do.
    """
    account = _Account()
    for moment in moments:
        account.note(moment)
    if account.closed or account.submitted is None or account.submitted_at is None:
        return None
    if not account.acknowledged:
        urgent = may_be_emergency(account.submitted.harm_types, account.submitted.about_minor)
        period = periods.acknowledge_emergency if urgent else periods.acknowledge
        return _clock(Task.ACKNOWLEDGE, Start.SUBMITTED, account.submitted_at, period)
    if account.severity is None or account.triaged_at is None:
        return _clock(Task.TRIAGE, Start.SUBMITTED, account.submitted_at, periods.triage)
    return _clock_after_triage(account, periods.decide[account.severity], account.triaged_at, periods)


def hand_off_clock(moments: Sequence[Moment], periods: Periods = CENTRE_PERIODS) -> Clock | None:
    """The clock of one hand-off, of its own events. None when nobody is waited for: accepted or refused."""
    account = _Account()
    for moment in moments:
        account.note(moment)
    waiting = [hand_off for hand_off in account.hand_offs.values() if hand_off.waits]
    if not waiting:
        return None
    hand_off = waiting[0]
    if hand_off.answer is None:
        near = hand_off.target in ANSWERING_SERVICES
        period = periods.arrival if near else periods.arrival_outside
        return _clock(Task.ARRIVAL, Start.REQUESTED, hand_off.sent_at, period, hand_off.target)
    return _clock(Task.ANSWER, Start.REQUESTED, hand_off.sent_at, periods.answer, hand_off.target)


def _clock_after_triage(account: _Account, decide: timedelta, triaged_at: datetime, periods: Periods) -> Clock:
    hand_offs = list(account.hand_offs.values())
    if not hand_offs:
        return _clock(Task.DECIDE, Start.TRIAGED, triaged_at, decide)
    last_sent = max(hand_off.sent_at for hand_off in hand_offs)
    refused = [h.answered_at for h in hand_offs if h.answer is ReferralAnswer.REJECTED and h.answered_at is not None]
    if refused and max(refused) >= last_sent:
        return _clock(Task.DECIDE_AGAIN, Start.REFUSED, max(refused), decide)
    waiting = [hand_off for hand_off in hand_offs if hand_off.waits]
    if waiting:
        first = min(waiting, key=lambda hand_off: hand_off.sent_at)
        return _clock(Task.ANSWER, Start.REQUESTED, first.sent_at, periods.answer, first.target)
    accepted = max(
        h.answered_at for h in hand_offs if h.answer is ReferralAnswer.ACCEPTED and h.answered_at is not None
    )
    return _clock(Task.CLOSE, Start.ACCEPTED, accepted, periods.close)


def _clock(
    task: Task, started_by: Start, started_at: datetime, period: timedelta, waiting_for: ReferralTarget | None = None
) -> Clock:
    return Clock(task, started_by, started_at, started_at + period, waiting_for)
