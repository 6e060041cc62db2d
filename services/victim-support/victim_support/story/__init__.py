"""Events as sentences of a timeline: a ring, what happened, and one line about it. Read in the language of the page."""

from ansim.journal import Recorded
from ansim.web.i18n import said
from victim_support.story import (
    assignment,
    cases,
    complaints,
    consents,
    course,
    deletions,
    items,
    privacy,
    referrals,
    told_before,
)
from victim_support.story.told import Teller, Told

__all__ = ["Told", "story"]

teller = Teller()
teller.include(referrals.teller)
teller.include(cases.teller)
teller.include(items.teller)
teller.include(told_before.teller)
teller.include(assignment.teller)
teller.include(course.teller)
teller.include(consents.teller)
teller.include(deletions.teller)
teller.include(complaints.teller)
teller.include(privacy.teller)


def story(recorded: Recorded) -> Told:
    """Tell one event. To be called while a page is rendered, because it speaks the page's language."""
    ring, text, note = teller.words(recorded.event)
    lines = [line for line in (note, recorded.actor.name) if line]
    return Told(ring, said(text), " · ".join(lines))
