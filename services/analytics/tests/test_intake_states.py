"""How the states of reports and hand-offs follow from their events, also after a report was opened again."""

from uuid import uuid4

import pytest

from analytics.domain.rows import FOLDS
from analytics.domain.state import Report, SentReferral
from ansim.contracts import intake, type_of
from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    HarmType,
    HeardBy,
    OutsideAnswer,
    ReferralAnswer,
    ReferralProgress,
    ReferralTarget,
    ReopenReason,
    ReportOutcome,
    RevokeReason,
    Severity,
    YesNoUnknown,
)

WHO = {"person": uuid4()}
AT = {**WHO, "target": ReferralTarget.POLICE}
TRIAGED = intake.ReportTriaged(
    **WHO,
    severity=Severity.HIGH,
    harm_types=frozenset({HarmType.GROOMING}),
    age_band=AgeBand.UNKNOWN,
    minor=YesNoUnknown.UNKNOWN,
)
CLOSED = intake.ReportClosed(**WHO, outcome=ReportOutcome.ANSWERED)
REOPENED = intake.ReportReopened(**WHO, reason=ReopenReason.NEW_FACTS)
ACCEPTED = intake.ReferralAnswered(**AT, answer=ReferralAnswer.ACCEPTED, heard=uuid4())


def folded(*events: Event) -> Report | SentReferral:
    state = None
    for event in events:
        state = FOLDS[type_of(type(event))](state, event, 0, 0)
    return state


@pytest.mark.parametrize(
    ("before", "state"), [((TRIAGED,), "triaged"), ((intake.ReportAcknowledged(**WHO),), "acknowledged")]
)
def test_a_report_opened_again_is_where_it_had_come_to(before: tuple[Event, ...], state: str) -> None:
    """glpi #15605: reopening does not corrupt the figures."""
    assert folded(*before, CLOSED).state == "closed"
    assert folded(*before, CLOSED, REOPENED).state == state
    assert folded(*before, CLOSED, REOPENED, CLOSED).state == "closed"


def progress(said: ReferralProgress) -> Event:
    return intake.ReferralProgressNoted(**AT, progress=said, heard=uuid4())


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((ACCEPTED, progress(ReferralProgress.COMPLETED)), "accepted"),
        ((ACCEPTED, progress(ReferralProgress.DECLINED_AFTER_ACCEPTANCE)), "declined"),
        ((intake.ReferralRevoked(**AT, reason=RevokeReason.SENT_BY_MISTAKE),), "revoked"),
        ((intake.ReferralRevoked(**AT, reason=RevokeReason.SENT_BY_MISTAKE), ACCEPTED), "accepted"),
        ((intake.ReferralLapsed(**AT),), "lapsed"),
        ((intake.ReferralAnswerNoted(**AT, answer=OutsideAnswer.COMPLETED, heard_by=HeardBy.LETTER),), "accepted"),
        ((ACCEPTED, intake.ReferralAnswerNoted(**AT, answer=OutsideAnswer.REJECTED, heard_by=HeardBy.LETTER)), "rejected"),
    ],
)  # fmt: skip
def test_only_what_was_taken_on_and_kept_counts_as_accepted(events: tuple[Event, ...], state: str) -> None:
    assert folded(*events).state == state
