"""The steps of a case that are a form of their own, and what their page says."""

from dataclasses import dataclass
from typing import Final

from ansim.errors import Message


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the last part of the address; the rest is read by people."""

    name: str
    title: Message
    text: Message
    heading: Message
    rule: Message
    action: Message


SAFETY: Final = Step(
    "safety",
    Message("Check safety"),
    Message("Safety comes before the plan."),
    Message("Safety"),
    Message("The latest check counts. Each check stays on record."),
    Message("Record the check"),
)
PLAN: Final = Step(
    "plan",
    Message("Agree on a plan"),
    Message("The person decides what is done."),
    Message("Plan"),
    Message("A new plan replaces the one before. Dates fixed earlier stay."),
    Message("Record the plan"),
)
ITEM: Final = Step(
    "item",
    Message("Add a support item"),
    Message("A date is a promise, not yet a support item that counts."),
    Message("Support item"),
    Message("Only kinds that the plan holds."),
    Message("Fix the date"),
)
CLOSE: Final = Step(
    "close",
    Message("Close the case"),
    Message("Possible once every support item is settled."),
    Message("The end"),
    Message("A closed case takes nothing new. Its record stays."),
    Message("Close the case"),
)
GUARDIAN: Final = Step(
    "guardian",
    Message("The guardian's part"),
    Message("Asked before anybody speaks to a guardian."),
    Message("Guardian"),
    Message("A guardian who is a suspect is never asked. Support then rests on another basis."),
    Message("Record the guardian's part"),
)
APPROVE: Final = Step(
    "approve",
    Message("Approve the plan"),
    Message("A second pair of eyes. Nobody approves their own plan."),
    Message("Approval"),
    Message("Help does not wait for it. A new plan needs a new approval."),
    Message("Approve"),
)
WATCH: Final = Step(
    "watch",
    Message("Only watch from now on"),
    Message("When nothing is left to give, and something may come back."),
    Message("Watching"),
    Message("A watched case takes no new dates. It is reopened when something happens."),
    Message("Watch"),
)
REOPEN: Final = Step(
    "reopen",
    Message("Reopen the case"),
    Message("What was distributed again, or a new harm."),
    Message("Reopening"),
    Message("It begins with safety, as at first. What happened before stays in the record."),
    Message("Reopen"),
)
