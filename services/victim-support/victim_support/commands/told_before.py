"""What a person told the sender of a referral arrives here: kept once, sealed under our own key, so that nobody is asked twice."""

from uuid import UUID

from ansim.contracts.handover import HandedOver
from ansim.handover import Refusal
from ansim.journal import Fact, Unit
from ansim.vault import KeyDestroyed
from victim_support.commands import loading
from victim_support.domain import referral as referrals


async def keep_told_before(unit: Unit, referral_id: UUID, answer: HandedOver | Refusal) -> None:
    """Record the sender's answer. A hand-over that is settled already stays as it is.

    A person whose key was destroyed here meanwhile has nothing sealed for them again.
    """
    stream, referral = await loading.referral(unit, referral_id)
    if isinstance(answer, Refusal):
        await stream.append(*referrals.miss_data(referral, erased=False))
    elif answer.erased:
        await stream.append(*referrals.miss_data(referral, erased=True))
    else:
        arrived = referrals.receive_data(referral, answer.parts)
        try:
            await stream.append(*(Fact(event, answer.texts()) for event in arrived))
        except KeyDestroyed:
            await stream.append(*referrals.miss_data(referral, erased=True))
