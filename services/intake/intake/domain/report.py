"""A report (신고): submitted → acknowledged → triaged → closed → reopened. DOMAIN §4.

A second report is never refused, whoever sends it: nothing here looks at other reports. It may be linked to another one.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from ansim.clock import Clock
from ansim.contracts.base import Event
from ansim.contracts.codes import (
    AgeBand,
    DeadlineRule,
    District,
    HarmType,
    Language,
    ReferralTarget,
    ReopenReason,
    ReporterRole,
    ReportOutcome,
    ReportRelation,
    Severity,
    YesNoUnknown,
)
from ansim.contracts.intake import (
    ReportAcknowledged,
    ReportClaimed,
    ReportClosed,
    ReportDangerTold,
    ReportDeadlineMissed,
    ReportEvent,
    ReportLinked,
    ReportReleased,
    ReportReopened,
    ReportSignposted,
    ReportSubmitted,
    ReportTriaged,
)
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
    links: frozenset[tuple[UUID, ReportRelation]] = frozenset()
    signposted: bool = False
    imported: bool = False
    missed: frozenset[tuple[DeadlineRule, UUID]] = frozenset()
    """The clocks whose running out was told already."""


def evolve(report: Report | None, event: Event) -> Report:
    """The report after `event`. Knows every report event; raises ValueError for a stream that no decision could write."""
    if isinstance(event, ReportSubmitted):
        return Report(
            event.person,
            ReportState.SUBMITTED,
            event.harm_types,
            event.about_minor,
            event.district,
            imported=event.imported,
        )
    if report is None or not isinstance(event, ReportEvent):
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
        case ReportReopened():
            reached = ReportState.ACKNOWLEDGED if report.severity is None else ReportState.TRIAGED
            return replace(report, state=reached, outcome=None)
        case ReportLinked():
            return replace(report, links=report.links | {(event.other, event.relation)})
        case ReportSignposted():
            return replace(report, signposted=True)
        case ReportDeadlineMissed():
            return replace(report, missed=report.missed | {(event.rule, event.started_by)})
        case ReportClaimed() | ReportReleased() | ReportDangerTold():
            return report
        case _:
            raise ValueError(f"no report can follow from {event.type_name()} here")


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
    in_danger: bool = False,
    imported: bool = False,
) -> list[ReportEvent]:
    if report is not None:
        raise DomainError("already_submitted", None, Message("This report has already arrived."))
    if not harm_types:
        raise DomainError(
            "harm_type_needed", "harm_types", Message("Choose at least one. “Hard to choose” is one too.")
        )
    submitted = [
        ReportSubmitted(
            person=person,
            reporter_role=reporter_role,
            harm_types=frozenset(harm_types),
            about_minor=about_minor,
            district=district,
            language=language,
            imported=imported,
        )
    ]
    return [*submitted, ReportDangerTold(person=person)] if in_danger else [*submitted]


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

    What an outcome asks for depends on the outcome (Coop #736): “Referred on” is only what a receiver has accepted (DOMAIN §4:
    "done" is only what the receiver's event says); a duplicate names the other report; out of scope names who can help.
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
    if outcome is ReportOutcome.DUPLICATE and not any(r is ReportRelation.DUPLICATE_OF for _, r in report.links):
        raise DomainError("duplicate_of_what", "outcome", Message("Link the report that this one repeats first."))
    if outcome is ReportOutcome.OUT_OF_SCOPE and not report.signposted:
        raise DomainError("signpost_first", "outcome", Message("Say first who can help instead."))
    return [ReportClosed(person=report.person, outcome=outcome)]


def claim(report: Report, *, holder: str | None, by: str, take_over: bool) -> list[ReportEvent]:
    """Take a report on. `holder` works on it now, `by` wants to; somebody else's is only taken over when that is said."""
    _must_be_open(report)
    if holder == by:
        raise DomainError("already_yours", None, Message("You work on this report already."))
    if holder is not None and not take_over:
        raise DomainError(
            "claimed", None, Message("Somebody else works on this report. Take it over if that is agreed.")
        )
    return [ReportClaimed(person=report.person)]


def release(report: Report, *, holder: str | None) -> list[ReportEvent]:
    """Give it back to the queue. A supervisor may release anybody's."""
    if holder is None:
        raise DomainError("not_claimed", None, Message("Nobody works on this report."))
    return [ReportReleased(person=report.person)]


def link(
    report: Report, report_id: UUID, other: UUID, other_matter: frozenset[UUID], relation: ReportRelation
) -> list[ReportEvent]:
    """Say that it belongs to another report. `other_matter`: the reports that the other one is a duplicate of."""
    if other == report_id:
        raise DomainError("link_to_itself", "other", Message("This is the report itself."))
    if any(known == other for known, _ in report.links):
        raise DomainError("already_linked", "other", Message("These two reports are linked already."))
    if relation is ReportRelation.DUPLICATE_OF and report_id in other_matter:
        raise DomainError("duplicate_of_each_other", "other", Message("The other report is the duplicate of this one."))
    return [ReportLinked(person=report.person, other=other, relation=relation)]


def signpost(report: Report, places: Set[ReferralTarget]) -> list[ReportEvent]:
    """Note who can help instead of us, as the reporter was told."""
    _must_be_open(report)
    if not places:
        raise DomainError("place_needed", "places", Message("Choose at least one place that can help."))
    return [ReportSignposted(person=report.person, places=frozenset(places))]


def reopen(
    report: Report, reason: ReopenReason, *, closed_at: datetime, now: datetime, window: timedelta
) -> list[ReportEvent]:
    """Open a closed report again, within `window` of its closing. Later it is a new report, linked to this one."""
    if report.state is not ReportState.CLOSED:
        raise DomainError("not_closed", None, Message("This report is open."))
    if now - closed_at > window:
        raise DomainError(
            "window_over",
            None,
            Message("The time to reopen it has passed. Take a new report and link it to this one."),
        )
    return [ReportReopened(person=report.person, reason=reason)]


def come_back(report: Report, *, taken_on: bool) -> list[ReportEvent]:
    """A receiver declined after it had accepted. What was closed as handed on is open again when nobody else has it
    (`taken_on`), at whatever time: it must not lie between two desks."""
    if report.state is not ReportState.CLOSED or report.outcome is not ReportOutcome.REFERRED_ON or taken_on:
        return []
    return [ReportReopened(person=report.person, reason=ReopenReason.RECEIVER_DECLINED)]


def note_missed(report: Report, ran_out: Sequence[Clock]) -> list[ReportEvent]:
    """A fact for each clock that ran out and was not told yet. None of an imported report: nobody knows when it was read."""
    if report.imported:
        return []
    return [
        ReportDeadlineMissed(
            person=report.person,
            rule=clock.rule,
            started_by=clock.started_event,
            started_at=clock.started_at,
            due_at=clock.due_at,
        )
        for clock in ran_out
        if clock.key not in report.missed
    ]


def _must_be_open(report: Report) -> None:
    if report.state is ReportState.CLOSED:
        raise DomainError("report_closed", None, Message("This report is closed."))
