"""Intake: reports and the referrals it sends."""

from collections.abc import Mapping

from msgspec.structs import replace

from analytics.domain.folding import Fold, Row, Rows, Window, as_a, codes
from analytics.domain.state import Report, SentReferral, State
from ansim.contracts import codes as codes_of
from ansim.contracts import intake, type_of

_RANK = {"sent": 0, "received": 1, "accepted": 2, "rejected": 2, "revoked": 2, "lapsed": 2, "declined": 3}

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


def _reopened(state: State | None, data: intake.ReportReopened, day: int, micros: int) -> State:
    """Open again, as far as it had come."""
    known = as_a(Report, state)
    return replace(known, state="acknowledged" if known.severity == "unknown" else "triaged")


def _requested(state: State | None, data: intake.ReferralRequested, day: int, micros: int) -> State:
    return replace(as_a(SentReferral, state), target=data.target.value, sent_on=day)


def _answered(state: State | None, data: intake.ReferralAnswered, day: int, micros: int) -> State:
    """A late `received` never takes back an answer."""
    known, answer = as_a(SentReferral, state), data.answer.value
    return known if _RANK[answer] < _RANK[known.state] else replace(known, state=answer)


def _heard(state: State | None, data: intake.ReferralAnswerNoted, day: int, micros: int) -> State:
    """What an outside body said. Finished work had been accepted; a no after a yes is a refusal."""
    answer = "accepted" if data.answer == codes_of.OutsideAnswer.COMPLETED else data.answer.value
    return replace(as_a(SentReferral, state), state=answer)


def _progress(state: State | None, data: intake.ReferralProgressNoted, day: int, micros: int) -> State:
    """Work under way or ended stays accepted; only what was declined after all is accepted no more."""
    known = as_a(SentReferral, state)
    declined = data.progress == codes_of.ReferralProgress.DECLINED_AFTER_ACCEPTANCE
    return replace(known, state="declined") if declined else known


def _revoked(state: State | None, data: intake.ReferralRevoked, day: int, micros: int) -> State:
    return replace(as_a(SentReferral, state), state="revoked")


def _lapsed(state: State | None, data: intake.ReferralLapsed, day: int, micros: int) -> State:
    return replace(as_a(SentReferral, state), state="lapsed")


FOLDS: dict[str, Fold] = {
    type_of(intake.ReportSubmitted): _submitted,
    type_of(intake.ReportAcknowledged): _acknowledged,
    type_of(intake.ReportTriaged): _triaged,
    type_of(intake.ReportClosed): _closed,
    type_of(intake.ReportReopened): _reopened,
    type_of(intake.ReferralRequested): _requested,
    type_of(intake.ReferralAnswered): _answered,
    type_of(intake.ReferralAnswerNoted): _heard,
    type_of(intake.ReferralProgressNoted): _progress,
    type_of(intake.ReferralRevoked): _revoked,
    type_of(intake.ReferralLapsed): _lapsed,
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
