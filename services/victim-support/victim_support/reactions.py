"""What victim support does on hearing another service."""

from ansim.contracts import monitoring
from ansim.contracts.codes import ReferralTarget, SenderEnding, WatchAnswer
from ansim.contracts.intake import ReferralLapsed, ReferralRequested, ReferralRevoked, ReferralSentAgain
from ansim.inbox import Heard, Reactor
from ansim.journal import Unit
from victim_support.commands import note_taken_back, receive_referral
from victim_support.commands.watch import note_watch_answer

reactor = Reactor()


@reactor.on(ReferralRequested)
async def take_note_of_referral(unit: Unit, heard: Heard) -> None:
    """Say "received" for referrals to us, and only for those. Accepting is for people."""
    asked = heard.event
    assert isinstance(asked, ReferralRequested)
    if asked.target is ReferralTarget.VICTIM_SUPPORT:
        await receive_referral(unit, heard.envelope.subject, asked)


@reactor.on(ReferralSentAgain)
async def take_note_of_it_all_the_same(unit: Unit, heard: Heard) -> None:
    """The sender has no word of its arrival: "received" if it never came to us, nothing if we have it."""
    again = heard.event
    assert isinstance(again, ReferralSentAgain)
    if again.target is ReferralTarget.VICTIM_SUPPORT and again.request is not None:
        await receive_referral(unit, heard.envelope.subject, again.request)


@reactor.on(ReferralRevoked)
async def take_back(unit: Unit, heard: Heard) -> None:
    """The sender took it back: it is offered no longer."""
    event = heard.event
    if isinstance(event, ReferralRevoked) and event.target is ReferralTarget.VICTIM_SUPPORT:
        await note_taken_back(unit, heard.envelope.subject, SenderEnding.REVOKED)


@reactor.on(ReferralLapsed)
async def let_lapse(unit: Unit, heard: Heard) -> None:
    """We did not answer in time, and the sender looks for another way: it is offered no longer."""
    event = heard.event
    if isinstance(event, ReferralLapsed) and event.target is ReferralTarget.VICTIM_SUPPORT:
        await note_taken_back(unit, heard.envelope.subject, SenderEnding.LAPSED)


@reactor.on(monitoring.WatchReceived)
async def monitoring_has_it(unit: Unit, heard: Heard) -> None:
    await note_watch_answer(unit, heard.envelope.subject, WatchAnswer.RECEIVED, heard.envelope.id)


@reactor.on(monitoring.WatchAccepted)
async def monitoring_looks_out(unit: Unit, heard: Heard) -> None:
    await note_watch_answer(unit, heard.envelope.subject, WatchAnswer.ACCEPTED, heard.envelope.id)
