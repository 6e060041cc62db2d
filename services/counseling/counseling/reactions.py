"""What counseling does on hearing other services."""

from ansim.contracts.codes import ReferralTarget
from ansim.contracts.intake import ReferralRequested
from ansim.errors import ParkReason, Poison
from ansim.inbox import Heard, Reactor
from ansim.journal import Unit
from counseling.commands import ReceiveReferral, receive_referral

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
