"""What intake does on hearing a receiver: it notes what was said on the hand-off. Nothing else closes a ring."""

from collections.abc import Mapping
from typing import Any, Final

from ansim.contracts import Event, counseling, victim_support
from ansim.contracts.codes import ReferralAnswer, ReferralProgress, ReferralTarget
from ansim.errors import DomainError, ParkReason, Poison
from ansim.inbox import Heard, Reactor
from ansim.journal import Stream, Unit

from .commands import come_back
from .domain import handover
from .domain import referral as referrals
from .domain.referral import Referral

REACTOR: Final = Reactor()

T, A, P = ReferralTarget, ReferralAnswer, ReferralProgress

ANSWERS: Final[Mapping[type[Event], tuple[ReferralTarget, ReferralAnswer]]] = {
    victim_support.ReferralReceived: (T.VICTIM_SUPPORT, A.RECEIVED),
    victim_support.ReferralAccepted: (T.VICTIM_SUPPORT, A.ACCEPTED),
    victim_support.ReferralRejected: (T.VICTIM_SUPPORT, A.REJECTED),
    counseling.ReferralReceived: (T.COUNSELING, A.RECEIVED),
    counseling.ReferralAccepted: (T.COUNSELING, A.ACCEPTED),
    counseling.ReferralRejected: (T.COUNSELING, A.REJECTED),
}
"""Whose answer an event is, and which one."""

PROGRESS: Final[Mapping[type[Event], tuple[ReferralTarget, ReferralProgress]]] = {
    victim_support.ReferralInProgress: (T.VICTIM_SUPPORT, P.IN_PROGRESS),
    victim_support.ReferralOnHold: (T.VICTIM_SUPPORT, P.ON_HOLD),
    victim_support.ReferralCompleted: (T.VICTIM_SUPPORT, P.COMPLETED),
    victim_support.ReferralDeclinedAfterAcceptance: (T.VICTIM_SUPPORT, P.DECLINED_AFTER_ACCEPTANCE),
    counseling.ReferralInProgress: (T.COUNSELING, P.IN_PROGRESS),
    counseling.ReferralCompleted: (T.COUNSELING, P.COMPLETED),
    counseling.ReferralFailed: (T.COUNSELING, P.FAILED),
    counseling.ReferralDeclinedAfterAcceptance: (T.COUNSELING, P.DECLINED_AFTER_ACCEPTANCE),
}
"""The same for what is said after the acceptance."""


@REACTOR.on(*ANSWERS)
async def note_answer(unit: Unit, heard: Heard) -> None:
    """Parks the answer when a decision is taken back: that cannot be right."""
    target, answer = ANSWERS[type(heard.event)]
    stream = await _ours(unit, heard, target)
    if stream is None or stream.state is None:
        return
    try:
        events = referrals.answer(stream.state, answer=answer, heard=heard.envelope.id, **_said(heard.event))
    except DomainError as error:
        raise Poison(ParkReason.refused, error.rule) from error
    await stream.append(*events)


@REACTOR.on(*PROGRESS)
async def note_progress(unit: Unit, heard: Heard) -> None:
    """The same for what is said after the acceptance. What is declined after all comes back to a desk at once."""
    target, progress = PROGRESS[type(heard.event)]
    stream = await _ours(unit, heard, target)
    if stream is None or stream.state is None:
        return
    try:
        events = referrals.note_progress(stream.state, progress=progress, heard=heard.envelope.id, **_said(heard.event))
    except DomainError as error:
        raise Poison(ParkReason.refused, error.rule) from error
    report = stream.state.report
    await stream.append(*events)
    if progress is P.DECLINED_AFTER_ACCEPTANCE:
        await come_back(unit, report)


@REACTOR.on(victim_support.ReferralDataReceived)
async def victim_support_has_the_data(unit: Unit, heard: Heard) -> None:
    """From now on it is not given out again."""
    stream = await unit.stream("referral", heard.envelope.subject, referrals.evolve)
    if stream.state is None:
        return
    if stream.state.target is not ReferralTarget.VICTIM_SUPPORT:
        raise Poison(ParkReason.refused, "data confirmed by a service that was not asked")
    await stream.append(*handover.confirm(stream.state, heard.envelope.id))


def _said(event: Event) -> dict[str, Any]:
    """What an answer tells beside itself: why not, and by whom; what it waits for; how it ended."""
    match event:
        case (
            victim_support.ReferralRejected()
            | victim_support.ReferralDeclinedAfterAcceptance()
            | counseling.ReferralRejected()
            | counseling.ReferralDeclinedAfterAcceptance()
        ):
            return {"reason": event.reason, "answered_by": event.answered_by}
        case victim_support.ReferralOnHold():
            return {"waiting_for": event.waiting_for}
        case victim_support.ReferralCompleted():
            return {"outcome": event.outcome}
        case _:
            return {}


async def _ours(unit: Unit, heard: Heard, target: ReferralTarget) -> Stream[Referral] | None:
    """The hand-off that is spoken of. One that we did not send is somebody else's: None. One that we sent to another
    receiver cannot be right: Poison."""
    stream: Stream[Referral] = await unit.stream("referral", heard.envelope.subject, referrals.evolve)
    if stream.state is None:
        return None
    if stream.state.target is not target:
        raise Poison(ParkReason.refused, "answered by a service that was not asked")
    return stream
