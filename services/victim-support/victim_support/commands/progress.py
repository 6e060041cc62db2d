"""What the sender of a referral hears after our yes, and what its taking back does here."""

from uuid import UUID

from ansim.contracts.codes import AnsweredBy, CaseOutcome, HoldFor, RejectionReason, SenderEnding
from ansim.journal import Unit
from ansim.web.commands import Command
from victim_support.commands import loading
from victim_support.domain import case as cases
from victim_support.domain import referral as referrals


class OnReferral(Command):
    referral: UUID
    seen: int | None = None


class Hold(Command):
    waiting_for: HoldFor


class HoldReferral(OnReferral, Hold):
    """Say whose turn it is while nothing can go on here."""


class ResumeReferral(OnReferral):
    """Go on after a hold."""


class LateRefusal(Command):
    reason: RejectionReason
    answered_by: AnsweredBy


class DeclineAfterAll(OnReferral, LateRefusal):
    """Say no after a yes, while no work was agreed. The case ends with it."""


async def note_taken_back(unit: Unit, referral_id: UUID, because: SenderEnding) -> None:
    """Stop offering it for acceptance. One that never came to us, or that we answered, is left as it is."""
    stream = await unit.stream("referral", referral_id, referrals.evolve)
    if stream.state is not None:
        await stream.append(*referrals.take_back(stream.state, because))


async def hold_referral(unit: Unit, command: HoldReferral) -> None:
    stream, referral = await loading.referral(unit, command.referral)
    stream.expect(command.seen)
    await stream.append(*referrals.hold(referral, command.waiting_for))


async def resume_referral(unit: Unit, command: ResumeReferral) -> None:
    stream, referral = await loading.referral(unit, command.referral)
    stream.expect(command.seen)
    await stream.append(*referrals.resume(referral))


async def decline_after_all(unit: Unit, command: DeclineAfterAll) -> None:
    """The sender hears it, and the case that was opened ends: both or neither."""
    stream, referral = await loading.referral(unit, command.referral)
    stream.expect(command.seen)
    await stream.append(*referrals.decline_after_all(referral, command.reason, command.answered_by))
    if referral.case is not None:
        await loading.hold(unit, referral.case)
        of, case = await loading.case(unit, referral.case)
        ours = command.answered_by is AnsweredBy.PROVIDER
        outcome = CaseOutcome.MOVED_ON if ours else CaseOutcome.PERSON_ENDED
        await of.append(*cases.close(case, outcome, open_items=await loading.open_items(unit, referral.case)))


async def tell_begun(unit: Unit, referral_id: UUID | None) -> None:
    """A plan was agreed."""
    if referral_id is not None:
        stream, referral = await loading.referral(unit, referral_id)
        await stream.append(*referrals.begin(referral))


async def tell_ended(unit: Unit, referral_id: UUID | None, outcome: CaseOutcome) -> None:
    """The case was closed."""
    if referral_id is not None:
        stream, referral = await loading.referral(unit, referral_id)
        await stream.append(*referrals.complete(referral, outcome))
