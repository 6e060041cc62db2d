"""What intake takes in from a centre's spreadsheet: one row, one report (docs/imports.md)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from ansim.access import Role
from ansim.contracts.codes import AgeBand, District, HarmType, ReporterRole, ReportOutcome, Severity, YesNoUnknown
from ansim.errors import Message
from ansim.imports import Column, Deed, Import, Kind, RowErrors
from ansim.journal import Unit

from .commands import (
    AcknowledgeReport,
    CloseReport,
    SubmitReport,
    TriageReport,
    acknowledge_report,
    close_report,
    submit_report,
    triage_report,
)
from .domain.report import ADULT_BANDS, MINOR_BANDS

COLUMNS: Final = (
    Column("external_number", "접수번호", "Your own number of the report. It tells whether the report is here already; it is not kept.",
           "기관의 접수 번호. 이미 있는 신고인지 가리는 데만 쓰고 저장하지 않습니다.", required=True),
    Column("reported_on", "신고일", "The day, or day and time, of the report.", "신고한 날, 또는 날과 시각.", Kind.DAY, required=True),
    Column("reporter_role", "신고자", "Who reported.", "누가 신고했는지.", Kind.CODE, ReporterRole, required=True),
    Column("harm_types", "피해 유형", "One or more, with ; between.", "하나 이상, ; 로 나눔.", Kind.CODES, HarmType, required=True),
    Column("about_minor", "미성년", "Is it about a minor? Empty means not known.", "미성년자의 일인지. 비우면 모름.", Kind.CODE, YesNoUnknown),
    Column("district", "자치구", "Where it concerns. Empty means not known.", "어느 구의 일인지. 비우면 모름.", Kind.CODE, District),
    Column("narrative", "신고 내용", "What was told.", "무엇을 말했는지.", personal=True),
    Column("contact", "연락 방법", "How to reach the reporter.", "신고자에게 연락할 방법.", personal=True),
    Column("severity", "긴급도", "Empty: the report waits for triage.", "비우면 초기 분류를 기다립니다.", Kind.CODE, Severity),
    Column("age_band", "연령대", "Of the person concerned; with severity only.", "당사자의 나이. 긴급도와 함께.", Kind.CODE, AgeBand),
    Column("closed_on", "종결일", "The day on which work on it ended. Empty: the report is open.", "일을 마친 날. 비우면 진행 중.", Kind.DAY),
    Column("outcome", "종결 결과", "How it ended; with closed_on only: answered, bad_faith or withdrawn_by_reporter.",
           "어떻게 끝났는지. 종결일과 함께: answered, bad_faith, withdrawn_by_reporter.", Kind.CODE, ReportOutcome),
)  # fmt: skip

ENDINGS: Final = frozenset({ReportOutcome.ANSWERED, ReportOutcome.BAD_FAITH, ReportOutcome.WITHDRAWN_BY_REPORTER})
"""What can be said of an earlier report without anything else of it being here: a referral, or the other report."""


def deeds(values: Mapping[str, Any], report: UUID) -> Sequence[Deed]:
    """Taken in at its own day; judged and closed as the row says. Nobody knows when that was done, so no deadline is
    judged by it (`ReportSubmitted.imported`)."""
    reported, closed, outcome = values["reported_on"], values.get("closed_on"), values.get("outcome")
    _check_end(reported, closed, outcome)
    minor = values.get("about_minor", YesNoUnknown.UNKNOWN)
    submission = SubmitReport(
        id=report,
        reporter_role=values["reporter_role"],
        harm_types=values["harm_types"],
        about_minor=minor,
        district=values.get("district", District.UNKNOWN),
        narrative=values.get("narrative", ""),
        contact=values.get("contact", ""),
    )
    steps = [Deed(reported, partial(_submit, submission))]
    severity, band = values.get("severity"), values.get("age_band", AgeBand.UNKNOWN)
    if severity is None and "age_band" in values:
        raise RowErrors([("severity", Message("The age band belongs to a judgement. Fill in the urgency too."))])
    if severity is not None or outcome is not None:
        steps.append(Deed(reported, partial(_acknowledge, AcknowledgeReport(report=report))))
    if severity is not None:
        judgement = TriageReport(
            report=report,
            severity=severity,
            harm_types=values["harm_types"],
            age_band=band,
            minor=_minor(band, minor),
        )
        steps.append(Deed(reported, partial(_triage, judgement)))
    if outcome is not None and closed is not None:
        steps.append(Deed(closed, partial(_close, CloseReport(report=report, outcome=outcome))))
    return steps


def _check_end(reported: Any, closed: Any, outcome: ReportOutcome | None) -> None:
    if (closed is None) != (outcome is None):
        missing = "outcome" if outcome is None else "closed_on"
        raise RowErrors([(missing, Message("A report that has ended needs both its last day and how it ended."))])
    if closed is not None and closed < reported:
        raise RowErrors([("closed_on", Message("This day lies before the first one. Check both."))])
    if outcome is not None and outcome not in ENDINGS:
        raise RowErrors(
            [("outcome", Message("This ending names a hand-off or another report, which are not here. Leave it open."))]
        )


def _minor(band: AgeBand, said: YesNoUnknown) -> YesNoUnknown:
    if band in MINOR_BANDS:
        return YesNoUnknown.YES
    return YesNoUnknown.NO if band in ADULT_BANDS else said


async def _submit(command: SubmitReport, unit: Unit) -> None:
    await submit_report(unit, command, imported=True)


async def _acknowledge(command: AcknowledgeReport, unit: Unit) -> None:
    await acknowledge_report(unit, command)


async def _triage(command: TriageReport, unit: Unit) -> None:
    await triage_report(unit, command)


async def _close(command: CloseReport, unit: Unit) -> None:
    await close_report(unit, command)


IMPORTS: Final = Import("reports", COLUMNS, deeds, (Role.intake_officer, Role.supervisor))
