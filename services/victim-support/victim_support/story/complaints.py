"""The words for complaints."""

from ansim.contracts.victim_support import (
    ComplaintDrafted,
    ComplaintHandedOver,
    ComplaintReviewed,
    ComplaintStarted,
)
from ansim.errors import Message
from ansim.web.said import label
from victim_support.story.told import Teller, Words

teller = Teller()


@teller.on(ComplaintStarted)
def started(event: ComplaintStarted) -> Words:
    return "open", Message("Complaint begun"), ""


@teller.on(ComplaintDrafted)
def drafted(event: ComplaintDrafted) -> Words:
    return "half", Message("Complaint written, version {n}", n=event.number), ""


@teller.on(ComplaintReviewed)
def reviewed(event: ComplaintReviewed) -> Words:
    return "closed", Message("Read by the person, version {n}", n=event.number), label(event.result)


@teller.on(ComplaintHandedOver)
def handed_over(event: ComplaintHandedOver) -> Words:
    return "done", Message("Copy given, version {n}", n=event.number), label(event.receiver)
