"""A deletion request (삭제지원) for one address. DOMAIN §4:

located → requested → acknowledged → answered (removed, restricted, blocked, delisted, refused, silent) → re-notified(n)
→ escalated to the regulator → decided → seen to be gone → reappeared, which opens the next generation, linked.

What a platform says and what a person sees are two facts. Only a look that sees it gone ends the work; after that it is
looked at now and then, because about half of it comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.clock import Clock, Moment, Rules
from ansim.contracts import Event
from ansim.contracts.codes import (
    CheckResult,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    DeadlineRule,
    Platform,
    PlatformAction,
    RegulatorDecision,
    ReportChannel,
)
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
from ansim.errors import DomainError, Message
from victim_support.domain.consent import Need

R = DeadlineRule

CENTRE_PERIODS: Final = {
    R.PLATFORM_ANSWER: timedelta(days=3),
    R.RECHECK: timedelta(days=3),
    R.RECHECK_GONE: timedelta(days=30),
}
"""What the centre allows where nobody has changed it."""


class DeletionState(StrEnum):
    LOCATED = "located"
    REQUESTED = "requested"
    ACKNOWLEDGED = "acknowledged"
    REMOVED = "removed"
    RESTRICTED = "restricted"
    BLOCKED_ONLY = "blocked_only"
    DELISTED = "delisted"
    REFUSED = "refused"
    SILENT = "silent"
    ESCALATED = "escalated"
    DECIDED = "decided"
    VERIFIED_GONE = "verified_gone"
    REAPPEARED = "reappeared"


ANSWERED: Final = {
    PlatformAction.DELETED: DeletionState.REMOVED,
    PlatformAction.ACCOUNT_CLOSED: DeletionState.REMOVED,
    PlatformAction.TEMPORARILY_RESTRICTED: DeletionState.RESTRICTED,
    PlatformAction.SUSPENDED: DeletionState.RESTRICTED,
    PlatformAction.ACCESS_BLOCKED: DeletionState.BLOCKED_ONLY,
    PlatformAction.DELISTED: DeletionState.DELISTED,
    PlatformAction.REFUSED: DeletionState.REFUSED,
    PlatformAction.NO_RESPONSE: DeletionState.SILENT,
}
"""What a platform's word makes of a request. The word itself stays in the event: none is merged with another."""

NOT_SENT: Final = frozenset({DeletionState.LOCATED})
OVER: Final = frozenset({DeletionState.VERIFIED_GONE, DeletionState.REAPPEARED})
WAITING: Final = frozenset({DeletionState.REQUESTED, DeletionState.ACKNOWLEDGED, DeletionState.ESCALATED})
"""Somebody else has the turn."""


TELL_PLATFORM: Final = Need(
    ConsentPurpose.DELETION,
    ConsentRecipient.PLATFORMS,
    frozenset({ConsentContent.POST_ADDRESSES}),
    Message(
        "No consent in force lets platforms have the addresses. Ask for it in the case, or record another basis there."
    ),
)
TELL_REGULATOR: Final = Need(
    ConsentPurpose.DELETION,
    ConsentRecipient.REGULATOR,
    frozenset({ConsentContent.POST_ADDRESSES}),
    Message(
        "No consent in force lets the regulator have the addresses. Ask for it in the case, or record another basis there."
    ),
)
"""A plan that holds deletion support says that the person wants it; a consent says who may be told where it is."""


class DeletionTask(StrEnum):
    REQUEST = "request"
    PLATFORM = "platform"
    ACT_AGAIN = "act_again"
    LOOK = "look"
    LOOK_AGAIN = "look_again"


class DeletionStart(StrEnum):
    LOCATED = "deletion.located"
    NOTIFIED = "deletion.notified"
    ANSWERED = "deletion.answered"
    CHECKED = "deletion.checked"


@dataclass(frozen=True, slots=True)
class Deletion:
    """`notified`: how often the platform was told. `checks`: how many looks there were."""

    person: UUID
    case: UUID
    platform: Platform
    generation: int
    state: DeletionState = DeletionState.LOCATED
    notified: int = 0
    checks: int = 0
    action: PlatformAction | None = None
    escalated: bool = False
    missed: frozenset[tuple[DeadlineRule, UUID]] = frozenset()


def evolve(state: Deletion | None, event: Event) -> Deletion:
    """The request after `event`. Raises TypeError for a stream that no decision could write."""
    if isinstance(event, DeletionLocated):
        return Deletion(event.person, event.case, event.platform, event.generation)
    if state is None:
        raise TypeError(f"no deletion request begins with {event.type_name()}")
    match event:
        case DeletionRequested():
            return replace(state, state=DeletionState.REQUESTED, notified=1)
        case DeletionRenotified():
            return replace(state, state=DeletionState.REQUESTED, notified=event.number + 1)
        case DeletionAnswered():
            return replace(state, state=ANSWERED[event.action], action=event.action)
        case DeletionEscalated():
            return replace(state, state=DeletionState.ESCALATED, escalated=True)
        case DeletionChecked():
            return replace(state, checks=event.number)
        case DeletionDeadlineMissed():
            return replace(state, missed=state.missed | {(event.rule, event.started_by)})
    if type(event) not in _LEADS_TO:
        raise TypeError(f"{event.type_name()} does not follow on {state!r}")
    return replace(state, state=_LEADS_TO[type(event)])


_LEADS_TO: Final[Mapping[type[Event], DeletionState]] = {
    DeletionAcknowledged: DeletionState.ACKNOWLEDGED,
    DeletionDecided: DeletionState.DECIDED,
    DeletionVerifiedGone: DeletionState.VERIFIED_GONE,
    DeletionReappeared: DeletionState.REAPPEARED,
}


def locate(person: UUID, case: UUID, platform: Platform, *, previous: UUID | None, generation: int) -> list[Event]:
    """Note an address. `previous` is the request it continues, when the material was gone there and came back."""
    return [DeletionLocated(person=person, case=case, platform=platform, generation=generation, previous=previous)]


def needs(state: DeletionState) -> tuple[Need, ...]:
    """What the next steps towards others have to rest on."""
    if state in NOT_SENT:
        return (TELL_PLATFORM,)
    if state in OVER:
        return ()
    return (TELL_PLATFORM,) if state is DeletionState.ESCALATED else (TELL_PLATFORM, TELL_REGULATOR)


def request(state: Deletion, channel: ReportChannel, *, allowed: bool) -> list[Event]:
    """Ask the platform. `allowed`: the person agreed that their matter is brought before platforms."""
    if state.state not in NOT_SENT:
        raise DomainError("deletion.requested", message=Message("The platform has been asked already."))
    if not allowed:
        raise DomainError(
            "deletion.needs_plan",
            message=Message("The person has not agreed to deletion support. Agree on a plan that holds it first."),
        )
    return [DeletionRequested(person=state.person, case=state.case, channel=channel)]


def acknowledge(state: Deletion) -> list[Event]:
    """The platform confirmed that it has the request. That is no answer."""
    if state.state is not DeletionState.REQUESTED:
        raise DomainError("deletion.not_waiting", message=Message("No request is waiting for its confirmation."))
    return [DeletionAcknowledged(person=state.person, case=state.case)]


def answer(state: Deletion, action: PlatformAction) -> list[Event]:
    """Note what the platform says it did, or that it said nothing by the time it had."""
    _still_watched(state)
    if state.state in NOT_SENT:
        raise DomainError("deletion.ask_first", message=Message("Ask the platform first."))
    return [DeletionAnswered(person=state.person, case=state.case, action=action)]


def renotify(state: Deletion) -> list[Event]:
    """Tell the platform again. Possible as soon as it was asked once: a rule says when it is due, not when it is allowed."""
    _still_watched(state)
    if state.state in NOT_SENT:
        raise DomainError("deletion.ask_first", message=Message("Ask the platform first."))
    return [DeletionRenotified(person=state.person, case=state.case, number=state.notified)]


def escalate(state: Deletion) -> list[Event]:
    """Bring it before the regulator, after the platform refused, kept silent or did less than remove it."""
    _still_watched(state)
    if state.state in NOT_SENT:
        raise DomainError("deletion.ask_first", message=Message("Ask the platform first."))
    if state.state is DeletionState.ESCALATED:
        raise DomainError("deletion.escalated", message=Message("The regulator has it already."))
    return [DeletionEscalated(person=state.person, case=state.case)]


def decide(state: Deletion, decision: RegulatorDecision) -> list[Event]:
    """Note the regulator's decision."""
    if state.state is not DeletionState.ESCALATED:
        raise DomainError("deletion.not_escalated", message=Message("The regulator was not asked, or has decided."))
    return [DeletionDecided(person=state.person, case=state.case, decision=decision)]


def check(state: Deletion, result: CheckResult) -> list[Event]:
    """One look by a person. Seen gone for the first time, the request is over, whatever the platform said.

    Raises DomainError after it was seen gone and is up again: then `reappear` opens the next generation.
    """
    if state.state is DeletionState.REAPPEARED:
        raise DomainError("deletion.continued", message=Message("This request is continued by the next one."))
    if state.state is DeletionState.VERIFIED_GONE and result is CheckResult.STILL_UP:
        raise DomainError(
            "deletion.is_back", "result", Message("It was gone and is back. Open the next request from here.")
        )
    number = state.checks + 1
    seen: list[Event] = [DeletionChecked(person=state.person, case=state.case, number=number, result=result)]
    if result is CheckResult.GONE and state.state is not DeletionState.VERIFIED_GONE:
        seen.append(DeletionVerifiedGone(person=state.person, case=state.case, check=number))
    return seen


def reappear(state: Deletion, next_id: UUID) -> list[Event]:
    """It is back after it was seen gone: say so here, and let the next generation begin."""
    if state.state is not DeletionState.VERIFIED_GONE:
        raise DomainError("deletion.not_gone", message=Message("It has not been seen gone, so it cannot be back."))
    number = state.checks + 1
    return [
        DeletionChecked(person=state.person, case=state.case, number=number, result=CheckResult.STILL_UP),
        DeletionReappeared(person=state.person, case=state.case, next=next_id),
    ]


def clock(moments: Sequence[Moment], rules: Rules) -> Clock | None:
    """Whose turn it is and until when. None once it came back: then the next generation has the clock."""
    state: Deletion | None = None
    notified: Moment | None = None
    latest: Moment | None = None
    for moment in moments:
        state = evolve(state, moment.event)
        if isinstance(moment.event, DeletionRequested | DeletionRenotified | DeletionEscalated):
            notified = moment
        if not isinstance(moment.event, DeletionDeadlineMissed | DeletionVerifiedGone):
            latest = moment
    if state is None or latest is None or state.state is DeletionState.REAPPEARED:
        return None
    if state.state is DeletionState.LOCATED:
        return _clock(DeletionTask.REQUEST, R.RECHECK, DeletionStart.LOCATED, moments[0], rules)
    if state.state is DeletionState.VERIFIED_GONE:
        return _clock(DeletionTask.LOOK_AGAIN, R.RECHECK_GONE, DeletionStart.CHECKED, latest, rules)
    if state.state in WAITING and notified is not None:
        return _clock(DeletionTask.PLATFORM, R.PLATFORM_ANSWER, DeletionStart.NOTIFIED, notified, rules)
    if state.state in (DeletionState.REFUSED, DeletionState.SILENT):
        return _clock(DeletionTask.ACT_AGAIN, R.RECHECK, DeletionStart.ANSWERED, latest, rules)
    return _clock(DeletionTask.LOOK, R.RECHECK, DeletionStart.ANSWERED, latest, rules)


def note_missed(state: Deletion, ran_out: Sequence[Clock]) -> list[Event]:
    """A fact for each clock that ran out and was not told yet."""
    return [
        DeletionDeadlineMissed(
            person=state.person,
            case=state.case,
            rule=each.rule,
            started_by=each.started_event,
            started_at=each.started_at,
            due_at=each.due_at,
        )
        for each in ran_out
        if each.key not in state.missed
    ]


def _clock(task: DeletionTask, rule: DeadlineRule, start: DeletionStart, begun: Moment, rules: Rules) -> Clock:
    due_at: datetime = begun.at + rules.period(rule, begun.at)
    return Clock(task, rule, start, begun.id, begun.at, due_at)


def _still_watched(state: Deletion) -> None:
    if state.state in OVER:
        raise DomainError("deletion.over", message=Message("It was seen gone. Only looks are noted from here on."))
