"""The words for referrals."""

from ansim.contracts.victim_support import (
    ReferralAccepted,
    ReferralCompleted,
    ReferralDeclinedAfterAcceptance,
    ReferralInProgress,
    ReferralOnHold,
    ReferralReceived,
    ReferralRejected,
    ReferralTakenBack,
)
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


@teller.on(ReferralTakenBack)
def taken_back(event: ReferralTakenBack) -> Words:
    return "no", Message("Not offered any more: {why}", why=label(event.because)), ""


@teller.on(ReferralInProgress)
def in_progress(event: ReferralInProgress) -> Words:
    return "half", Message("The sender was told: under way"), ""


@teller.on(ReferralOnHold)
def on_hold(event: ReferralOnHold) -> Words:
    return "hold", Message("On hold. Turn: {who}", who=label(event.waiting_for)), ""


@teller.on(ReferralCompleted)
def completed(event: ReferralCompleted) -> Words:
    return "done", Message("The sender was told: ended"), label(event.outcome)


@teller.on(ReferralDeclinedAfterAcceptance)
def declined_after_all(event: ReferralDeclinedAfterAcceptance) -> Words:
    text = Message("Declined after acceptance: {reason}", reason=label(event.reason))
    return "no", text, label(event.answered_by)
