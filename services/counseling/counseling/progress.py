"""What the sender of a referral hears of the work: each word in the transaction of the deed that it tells."""

from collections.abc import Callable
from uuid import UUID

from ansim.contracts import Event
from ansim.contracts.codes import DeclineReason, SenderEnding
from ansim.journal import Unit
from counseling.domain import referral as answers
from counseling.domain.referral import Referral


async def note_taken_back(unit: Unit, referral: UUID, because: SenderEnding) -> None:
    """Stop offering it for acceptance. One that never came to us, or that we answered, is left as it is."""
    await _say(unit, referral, lambda state: answers.take_back(state, because))


async def tell_begun(unit: Unit, referral: UUID | None) -> None:
    await _say(unit, referral, answers.begin)


async def tell_ended(unit: Unit, referral: UUID | None, *, completed: bool) -> None:
    await _say(unit, referral, lambda state: answers.end(state, completed=completed))


async def tell_declined(unit: Unit, referral: UUID | None, why: DeclineReason) -> None:
    await _say(unit, referral, lambda state: answers.decline_after_all(state, why))


async def _say(unit: Unit, referral: UUID | None, decide: Callable[[Referral], list[Event]]) -> None:
    if referral is None:
        return
    stream = await unit.stream("referral", referral, answers.evolve)
    if stream.state is not None:
        await stream.append(*decide(stream.state))
