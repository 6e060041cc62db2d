"""The words for cases."""

from ansim.contracts.victim_support import CaseClosed, CaseOpened, CasePlanAgreed, CaseSafetyChecked
from ansim.errors import Message
from ansim.web.i18n import said
from ansim.web.said import label, labels
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(CaseOpened)
def opened(event: CaseOpened) -> Words:
    text = Message("Case opened from a referral") if event.referral else Message("Case opened without a referral")
    return "open", text, labels(event.harm_types)


@teller.on(CaseSafetyChecked)
def safety_checked(event: CaseSafetyChecked) -> Words:
    danger = Message("Immediate danger") if event.immediate_danger else Message("No immediate danger")
    return "closed", Message("Safety checked"), said(danger)


@teller.on(CasePlanAgreed)
def plan_agreed(event: CasePlanAgreed) -> Words:
    return "closed", Message("Plan agreed"), labels(event.item_types)


@teller.on(CaseClosed)
def closed(event: CaseClosed) -> Words:
    return "done", Message("Case closed: {outcome}", outcome=label(event.outcome)), ""
