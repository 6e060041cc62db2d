"""What intake does on hearing a receiver: it notes what was said on the hand-off. Nothing else closes a ring."""

from typing import Any, Final

from ansim.contracts import counseling, victim_support
from ansim.contracts.codes import AnsweredBy, ReferralAnswer, ReferralProgress, ReferralTarget, RejectionReason
from ansim.errors import DomainError, ParkReason, Poison
from ansim.inbox import Heard, Reactor
from ansim.journal import Stream, Unit

from .commands import come_back
from .domain import handover
from .domain import referral as referrals
from .domain.referral import Referral

REACTOR: Final = Reactor()


@REACTOR.on(victim_support.ReferralReceived)
async def victim_support_received(unit: Unit, heard: Heard) -> None:
    await _note(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralAnswer.RECEIVED)


@REACTOR.on(victim_support.ReferralAccepted)
async def victim_support_accepted(unit: Unit, heard: Heard) -> None:
    await _note(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralAnswer.ACCEPTED)


@REACTOR.on(victim_support.ReferralRejected)
async def victim_support_rejected(unit: Unit, heard: Heard) -> None:
    event = heard.event
    assert isinstance(event, victim_support.ReferralRejected)
    await _note(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralAnswer.REJECTED, event.reason, event.answered_by)


@REACTOR.on(victim_support.ReferralDataReceived)
async def victim_support_has_the_data(unit: Unit, heard: Heard) -> None:
    """From now on it is not given out again."""
    stream = await unit.stream("referral", heard.envelope.subject, referrals.evolve)
    if stream.state is None:
        return
    if stream.state.target is not ReferralTarget.VICTIM_SUPPORT:
        raise Poison(ParkReason.refused, "data confirmed by a service that was not asked")
    await stream.append(*handover.confirm(stream.state, heard.envelope.id))


@REACTOR.on(counseling.ReferralReceived)
async def counseling_received(unit: Unit, heard: Heard) -> None:
    await _note(unit, heard, ReferralTarget.COUNSELING, ReferralAnswer.RECEIVED)


@REACTOR.on(counseling.ReferralAccepted)
async def counseling_accepted(unit: Unit, heard: Heard) -> None:
    await _note(unit, heard, ReferralTarget.COUNSELING, ReferralAnswer.ACCEPTED)


@REACTOR.on(counseling.ReferralRejected)
async def counseling_rejected(unit: Unit, heard: Heard) -> None:
    event = heard.event
    assert isinstance(event, counseling.ReferralRejected)
    await _note(unit, heard, ReferralTarget.COUNSELING, ReferralAnswer.REJECTED, event.reason, event.answered_by)


@REACTOR.on(victim_support.ReferralInProgress)
async def victim_support_at_work(unit: Unit, heard: Heard) -> None:
    await _note_progress(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralProgress.IN_PROGRESS)


@REACTOR.on(victim_support.ReferralOnHold)
async def victim_support_on_hold(unit: Unit, heard: Heard) -> None:
    event = heard.event
    assert isinstance(event, victim_support.ReferralOnHold)
    said = {"waiting_for": event.waiting_for}
    await _note_progress(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralProgress.ON_HOLD, **said)


@REACTOR.on(victim_support.ReferralCompleted)
async def victim_support_completed(unit: Unit, heard: Heard) -> None:
    event = heard.event
    assert isinstance(event, victim_support.ReferralCompleted)
    said = {"outcome": event.outcome}
    await _note_progress(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralProgress.COMPLETED, **said)


@REACTOR.on(victim_support.ReferralDeclinedAfterAcceptance)
async def victim_support_declined(unit: Unit, heard: Heard) -> None:
    event = heard.event
    assert isinstance(event, victim_support.ReferralDeclinedAfterAcceptance)
    said = {"reason": event.reason, "answered_by": event.answered_by}
    await _note_progress(unit, heard, ReferralTarget.VICTIM_SUPPORT, ReferralProgress.DECLINED_AFTER_ACCEPTANCE, **said)


@REACTOR.on(counseling.ReferralInProgress)
async def counseling_at_work(unit: Unit, heard: Heard) -> None:
    await _note_progress(unit, heard, ReferralTarget.COUNSELING, ReferralProgress.IN_PROGRESS)


@REACTOR.on(counseling.ReferralCompleted)
async def counseling_completed(unit: Unit, heard: Heard) -> None:
    await _note_progress(unit, heard, ReferralTarget.COUNSELING, ReferralProgress.COMPLETED)


@REACTOR.on(counseling.ReferralFailed)
async def counseling_failed(unit: Unit, heard: Heard) -> None:
    await _note_progress(unit, heard, ReferralTarget.COUNSELING, ReferralProgress.FAILED)


@REACTOR.on(counseling.ReferralDeclinedAfterAcceptance)
async def counseling_declined(unit: Unit, heard: Heard) -> None:
    event = heard.event
    assert isinstance(event, counseling.ReferralDeclinedAfterAcceptance)
    said = {"reason": event.reason, "answered_by": event.answered_by}
    await _note_progress(unit, heard, ReferralTarget.COUNSELING, ReferralProgress.DECLINED_AFTER_ACCEPTANCE, **said)


async def _note(
    unit: Unit,
    heard: Heard,
    target: ReferralTarget,
    answer: ReferralAnswer,
    reason: RejectionReason | None = None,
    answered_by: AnsweredBy | None = None,
) -> None:
    """Parks the answer when a decision is taken back: that cannot be right."""
    stream = await _ours(unit, heard, target)
    if stream is None or stream.state is None:
        return
    try:
        events = referrals.answer(
            stream.state, answer=answer, heard=heard.envelope.id, reason=reason, answered_by=answered_by
        )
    except DomainError as error:
        raise Poison(ParkReason.refused, error.rule) from error
    await stream.append(*events)


async def _note_progress(
    unit: Unit, heard: Heard, target: ReferralTarget, progress: ReferralProgress, **said: Any
) -> None:
    """The same for what is said after the acceptance. What is declined after all comes back to a desk at once."""
    stream = await _ours(unit, heard, target)
    if stream is None or stream.state is None:
        return
    try:
        events = referrals.note_progress(stream.state, progress=progress, heard=heard.envelope.id, **said)
    except DomainError as error:
        raise Poison(ParkReason.refused, error.rule) from error
    report = stream.state.report
    await stream.append(*events)
    if progress is ReferralProgress.DECLINED_AFTER_ACCEPTANCE:
        await come_back(unit, report)


async def _ours(unit: Unit, heard: Heard, target: ReferralTarget) -> Stream[Referral] | None:
    """The hand-off that is spoken of. One that we did not send is somebody else's: None. One that we sent to another
    receiver cannot be right: Poison."""
    stream: Stream[Referral] = await unit.stream("referral", heard.envelope.subject, referrals.evolve)
    if stream.state is None:
        return None
    if stream.state.target is not target:
        raise Poison(ParkReason.refused, "answered by a service that was not asked")
    return stream
