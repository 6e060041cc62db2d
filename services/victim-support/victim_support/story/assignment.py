"""The words for whose case it is, and for who must not see it."""

from ansim.contracts.recusal import Readmitted, Recused
from ansim.contracts.victim_support import CaseAssigned, PersonReadmitted, PersonRecused
from ansim.errors import Message
from ansim.recusal import told
from ansim.web.said import label
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(CaseAssigned)
def assigned(event: CaseAssigned) -> Words:
    if event.worker is None:
        return "open", Message("With the team, no worker yet"), label(event.reason)
    return "closed", Message("Given to another worker"), label(event.reason)


@teller.on(PersonRecused)
def recused(event: Recused) -> Words:
    return *told(event), label(event.reason)


@teller.on(PersonReadmitted)
def readmitted(event: Readmitted) -> Words:
    return *told(event), label(event.reason)
