"""The words for the guardian's part, approval, watching and reopening."""

from ansim.contracts.victim_support import CaseGuardianConsidered, CasePlanApproved, CaseReopened, CaseWatched
from ansim.errors import Message
from ansim.web.i18n import said
from ansim.web.said import day, label
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(CaseGuardianConsidered)
def guardian_considered(event: CaseGuardianConsidered) -> Words:
    text = Message("The guardian is a suspect and is not asked") if event.suspect else Message("Guardian's part noted")
    return "no" if event.suspect else "closed", text, label(event.basis)


@teller.on(CasePlanApproved)
def plan_approved(event: CasePlanApproved) -> Words:
    return "closed", Message("Plan approved by a second person"), ""


@teller.on(CaseWatched)
def watched(event: CaseWatched) -> Words:
    return "hold", Message("Only watched from now on"), said(Message("next look {date}", date=day(event.next_check_on)))


@teller.on(CaseReopened)
def reopened(event: CaseReopened) -> Words:
    return "open", Message("Case reopened"), label(event.reason)
