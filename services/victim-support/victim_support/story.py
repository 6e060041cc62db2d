"""Events as sentences of a timeline: a ring, what happened, and one line about it. Read in the language of the page."""

from dataclasses import dataclass

from ansim.contracts.victim_support import (
    CaseClosed,
    CaseOpened,
    CasePlanAgreed,
    CaseSafetyChecked,
    ItemDelivered,
    ItemNotDelivered,
    ItemScheduled,
    ReferralAccepted,
    ReferralReceived,
    ReferralRejected,
)
from ansim.errors import Message
from ansim.journal import Recorded
from ansim.web.i18n import said
from ansim.web.said import day, label, labels


@dataclass(frozen=True, slots=True)
class Told:
    """`ring` is a state of the ring (LOOK §6); `text` and `note` are ready to show."""

    ring: str
    text: str
    note: str


def story(recorded: Recorded) -> Told:
    """Tell one event. To be called while a page is rendered, because it speaks the page's language."""
    ring, text, note = _told(recorded)
    lines = [line for line in (note, recorded.actor.name) if line]
    return Told(ring, said(text), " · ".join(lines))


def _told(recorded: Recorded) -> tuple[str, Message, str]:
    match recorded.event:
        case ReferralReceived() as event:
            return "closed", Message("Referral received"), f"{label(event.severity)} · {labels(event.harm_types)}"
        case ReferralAccepted():
            return "half", Message("Referral accepted"), ""
        case ReferralRejected() as event:
            return "no", Message("Referral refused: {reason}", reason=label(event.reason)), label(event.answered_by)
        case CaseOpened() as event:
            text = (
                Message("Case opened from a referral") if event.referral else Message("Case opened without a referral")
            )
            return "open", text, labels(event.harm_types)
        case CaseSafetyChecked() as event:
            danger = Message("Immediate danger") if event.immediate_danger else Message("No immediate danger")
            return "closed", Message("Safety checked"), said(danger)
        case CasePlanAgreed() as event:
            return "closed", Message("Plan agreed"), labels(event.item_types)
        case CaseClosed() as event:
            return "done", Message("Case closed: {outcome}", outcome=label(event.outcome)), ""
        case _:
            return _told_of_item(recorded)


def _told_of_item(recorded: Recorded) -> tuple[str, Message, str]:
    match recorded.event:
        case ItemScheduled() as event:
            due = Message("due {date}", date=day(event.due_on))
            return "open", Message("Date fixed: {item}", item=label(event.item_type)), said(due)
        case ItemDelivered() as event:
            return "done", Message("Delivered: {item}", item=label(event.item_type)), label(event.outcome)
        case ItemNotDelivered() as event:
            return "no", Message("Not delivered: {item}", item=label(event.item_type)), label(event.reason)
        case event:
            raise TypeError(f"no words for {event.type_name()}")
