"""What intake lets out of the house: its reports and its hand-offs, as codes and times."""

from typing import Final

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    ConsentState,
    District,
    ExportColumn,
    ExportedList,
    HarmType,
    Language,
    LegalBasis,
    ReferralTarget,
    RejectionReason,
    ReporterRole,
    ReportOutcome,
    Severity,
    YesNoUnknown,
)
from ansim.contracts.intake import ExportMade
from ansim.errors import Message
from ansim.exports import ExportDesk, Listing, column
from ansim.web.filters import Filter

from .finding import STATES as REPORT_STATES
from .queries import HAND_OFF_FILTERS, REPORT_FILTER, REPORT_FILTERS

STATES: Final = {state.value: words for state, words in REPORT_STATES.items()}

HAND_OFF_STATES: Final = {
    "sent": Message("Sent, arrival not confirmed"),
    "received": Message("Received, no answer yet"),
    "accepted": Message("Accepted"),
    "rejected": Message("Refused"),
    "in_progress": Message("Under way at the receiver"),
    "on_hold": Message("On hold at the receiver"),
    "completed": Message("Completed"),
    "failed": Message("Ended at the receiver without its goal"),
    "declined_after_acceptance": Message("Declined after acceptance"),
    "revoked": Message("Taken back"),
    "lapsed": Message("Lapsed without an answer"),
}

_PARTS: Final = " ".join(
    f"when '{name}' then referral.state in ({', '.join(repr(state.value) for state in states)})"
    for name, states in HAND_OFF_FILTERS.items()
    if states
)
_HAND_OFFS: Final = f"""
select referral.*, report.number as report_number, report.person
  from referral join report on report.id = referral.report
 where case $1 {_PARTS} else true end
 order by referral.number desc
"""  # noqa: S608 - made of constants

REPORTS: Final = Listing(
    ExportedList.REPORTS,
    "/reports",
    f"select * from report where {REPORT_FILTER} order by number desc",  # noqa: S608 - our own constants
    (
        column(ExportColumn.NUMBER),
        column(ExportColumn.STATE, STATES),
        column(ExportColumn.SEVERITY, Severity),
        column(ExportColumn.HARM_TYPES, HarmType),
        column(ExportColumn.REPORTER_ROLE, ReporterRole),
        column(ExportColumn.AGE_BAND, AgeBand),
        column(ExportColumn.MINOR, YesNoUnknown),
        column(ExportColumn.DISTRICT, District),
        column(ExportColumn.LANGUAGE, Language),
        column(ExportColumn.RECEIVED_AT, name="submitted_at"),
        column(ExportColumn.ACKNOWLEDGED_AT),
        column(ExportColumn.TRIAGED_AT),
        column(ExportColumn.DUE_AT),
        column(ExportColumn.CLOSED_AT),
        column(ExportColumn.OUTCOME, ReportOutcome),
        column(ExportColumn.MISSED),
    ),
    REPORT_FILTERS,
)

HAND_OFFS: Final = Listing(
    ExportedList.HAND_OFFS,
    "/hand-offs",
    _HAND_OFFS,
    (
        column(ExportColumn.REPORT_NUMBER),
        column(ExportColumn.TARGET, ReferralTarget),
        column(ExportColumn.STATE, HAND_OFF_STATES),
        column(ExportColumn.CONSENT, ConsentState),
        column(ExportColumn.LEGAL_BASIS, LegalBasis),
        column(ExportColumn.SENT_AT),
        column(ExportColumn.RECEIVED_AT),
        column(ExportColumn.ANSWERED_AT),
        column(ExportColumn.ANSWERED_BY, AnsweredBy),
        column(ExportColumn.REASON, RejectionReason),
        column(ExportColumn.DUE_AT),
        column(ExportColumn.MISSED),
    ),
    (
        Filter(
            "state",
            Message("State"),
            {
                "waiting": Message("Without an answer"),
                "accepted": Message("Accepted"),
                "ended": Message("Ended"),
                "refused": Message("Came back"),
                "all": Message("All"),
            },
        ),
    ),
)

DESK: Final = ExportDesk(ExportMade, (REPORTS, HAND_OFFS))
