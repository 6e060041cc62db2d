"""What victim support does on hearing another service."""

from ansim.contracts.codes import ReferralTarget
from ansim.contracts.intake import ReferralRequested
from ansim.inbox import Heard, Reactor
from ansim.journal import Unit
from victim_support.commands import receive_referral

reactor = Reactor()


@reactor.on(ReferralRequested)
async def take_note_of_referral(unit: Unit, heard: Heard) -> None:
    """Say "received" for referrals to us, and only for those. Accepting is for people."""
    asked = heard.event
    assert isinstance(asked, ReferralRequested)
    if asked.target is ReferralTarget.VICTIM_SUPPORT:
        await receive_referral(unit, heard.envelope.subject, asked)
