"""What counseling does on hearing other services."""

from uuid import UUID

from ansim.contracts.codes import ReferralTarget, SenderEnding
from ansim.contracts.intake import ReferralLapsed, ReferralRequested, ReferralRevoked, ReferralSentAgain
from ansim.errors import ParkReason, Poison
from ansim.inbox import Heard, Reactor
from ansim.journal import Unit
from counseling.commands import ReceiveReferral, receive_referral
from counseling.progress import note_taken_back

REACTOR = Reactor()


@REACTOR.on(ReferralRequested)
async def receive(unit: Unit, heard: Heard) -> None:
    """A referral to us is received; our event is the sender's only proof of it. Referrals to others are not ours.

    Parks a referral to us that does not say where the youth comes from: an enrolment without a source cannot be.
    """
    event = heard.event
    if isinstance(event, ReferralRequested):
        await _receive(unit, heard.envelope.subject, event)


@REACTOR.on(ReferralSentAgain)
async def receive_all_the_same(unit: Unit, heard: Heard) -> None:
    """The sender has no word of its arrival: it is received if it never came to us, and nothing happens if we have it."""
    event = heard.event
    if isinstance(event, ReferralSentAgain) and event.request is not None:
        await _receive(unit, heard.envelope.subject, event.request)


async def _receive(unit: Unit, referral: UUID, event: ReferralRequested) -> None:
    if event.target is not ReferralTarget.COUNSELING:
        return
    if event.source is None:
        raise Poison(ParkReason.refused, "a referral to counseling without a source")
    await receive_referral(
        unit,
        ReceiveReferral(
            id=referral,
            source=event.source,
            age_band=event.age_band,
            school_level=event.school_level,
            gender=event.gender,
            district=event.district,
        ),
    )


@REACTOR.on(ReferralRevoked)
async def take_back(unit: Unit, heard: Heard) -> None:
    """The sender took it back: it is offered no longer."""
    event = heard.event
    if isinstance(event, ReferralRevoked) and event.target is ReferralTarget.COUNSELING:
        await note_taken_back(unit, heard.envelope.subject, SenderEnding.REVOKED)


@REACTOR.on(ReferralLapsed)
async def let_lapse(unit: Unit, heard: Heard) -> None:
    """We did not answer in time, and the sender looks for another way: it is offered no longer."""
    event = heard.event
    if isinstance(event, ReferralLapsed) and event.target is ReferralTarget.COUNSELING:
        await note_taken_back(unit, heard.envelope.subject, SenderEnding.LAPSED)
