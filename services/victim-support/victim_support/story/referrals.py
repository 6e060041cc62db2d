"""The words for referrals."""

from ansim.contracts.victim_support import ReferralAccepted, ReferralReceived, ReferralRejected
from ansim.errors import Message
from ansim.web.said import label, labels
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(ReferralReceived)
def received(event: ReferralReceived) -> Words:
    return "closed", Message("Referral received"), f"{label(event.severity)} · {labels(event.harm_types)}"


@teller.on(ReferralAccepted)
def accepted(event: ReferralAccepted) -> Words:
    return "half", Message("Referral accepted"), ""


@teller.on(ReferralRejected)
def rejected(event: ReferralRejected) -> Words:
    return "no", Message("Referral refused: {reason}", reason=label(event.reason)), label(event.answered_by)
