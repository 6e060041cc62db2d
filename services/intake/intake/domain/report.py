"""A report (신고): submitted → acknowledged → triaged → closed. DOMAIN §4.

A second report is never refused, whoever sends it: nothing here looks at other reports.
"""

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    District,
    HarmType,
    Language,
    ReporterRole,
    ReportOutcome,
    Severity,
    YesNoUnknown,
)
from ansim.contracts.intake import ReportAcknowledged, ReportClosed, ReportEvent, ReportSubmitted, ReportTriaged
from ansim.errors import DomainError, Message

MINOR_BANDS = frozenset({AgeBand.UNDER_14, AgeBand.AGE_14_16, AgeBand.AGE_17_18})
ADULT_BANDS = frozenset({AgeBand.AGE_19_24, AgeBand.AGE_25_PLUS})
UNDER_THREAT = frozenset({HarmType.THREAT_TO_DISTRIBUTE, HarmType.SEXTORTION})


class ReportState(StrEnum):
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    TRIAGED = "triaged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Report:
    person: UUID
    state: ReportState
    harm_types: Set[HarmType]
    about_minor: YesNoUnknown
    district: District
    severity: Severity | None = None
    age_band: AgeBand = AgeBand.UNKNOWN
    minor: YesNoUnknown = YesNoUnknown.UNKNOWN
    outcome: ReportOutcome | None = None


def evolve(report: Report | None, event: Event) -> Report:
    """The report after `event`. Knows every report event; raises ValueError for a stream that no decision could write."""
    if isinstance(event, ReportSubmitted):
        return Report(event.person, ReportState.SUBMITTED, event.harm_types, event.about_minor, event.district)
    if report is None or not isinstance(event, ReportAcknowledged | ReportTriaged | ReportClosed):
        raise ValueError(f"no report can follow from {event.type_name()} here")
    match event:
        case ReportAcknowledged():
            return replace(report, state=ReportState.ACKNOWLEDGED)
        case ReportTriaged():
            return replace(
                report,
                state=ReportState.TRIAGED,
                severity=event.severity,
                harm_types=event.harm_types,
                age_band=event.age_band,
                minor=event.minor,
            )
        case ReportClosed():
            return replace(report, state=ReportState.CLOSED, outcome=event.outcome)
        case _:
            assert_never(event)


def may_be_emergency(harm_types: Set[HarmType], about_minor: YesNoUnknown) -> bool:
    """Before triage nobody has judged the urgency, so what the reporter ticked decides how soon a person reads it.

    A threat under way, or a child being groomed, is read as an emergency until triage says otherwise.
    """
    groomed_child = HarmType.GROOMING in harm_types and about_minor is YesNoUnknown.YES
    return groomed_child or bool(UNDER_THREAT & harm_types)


def submit(
    report: Report | None,
    *,
    person: UUID,
    reporter_role: ReporterRole,
    harm_types: Set[HarmType],
    about_minor: YesNoUnknown,
    district: District,
    language: Language,
) -> list[ReportEvent]:
    if report is not None:
        raise DomainError("already_submitted", None, Message("This report has already arrived."))
    if not harm_types:
        raise DomainError(
            "harm_type_needed", "harm_types", Message("Choose at least one. “Hard to choose” is one too.")
        )
    return [
        ReportSubmitted(
            person=person,
            reporter_role=reporter_role,
            harm_types=frozenset(harm_types),
            about_minor=about_minor,
            district=district,
            language=language,
        )
    ]


def acknowledge(report: Report) -> list[ReportEvent]:
    """Somebody has read it. Said once: the clock that it stops has one end."""
    _must_be_open(report)
    if report.state is not ReportState.SUBMITTED:
        raise DomainError("already_acknowledged", None, Message("Someone has already acknowledged this report."))
    return [ReportAcknowledged(person=report.person)]


def triage(
    report: Report, *, severity: Severity, harm_types: Set[HarmType], age_band: AgeBand, minor: YesNoUnknown
) -> list[ReportEvent]:
    """Judge urgency and kind. May be repeated while the report is open; the latest judgement holds."""
    _must_be_open(report)
    if report.state is ReportState.SUBMITTED:
        raise DomainError("not_acknowledged", None, Message("Acknowledge the report first."))
    if not harm_types:
        raise DomainError("harm_type_needed", "harm_types", Message("Choose at least one kind of harm."))
    if age_band in MINOR_BANDS and minor is not YesNoUnknown.YES:
        raise DomainError("age_and_minor_differ", "minor", Message("This age band is a minor. Choose “yes”."))
    if age_band in ADULT_BANDS and minor is YesNoUnknown.YES:
        raise DomainError("age_and_minor_differ", "minor", Message("This age band is an adult. Choose “no”."))
    return [
        ReportTriaged(
            person=report.person, severity=severity, harm_types=frozenset(harm_types), age_band=age_band, minor=minor
        )
    ]


def close(report: Report, *, outcome: ReportOutcome, accepted: bool) -> list[ReportEvent]:
    """End the work on a report. `accepted`: some receiver has accepted one of its hand-offs.

    “Referred on” is only what a receiver has accepted (DOMAIN §4: "done" is only what the receiver's event says).
    A hand-off still unanswered does not stop the closing: it keeps its own ring and clock.
    """
    _must_be_open(report)
    if report.state is ReportState.SUBMITTED:
        raise DomainError("not_acknowledged", None, Message("Acknowledge the report first."))
    if outcome is ReportOutcome.REFERRED_ON and not accepted:
        raise DomainError(
            "no_receiver_accepted",
            "outcome",
            Message("No receiver has accepted this report yet, so it is not handed on."),
        )
    return [ReportClosed(person=report.person, outcome=outcome)]


def _must_be_open(report: Report) -> None:
    if report.state is ReportState.CLOSED:
        raise DomainError("report_closed", None, Message("This report is closed."))
