"""What may happen to a report, in any order people may try it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

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
from ansim.contracts.intake import ReportAcknowledged, ReportClosed, ReportSubmitted, ReportTriaged
from ansim.errors import DomainError
from intake.domain import report as rules
from intake.domain.report import MINOR_BANDS, Report, ReportState, evolve, may_be_emergency

PERSON = UUID(int=7)


def submitted(harm_types: frozenset[HarmType] = frozenset({HarmType.DISTRIBUTION})) -> Report:
    events = rules.submit(
        None,
        person=PERSON,
        reporter_role=ReporterRole.VICTIM,
        harm_types=harm_types,
        about_minor=YesNoUnknown.UNKNOWN,
        district=District.UNKNOWN,
        language=Language.KO,
    )
    return evolve(None, events[0])


def acknowledged() -> Report:
    report = submitted()
    return evolve(report, rules.acknowledge(report)[0])


def triaged(age_band: AgeBand = AgeBand.AGE_19_24, minor: YesNoUnknown = YesNoUnknown.NO) -> Report:
    report = acknowledged()
    events = rules.triage(
        report, severity=Severity.HIGH, harm_types={HarmType.GROOMING}, age_band=age_band, minor=minor
    )
    return evolve(report, events[0])


def refused(rule_name: str) -> "pytest.RaisesExc[DomainError]":
    return pytest.raises(DomainError, check=lambda error: error.rule == rule_name)


def test_a_report_without_any_kind_of_harm_is_refused_at_its_field() -> None:
    with pytest.raises(DomainError) as caught:
        submitted(frozenset())
    assert (caught.value.rule, caught.value.field) == ("harm_type_needed", "harm_types")


def test_a_report_is_acknowledged_once() -> None:
    with refused("already_acknowledged"):
        rules.acknowledge(acknowledged())


def test_nobody_triages_what_nobody_has_read() -> None:
    with refused("not_acknowledged"):
        rules.triage(
            submitted(),
            severity=Severity.LOW,
            harm_types={HarmType.OTHER},
            age_band=AgeBand.UNKNOWN,
            minor=YesNoUnknown.UNKNOWN,
        )


def test_a_judgement_may_be_corrected_while_the_report_is_open() -> None:
    again = rules.triage(
        triaged(),
        severity=Severity.LOW,
        harm_types={HarmType.OTHER},
        age_band=AgeBand.UNKNOWN,
        minor=YesNoUnknown.UNKNOWN,
    )
    assert evolve(triaged(), again[0]).severity is Severity.LOW


@pytest.mark.parametrize("age_band", sorted(MINOR_BANDS))
@pytest.mark.parametrize("minor", [YesNoUnknown.NO, YesNoUnknown.UNKNOWN])
def test_an_age_band_under_nineteen_is_a_minor(age_band: AgeBand, minor: YesNoUnknown) -> None:
    with pytest.raises(DomainError) as caught:
        triaged(age_band, minor)
    assert caught.value.field == "minor"


def test_handed_on_is_only_what_a_receiver_has_accepted() -> None:
    with refused("no_receiver_accepted"):
        rules.close(triaged(), outcome=ReportOutcome.REFERRED_ON, accepted=False)
    assert rules.close(triaged(), outcome=ReportOutcome.REFERRED_ON, accepted=True)


def test_a_closed_report_stays_as_it_is() -> None:
    report = triaged()
    closed = evolve(report, rules.close(report, outcome=ReportOutcome.ANSWERED, accepted=False)[0])
    with refused("report_closed"):
        rules.acknowledge(closed)
    with refused("report_closed"):
        rules.close(closed, outcome=ReportOutcome.ANSWERED, accepted=False)


@given(st.frozensets(st.sampled_from(HarmType)), st.sampled_from(YesNoUnknown))
def test_a_threat_is_read_as_an_emergency_whatever_else_was_ticked(
    harm_types: frozenset[HarmType], minor: YesNoUnknown
) -> None:
    assert may_be_emergency(harm_types | {HarmType.THREAT_TO_DISTRIBUTE}, minor)


def test_a_stream_without_a_beginning_is_not_a_report() -> None:
    with pytest.raises(ValueError, match="report"):
        evolve(None, ReportAcknowledged(person=PERSON))


class AnyOrder(RuleBasedStateMachine):
    """Commands in any order: the events always form one legal life."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.report: Report | None = None

    def decide(self, events: list[Event]) -> None:
        for event in events:
            self.events.append(event)
            self.report = evolve(self.report, event)

    @rule(harm_types=st.frozensets(st.sampled_from(HarmType), max_size=3), minor=st.sampled_from(YesNoUnknown))
    def submit(self, harm_types: frozenset[HarmType], minor: YesNoUnknown) -> None:
        try:
            self.decide(
                rules.submit(  # type: ignore[arg-type]
                    self.report,
                    person=PERSON,
                    reporter_role=ReporterRole.WITNESS,
                    harm_types=harm_types,
                    about_minor=minor,
                    district=District.JUNG,
                    language=Language.EN,
                )
            )
        except DomainError:
            assert self.report is not None or not harm_types

    @rule()
    def acknowledge(self) -> None:
        if self.report is not None:
            self.attempt(lambda report: rules.acknowledge(report))

    @rule(age_band=st.sampled_from(AgeBand), minor=st.sampled_from(YesNoUnknown), severity=st.sampled_from(Severity))
    def triage(self, age_band: AgeBand, minor: YesNoUnknown, severity: Severity) -> None:
        self.attempt(
            lambda report: rules.triage(
                report, severity=severity, harm_types={HarmType.OTHER}, age_band=age_band, minor=minor
            )
        )

    @rule(outcome=st.sampled_from(ReportOutcome), accepted=st.booleans())
    def close(self, outcome: ReportOutcome, accepted: bool) -> None:
        self.attempt(lambda report: rules.close(report, outcome=outcome, accepted=accepted))

    def attempt(self, decision: "object") -> None:
        if self.report is None:
            return
        before = self.report
        try:
            self.decide(decision(self.report))  # type: ignore[operator]
        except DomainError:
            assert self.report == before

    @invariant()
    def the_life_is_in_order(self) -> None:
        kinds = [type(event) for event in self.events]
        if kinds:
            assert kinds[0] is ReportSubmitted
        assert kinds.count(ReportSubmitted) <= 1
        assert kinds.count(ReportAcknowledged) <= 1
        assert kinds.count(ReportClosed) <= 1
        if ReportClosed in kinds:
            assert kinds[-1] is ReportClosed
        if ReportTriaged in kinds:
            assert kinds.index(ReportAcknowledged) < kinds.index(ReportTriaged)

    @invariant()
    def a_minors_band_says_minor(self) -> None:
        if self.report is not None and self.report.state is ReportState.TRIAGED:
            assert (self.report.age_band not in MINOR_BANDS) or self.report.minor is YesNoUnknown.YES


TestAnyOrder = AnyOrder.TestCase
