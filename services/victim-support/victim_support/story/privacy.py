"""The words for disclosures, keeping and erasures: the kit's, for every event of that room."""

from ansim.contracts import EVENTS, Event
from ansim.contracts.victim_support_privacy import SERVICE
from ansim.privacy.told import told
from ansim.web.said import begin, label
from victim_support.story.told import Teller, Words

teller = Teller()


def _words(event: Event) -> Words:
    sentence = told(event)
    if sentence is None:
        raise TypeError(f"no words for {event.type_name()}")
    ring, text, codes = sentence
    return ring, text, " · ".join(begin(label(code)) for code in codes)


for known in EVENTS.values():
    if known.service == SERVICE and known.aggregate in ("disclosure", "retention", "erasure"):
        teller.on(known)(_words)
