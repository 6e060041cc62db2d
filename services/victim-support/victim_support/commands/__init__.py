"""What staff of victim support can do: the only writers. Forms and the JSON API use the same models.

A command is a record (`About…`) and what is to be done with it; the API takes the record from the address and the rest
from the body. `seen` is the version of the record the person looked at; None means the caller did not look. Fields that
are not given when a referral is accepted are taken over from the referral.
"""

from victim_support.commands.assignment import (
    Chosen,
    Moved,
    Reassignment,
    Transfer,
    TransferCase,
    reassign,
    transfer_case,
)
from victim_support.commands.case import (
    AgreePlan,
    CheckSafety,
    CloseCase,
    Closing,
    OpenCase,
    Opening,
    Plan,
    SafetyAnswer,
    agree_plan,
    check_safety,
    close_case,
    open_case,
)
from victim_support.commands.item import (
    Appointment,
    DeliverItem,
    Delivery,
    GiveUpItem,
    GivingUp,
    ScheduleItem,
    deliver_item,
    give_up_item,
    schedule_item,
)
from victim_support.commands.referral import (
    Acceptance,
    AcceptReferral,
    Rejection,
    RejectReferral,
    accept_referral,
    receive_referral,
    reject_referral,
)
from victim_support.commands.told_before import keep_told_before

__all__ = [
    "AcceptReferral",
    "Acceptance",
    "AgreePlan",
    "Appointment",
    "CheckSafety",
    "Chosen",
    "CloseCase",
    "Closing",
    "DeliverItem",
    "Delivery",
    "GiveUpItem",
    "GivingUp",
    "Moved",
    "OpenCase",
    "Opening",
    "Plan",
    "Reassignment",
    "RejectReferral",
    "Rejection",
    "SafetyAnswer",
    "ScheduleItem",
    "Transfer",
    "TransferCase",
    "accept_referral",
    "agree_plan",
    "check_safety",
    "close_case",
    "deliver_item",
    "give_up_item",
    "keep_told_before",
    "open_case",
    "reassign",
    "receive_referral",
    "reject_referral",
    "schedule_item",
    "transfer_case",
]
