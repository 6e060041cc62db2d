"""Intake: reports and the referrals it sends."""

from collections.abc import Mapping

from msgspec.structs import replace

from analytics.domain.folding import Fold, Row, Rows, Window, as_a, codes
from analytics.domain.state import Report, SentReferral, State
from ansim.contracts import intake, type_of

_RANK = {"sent": 0, "received": 1, "accepted": 2, "rejected": 2}

ATTRIBUTES = {
    "report": frozenset({"state", "day", "severity", "harm_types"}),
    "referral": frozenset({"state", "target", "day"}),
}


def _submitted(state: State | None, data: intake.ReportSubmitted, day: int, micros: int) -> State:
    return replace(as_a(Report, state), received_on=day, harm_types=codes(data.harm_types))


def _acknowledged(state: State | None, data: intake.ReportAcknowledged, day: int, micros: int) -> State:
    return replace(as_a(Report, state), state="acknowledged")


def _triaged(state: State | None, data: intake.ReportTriaged, day: int, micros: int) -> State:
    known = as_a(Report, state)
    return replace(known, state="triaged", severity=data.severity.value, harm_types=codes(data.harm_types))


def _closed(state: State | None, data: intake.ReportClosed, day: int, micros: int) -> State:
    return replace(as_a(Report, state), state="closed")


def _requested(state: State | None, data: intake.ReferralRequested, day: int, micros: int) -> State:
    return replace(as_a(SentReferral, state), target=data.target.value, sent_on=day)


def _answered(state: State | None, data: intake.ReferralAnswered, day: int, micros: int) -> State:
    """A late `received` never takes back an answer."""
    known, answer = as_a(SentReferral, state), data.answer.value
    return known if _RANK[answer] < _RANK[known.state] else replace(known, state=answer)


FOLDS: dict[str, Fold] = {
    type_of(intake.ReportSubmitted): _submitted,
    type_of(intake.ReportAcknowledged): _acknowledged,
    type_of(intake.ReportTriaged): _triaged,
    type_of(intake.ReportClosed): _closed,
    type_of(intake.ReferralRequested): _requested,
    type_of(intake.ReferralAnswered): _answered,
}


def rows(streams: Mapping[str, State], window: Window, wanted: frozenset[str]) -> Rows:
    reports: list[Row] = []
    referrals: list[Row] = []
    for state in streams.values():
        if isinstance(state, Report) and window.holds(state.received_on):
            reports.append(
                {
                    "state": state.state,
                    "day": str(state.received_on),
                    "severity": state.severity,
                    "harm_types": state.harm_types,
                }
            )
        elif isinstance(state, SentReferral) and window.holds(state.sent_on):
            referrals.append({"state": state.state, "target": state.target, "day": str(state.sent_on)})
    return {"report": reports, "referral": referrals}
