"""What people at intake can do. Each function loads, lets the domain decide, and appends: the only writers here.

Forms, the JSON API and the founding history use the same models, so all of them are refused with the same sentences.
"""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    District,
    EnrolmentSource,
    Gender,
    HarmType,
    Language,
    LegalBasis,
    OverrideReason,
    ReferralTarget,
    ReporterRole,
    ReportOutcome,
    SchoolLevel,
    Severity,
    YesNoUnknown,
)
from ansim.errors import NotFound
from ansim.journal import Fact, Stream, Unit
from ansim.web.commands import Command, Storable

from .domain import referral as referrals
from .domain import report as reports
from .domain.receipt import receipt_digest
from .domain.referral import Consent, Referral
from .domain.report import Report

LONGEST_CONTACT: Final = 200
LONGEST_NARRATIVE: Final = 6_000
"""A form takes 64 kB, and a Korean character takes nine bytes of it: a longer text would be lost whole on its way."""


def _same_line_ends(text: object) -> object:
    """Browsers send two characters for a line's end and count one."""
    return text.replace("\r\n", "\n") if isinstance(text, str) else text


Narrative = Annotated[
    str,
    BeforeValidator(_same_line_ends),
    StringConstraints(max_length=LONGEST_NARRATIVE),
    Storable,
]
Contact = Annotated[str, StringConstraints(max_length=LONGEST_CONTACT), Storable]


class NewReport(Command):
    """What a reporter tells us. Only who and what are asked; everything else may stay open."""

    reporter_role: ReporterRole
    harm_types: frozenset[HarmType] = Field(min_length=1)
    about_minor: YesNoUnknown = YesNoUnknown.UNKNOWN
    district: District = District.UNKNOWN
    language: Language = Language.KO
    narrative: Narrative = ""
    contact: Contact = ""


class SubmitReport(NewReport):
    id: UUID | None = None


class OnReport(Command):
    """Something done to a report by a person who saw it at version `seen`; None means: whatever it is now."""

    report: UUID
    seen: int | None = Field(default=None, ge=1)


class AcknowledgeReport(OnReport):
    """Say that somebody has read it."""


class Judgement(Command):
    severity: Severity
    harm_types: frozenset[HarmType] = Field(min_length=1)
    age_band: AgeBand
    minor: YesNoUnknown


class TriageReport(Judgement, OnReport):
    """Judge urgency and kind."""


class HandOff(Command):
    """`source` is asked by counselling only, `override_reason` only without consent."""

    target: ReferralTarget
    consent: ConsentState
    legal_basis: LegalBasis
    override_reason: OverrideReason | None = None
    gender: Gender = Gender.UNKNOWN
    school_level: SchoolLevel = SchoolLevel.UNKNOWN
    source: EnrolmentSource | None = None


class ReferReport(HandOff, OnReport):
    """Hand a triaged report on."""

    id: UUID | None = None


class Ending(Command):
    outcome: ReportOutcome


class CloseReport(Ending, OnReport):
    """End the work on a report."""


async def submit_report(unit: Unit, command: SubmitReport, receipt: str | None = None) -> UUID:
    """Take a report in under a fresh pseudonym. `receipt` is the number given to the reporter; its digest is kept.

    Never refused because of other reports. Raises DomainError when `command.id` is taken.
    """
    report_id = command.id or unit.ids()
    stream = await unit.stream("report", report_id, reports.evolve)
    events = reports.submit(
        stream.state,
        person=unit.ids(),
        reporter_role=command.reporter_role,
        harm_types=command.harm_types,
        about_minor=command.about_minor,
        district=command.district,
        language=command.language,
    )
    await stream.append(
        *(Fact(event, {"narrative": command.narrative, "contact": command.contact}) for event in events)
    )
    if receipt is not None:
        await unit.conn.execute(
            "insert into receipt (digest, report) values ($1, $2)", receipt_digest(receipt), report_id
        )
    return report_id


async def acknowledge_report(unit: Unit, command: AcknowledgeReport) -> None:
    stream, report = await _report(unit, command.report, command.seen)
    await stream.append(*reports.acknowledge(report))


async def triage_report(unit: Unit, command: TriageReport) -> None:
    stream, report = await _report(unit, command.report, command.seen)
    await stream.append(
        *reports.triage(
            report,
            severity=command.severity,
            harm_types=command.harm_types,
            age_band=command.age_band,
            minor=command.minor,
        )
    )


async def refer_report(unit: Unit, command: ReferReport) -> UUID:
    """Send a hand-off. Two people who send the same report to the same receiver at once: the second is refused."""
    await unit.conn.execute("select 1 from report where id = $1 for update", command.report)
    _, report = await _report(unit, command.report, command.seen)
    events = referrals.request(
        report,
        command.report,
        target=command.target,
        open_targets=await _receivers_that_have_it(unit, command.report),
        consent=Consent(command.consent, command.legal_basis, command.override_reason),
        gender=command.gender,
        school_level=command.school_level,
        source=command.source,
    )
    referral_id = command.id or unit.ids()
    stream: Stream[Referral] = await unit.stream("referral", referral_id, referrals.evolve)
    stream.expect(0)
    await stream.append(*events)
    return referral_id


async def close_report(unit: Unit, command: CloseReport) -> None:
    stream, report = await _report(unit, command.report, command.seen)
    accepted = await unit.conn.fetchval(
        "select exists (select 1 from referral where report = $1 and state = 'accepted')", command.report
    )
    await stream.append(*reports.close(report, outcome=command.outcome, accepted=accepted))


async def _report(unit: Unit, report_id: UUID, seen: int | None) -> tuple[Stream[Report], Report]:
    stream = await unit.stream("report", report_id, reports.evolve)
    if stream.state is None:
        raise NotFound("report", report_id)
    stream.expect(seen)
    return stream, stream.state


async def _receivers_that_have_it(unit: Unit, report_id: UUID) -> frozenset[ReferralTarget]:
    rows = await unit.conn.fetch("select target from referral where report = $1 and state <> 'rejected'", report_id)
    return frozenset(ReferralTarget(row["target"]) for row in rows)
