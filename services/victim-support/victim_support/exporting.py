"""What victim support lets out of the house: referrals, cases and support items, as codes and days."""

from typing import Final

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    CaseOutcome,
    District,
    ExportColumn,
    ExportedList,
    Gender,
    HarmType,
    ItemOutcome,
    NotDeliveredReason,
    RejectionReason,
    Severity,
    SupportItemType,
)
from ansim.contracts.victim_support import ExportMade
from ansim.errors import Message
from ansim.exports import ExportDesk, Listing, column
from ansim.web.filters import Filter
from victim_support.queries import REFERRAL_FILTER, REFERRAL_FILTERS

_REFERRAL_STATES: Final = {
    "received": Message("Received, answer due from us"),
    "accepted": Message("Accepted"),
    "rejected": Message("Refused"),
    "taken_back": Message("Taken back by the sender"),
    "in_progress": Message("Accepted, under way"),
    "on_hold": Message("On hold"),
    "completed": Message("Accepted, case closed"),
    "declined_after_acceptance": Message("Declined after acceptance"),
}
_CASE_STATES: Final = {
    "opened": Message("Opened, safety not checked"),
    "safety_checked": Message("Safety checked, no plan yet"),
    "plan_agreed": Message("Under way"),
    "closed": Message("Closed"),
}
_ITEM_STATES: Final = {
    "scheduled": Message("Date fixed"),
    "delivered": Message("Delivered"),
    "not_delivered": Message("Not delivered"),
}

_REFERRALS: Final = f"""
select r.*, c.number as case_number from referral r left join support_case c on c.case_id = r.case_id
where {REFERRAL_FILTER} order by r.number desc
"""  # noqa: S608 - our own constants

REFERRALS: Final = Listing(
    ExportedList.REFERRALS,
    "/referrals",
    _REFERRALS,
    (
        column(ExportColumn.NUMBER),
        column(ExportColumn.STATE, _REFERRAL_STATES),
        column(ExportColumn.SEVERITY, Severity),
        column(ExportColumn.HARM_TYPES, HarmType),
        column(ExportColumn.AGE_BAND, AgeBand),
        column(ExportColumn.GENDER, Gender),
        column(ExportColumn.DISTRICT, District),
        column(ExportColumn.RECEIVED_AT),
        column(ExportColumn.ANSWERED_AT),
        column(ExportColumn.ANSWERED_BY, AnsweredBy),
        column(ExportColumn.REASON, RejectionReason),
        column(ExportColumn.CASE_NUMBER),
    ),
    REFERRAL_FILTERS,
)

CASES: Final = Listing(
    ExportedList.CASES,
    "/cases",
    "select * from support_case where $1 = 'all' or (state = 'closed') = ($1 = 'closed') order by number desc",
    (
        column(ExportColumn.NUMBER),
        column(ExportColumn.STATE, _CASE_STATES),
        column(ExportColumn.HARM_TYPES, HarmType),
        column(ExportColumn.AGE_BAND, AgeBand),
        column(ExportColumn.GENDER, Gender),
        column(ExportColumn.DISTRICT, District),
        column(ExportColumn.OPENED_AT),
        column(ExportColumn.SAFETY_AT),
        column(ExportColumn.PLAN_AT),
        column(ExportColumn.CLOSED_AT),
        column(ExportColumn.OUTCOME, CaseOutcome),
        column(ExportColumn.ITEMS_OPEN),
        column(ExportColumn.ITEMS_DELIVERED),
        column(ExportColumn.ITEMS_NOT),
    ),
    (Filter("state", Message("State"), {"open": Message("open"), "closed": Message("closed"), "all": Message("all")}),),
)

ITEMS: Final = Listing(
    ExportedList.ITEMS,
    "/",
    "select i.*, c.number as case_number, c.person from support_item i join support_case c using (case_id)"
    " where $1 = 'all' or i.state = $1 order by i.number desc",
    (
        column(ExportColumn.CASE_NUMBER),
        column(ExportColumn.ITEM_TYPE, SupportItemType),
        column(ExportColumn.DUE_ON),
        column(ExportColumn.STATE, _ITEM_STATES),
        column(ExportColumn.OUTCOME, ItemOutcome),
        column(ExportColumn.REASON, NotDeliveredReason),
        column(ExportColumn.SETTLED_AT),
    ),
    (Filter("state", Message("State"), {"all": Message("all"), **_ITEM_STATES}),),
)

DESK: Final = ExportDesk(ExportMade, (REFERRALS, CASES, ITEMS))
