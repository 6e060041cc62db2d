"""The words for what was told before, at the sender of the referral."""

from ansim.contracts.victim_support import ReferralDataMissing, ReferralDataReceived
from ansim.errors import Message
from ansim.web.i18n import said
from ansim.web.said import label, labels
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(ReferralDataReceived)
def received(event: ReferralDataReceived) -> Words:
    what = labels(event.parts) or said(Message("nothing was written there"))
    return "done", Message("What was told to intake arrived"), what


@teller.on(ReferralDataMissing)
def missing(event: ReferralDataMissing) -> Words:
    return "no", Message("Nothing of what was told to intake arrived"), label(event.reason)
