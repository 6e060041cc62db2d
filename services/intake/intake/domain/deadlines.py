"""Whose turn it is and until when, worked out from nothing but the events, their times and the rules.

The same events and rules always give the same clock, so a breach can be proved. Each clock names the event that started
it. While a receiver has the turn, our own clock stands still.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.clock import Clock, Moment, Rules
from ansim.contracts.codes import (
    DeadlineRule,
    OutsideAnswer,
    ReferralAnswer,
    ReferralProgress,
    ReferralTarget,
    Severity,
)
from ansim.contracts.intake import (
    ReferralAnswered,
    ReferralAnswerNoted,
    ReferralEscalated,
    ReferralLapsed,
    ReferralProgressNoted,
    ReferralRequested,
    ReferralRevoked,
    ReferralSentAgain,
    ReportAcknowledged,
    ReportClosed,
    ReportDangerTold,
    ReportReopened,
    ReportSubmitted,
    ReportTriaged,
)

from .referral import ANSWERING_SERVICES
from .report import may_be_emergency

R = DeadlineRule

CENTRE_PERIODS: Final = {
    R.ACKNOWLEDGE: timedelta(hours=24),
    R.ACKNOWLEDGE_EMERGENCY: timedelta(hours=1),
    R.TRIAGE: timedelta(days=3),
    R.DECIDE_EMERGENCY: timedelta(hours=3),
    R.DECIDE_HIGH: timedelta(days=1),
    R.DECIDE_MEDIUM: timedelta(days=3),
    R.DECIDE_LOW: timedelta(days=7),
    R.ARRIVAL: timedelta(hours=1),
    R.ARRIVAL_OUTSIDE: timedelta(days=3),
    R.ANSWER: timedelta(days=3),
    R.LAPSE: timedelta(days=7),
    R.CLOSE: timedelta(days=7),
    R.REOPEN_WINDOW: timedelta(days=30),
    R.REPLY: timedelta(hours=24),
    R.MAILBOX: timedelta(days=90),
    R.RETAIN_REFERRED_ON: timedelta(days=3650),
    R.RETAIN_ANSWERED: timedelta(days=1095),
    R.RETAIN_OUT_OF_SCOPE: timedelta(days=365),
    R.RETAIN_DUPLICATE: timedelta(days=365),
    R.RETAIN_BAD_FAITH: timedelta(days=1095),
    R.RETAIN_WITHDRAWN: timedelta(days=365),
}
"""What the centre allows where nobody has changed it. The rules that read them stay the same."""

DECIDE: Final = {
    Severity.EMERGENCY: R.DECIDE_EMERGENCY,
    Severity.HIGH: R.DECIDE_HIGH,
    Severity.MEDIUM: R.DECIDE_MEDIUM,
    Severity.LOW: R.DECIDE_LOW,
}


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
    REOPENED = "report.reopened"
    REQUESTED = "referral.requested"
    ACCEPTED = "referral.accepted"
    REFUSED = "referral.refused"
    REVOKED = "referral.revoked"
    LAPSED = "referral.lapsed"
    DECLINED = "referral.declined_after_acceptance"


@dataclass(slots=True)
class _HandOff:
    target: ReferralTarget
    sent: Moment
    answer: ReferralAnswer | None = None
    decided: Moment | None = None
    back: Start | None = None
    """Why the report is ours again: refused, declined after all, revoked or lapsed."""

    @property
    def waits(self) -> bool:
        return self.back is None and self.answer in (None, ReferralAnswer.RECEIVED)


@dataclass(slots=True)
class _Account:
    """What the events so far say about one report."""

    submitted: ReportSubmitted | None = None
    received: Moment | None = None
    in_danger: bool = False
    acknowledged: bool = False
    severity: Severity | None = None
    triaged: Moment | None = None
    reopened: Moment | None = None
    closed: bool = False
    hand_offs: dict[UUID, _HandOff] = field(default_factory=dict)

    def note(self, moment: Moment) -> None:
        match moment.event:
            case ReportSubmitted() as event:
                self.submitted, self.received = event, moment
            case ReportDangerTold():
                self.in_danger = True
            case ReportAcknowledged():
                self.acknowledged = True
            case ReportTriaged(severity=severity):
                self.severity = severity
                self.triaged = self.triaged or moment
            case ReportClosed():
                self.closed = True
            case ReportReopened():
                self.closed, self.reopened = False, moment
            case ReferralRequested(target=target):
                self.hand_offs[moment.stream] = _HandOff(target, moment)
            case _:
                self._note_answer(moment)

    def _note_answer(self, moment: Moment) -> None:
        hand_off = self.hand_offs.get(moment.stream)
        if hand_off is None:
            return
        match moment.event:
            case ReferralAnswered(answer=answer):
                hand_off.answer, hand_off.decided = answer, moment
                hand_off.back = Start.REFUSED if answer is ReferralAnswer.REJECTED else None
            case ReferralAnswerNoted(answer=heard):
                hand_off.answer, hand_off.decided = _OUTSIDE[heard], moment
                hand_off.back = Start.REFUSED if heard is OutsideAnswer.REJECTED else None
            case ReferralProgressNoted(progress=ReferralProgress.DECLINED_AFTER_ACCEPTANCE):
                hand_off.back, hand_off.decided = Start.DECLINED, moment
            case ReferralRevoked():
                hand_off.back, hand_off.decided = Start.REVOKED, moment
            case ReferralLapsed():
                hand_off.back, hand_off.decided = Start.LAPSED, moment
            case ReferralSentAgain():
                hand_off.sent = moment
            case ReferralEscalated():
                pass


_OUTSIDE: Final = {
    OutsideAnswer.RECEIVED: ReferralAnswer.RECEIVED,
    OutsideAnswer.ACCEPTED: ReferralAnswer.ACCEPTED,
    OutsideAnswer.COMPLETED: ReferralAnswer.ACCEPTED,
    OutsideAnswer.REJECTED: ReferralAnswer.REJECTED,
}


def report_clock(moments: Sequence[Moment], rules: Rules) -> Clock | None:
    """The clock of one report; `moments` are its events and those of its hand-offs. None once closed.

    Within a stream the moments stand in order; between streams their order does not matter, only their times do.
    """
    account = _Account()
    for moment in moments:
        account.note(moment)
    if account.closed or account.submitted is None or account.received is None:
        return None
    if not account.acknowledged:
        urgent = may_be_emergency(account.submitted.harm_types, account.submitted.about_minor)
        rule = R.ACKNOWLEDGE_EMERGENCY if urgent or account.in_danger else R.ACKNOWLEDGE
        return _clock(Task.ACKNOWLEDGE, rule, Start.SUBMITTED, account.received, rules)
    if account.severity is None or account.triaged is None:
        if account.reopened is not None:
            return _clock(Task.TRIAGE, R.TRIAGE, Start.REOPENED, account.reopened, rules)
        return _clock(Task.TRIAGE, R.TRIAGE, Start.SUBMITTED, account.received, rules)
    return _clock_after_triage(account, account.triaged, DECIDE[account.severity], rules)


def own_clock(moments: Sequence[Moment], rules: Rules) -> Clock | None:
    """The report's clock while it is intake's own turn, None while a receiver has it: what a missed deadline is about."""
    running = report_clock(moments, rules)
    return running if running is not None and running.waiting_for is None else None


def hand_off_clock(moments: Sequence[Moment], rules: Rules) -> Clock | None:
    """The clock of one hand-off, of its own events. None when nobody is waited for: decided, revoked or lapsed."""
    account = _Account()
    for moment in moments:
        account.note(moment)
    waiting = [hand_off for hand_off in account.hand_offs.values() if hand_off.waits]
    if not waiting:
        return None
    hand_off = waiting[0]
    if hand_off.answer is None:
        rule = R.ARRIVAL if hand_off.target in ANSWERING_SERVICES else R.ARRIVAL_OUTSIDE
        return _clock(Task.ARRIVAL, rule, Start.REQUESTED, hand_off.sent, rules, hand_off.target)
    return _clock(Task.ANSWER, R.ANSWER, Start.REQUESTED, hand_off.sent, rules, hand_off.target)


def _clock_after_triage(account: _Account, triaged: Moment, decide: DeadlineRule, rules: Rules) -> Clock:
    hand_offs = list(account.hand_offs.values())
    begun, start = triaged, Start.TRIAGED
    if account.reopened is not None and account.reopened.at >= triaged.at:
        begun, start = account.reopened, Start.REOPENED
        hand_offs = [hand_off for hand_off in hand_offs if hand_off.sent.at >= begun.at]
    if not hand_offs:
        return _clock(Task.DECIDE, decide, start, begun, rules)
    last_sent = max(hand_off.sent.at for hand_off in hand_offs)
    back = [(h.decided, h.back) for h in hand_offs if h.back is not None and h.decided is not None]
    if back:
        latest, why = max(back, key=lambda pair: pair[0].at)
        if latest.at >= last_sent:
            return _clock(Task.DECIDE_AGAIN, decide, why, latest, rules)
    waiting = [hand_off for hand_off in hand_offs if hand_off.waits]
    if waiting:
        first = min(waiting, key=lambda hand_off: hand_off.sent.at)
        return _clock(Task.ANSWER, R.ANSWER, Start.REQUESTED, first.sent, rules, first.target)
    accepted = [
        h.decided for h in hand_offs if h.answer is ReferralAnswer.ACCEPTED and h.back is None and h.decided is not None
    ]
    if not accepted:
        return _clock(Task.DECIDE, decide, start, begun, rules)
    return _clock(Task.CLOSE, R.CLOSE, Start.ACCEPTED, max(accepted, key=lambda moment: moment.at), rules)


def _clock(
    task: Task,
    rule: DeadlineRule,
    start: Start,
    begun: Moment,
    rules: Rules,
    waiting_for: ReferralTarget | None = None,
) -> Clock:
    period = rules.period(rule, begun.at)
    return Clock(task, rule, start, begun.id, begun.at, begun.at + period, waiting_for)
