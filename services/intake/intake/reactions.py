"""What intake does on hearing a receiver: it notes the answer on the hand-off. Nothing else closes a ring."""

from typing import Final

from ansim.contracts import counseling, victim_support
from ansim.contracts.codes import AnsweredBy, ReferralAnswer, ReferralTarget, RejectionReason
from ansim.errors import DomainError, ParkReason, Poison
from ansim.inbox import Heard, Reactor
from ansim.journal import Unit

from .domain import handover
from .domain import referral as referrals

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


async def _note(
    unit: Unit,
    heard: Heard,
    target: ReferralTarget,
    answer: ReferralAnswer,
    reason: RejectionReason | None = None,
    answered_by: AnsweredBy | None = None,
) -> None:
    """A hand-off that we did not send is somebody else's and no concern of ours. One that we sent to another receiver,
    or whose decision is taken back, cannot be right: Poison."""
    stream = await unit.stream("referral", heard.envelope.subject, referrals.evolve)
    if stream.state is None:
        return
    if stream.state.target is not target:
        raise Poison(ParkReason.refused, "answered by a service that was not asked")
    try:
        events = referrals.answer(
            stream.state, answer=answer, heard=heard.envelope.id, reason=reason, answered_by=answered_by
        )
    except DomainError as error:
        raise Poison(ParkReason.refused, error.rule) from error
    await stream.append(*events)
