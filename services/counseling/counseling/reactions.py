"""What counseling does on hearing other services."""

from ansim.contracts.codes import ReferralTarget, SenderEnding
from ansim.contracts.intake import ReferralLapsed, ReferralRequested, ReferralRevoked
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
    if not isinstance(event, ReferralRequested) or event.target is not ReferralTarget.COUNSELING:
        return
    if event.source is None:
        raise Poison(ParkReason.refused, "a referral to counseling without a source")
    await receive_referral(
        unit,
        ReceiveReferral(
            id=heard.envelope.subject,
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
