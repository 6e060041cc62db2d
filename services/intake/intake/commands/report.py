"""What people do with a report."""

import json
import re
from datetime import datetime
from uuid import UUID

from ansim.contracts.codes import DeadlineRule, ReportRelation
from ansim.errors import DomainError, Message
from ansim.journal import Fact, Unit

from ..domain import questions
from ..domain import report as reports
from ..rulebook import RULES
from .loading import hold_report, load_report, taken_on, tell_missed_of_report
from .mailbox import open_mailbox
from .models import (
    AcknowledgeReport,
    ClaimReport,
    CloseReport,
    LinkReport,
    ReleaseReport,
    ReopenReport,
    SignpostReport,
    SubmitReport,
    TriageReport,
)


async def submit_report(
    unit: Unit, command: SubmitReport, receipt: bytes | None = None, *, imported: bool = False
) -> UUID:
    """Take a report in under a fresh pseudonym. `receipt` is the digest of the number given to the reporter.
    An `imported` report has no mailbox: nobody holds a number for one.

    Never refused because of other reports. Raises DomainError when `command.id` is taken, and at an answer to a question
    that this reporter is not asked.
    """
    answers = command.answers()
    questions.check_asked(command.reporter_role, command.about_minor, answers)
    report_id = command.id or unit.ids()
    known = await unit.stream("report", command.id, reports.evolve) if command.id else None
    stream = known or unit.begin("report", report_id, reports.evolve)
    person = unit.ids()
    events = reports.submit(
        stream.state,
        person=person,
        reporter_role=command.reporter_role,
        harm_types=command.harm_types,
        about_minor=command.about_minor,
        district=command.district,
        language=command.language,
        in_danger=questions.says_danger(answers),
        imported=imported,
    )
    told = {
        "narrative": command.narrative,
        "contact": command.contact,
        "answers": json.dumps(answers) if answers else "",
    }
    texts = {name: text for name, text in told.items() if text}
    if texts:
        await unit.make_key(person)
    submitted, *also = events
    await stream.append(Fact(submitted, texts), *also)
    if not imported:
        await open_mailbox(unit, report_id, person, command.language)
    if receipt is not None:
        await unit.conn.execute("insert into receipt (digest, report) values ($1, $2)", receipt, report_id)
    return report_id


async def acknowledge_report(unit: Unit, command: AcknowledgeReport) -> None:
    stream, report = await load_report(unit, command.report, command.seen)
    await stream.append(*reports.acknowledge(report))
    await tell_missed_of_report(unit, command.report)


async def triage_report(unit: Unit, command: TriageReport) -> None:
    stream, report = await load_report(unit, command.report, command.seen)
    await stream.append(
        *reports.triage(
            report,
            severity=command.severity,
            harm_types=command.harm_types,
            age_band=command.age_band,
            minor=command.minor,
        )
    )
    await tell_missed_of_report(unit, command.report)


async def close_report(unit: Unit, command: CloseReport) -> None:
    stream, report = await load_report(unit, command.report, command.seen)
    accepted = await taken_on(unit, command.report)
    await stream.append(*reports.close(report, outcome=command.outcome, accepted=accepted))
    await tell_missed_of_report(unit, command.report)


async def claim_report(unit: Unit, command: ClaimReport) -> None:
    """Take a report on. Two who do so at once: the second is told who was first."""
    await hold_report(unit, command.report)
    stream, report = await load_report(unit, command.report, command.seen)
    holder = await _holder(unit, command.report)
    await stream.append(
        *reports.claim(report, holder=holder, by=unit.context.actor.subject, take_over=command.take_over)
    )


async def release_report(unit: Unit, command: ReleaseReport) -> None:
    await hold_report(unit, command.report)
    stream, report = await load_report(unit, command.report, command.seen)
    await stream.append(*reports.release(report, holder=await _holder(unit, command.report)))


async def link_report(unit: Unit, command: LinkReport) -> None:
    """Link two reports. The other one is named by its number, as staff tell it to each other."""
    stream, report = await load_report(unit, command.report, command.seen)
    other = await _report_of_number(unit, command.other)
    _, other_report = await load_report(unit, other)
    repeats = frozenset(to for to, relation in other_report.links if relation is ReportRelation.DUPLICATE_OF)
    await stream.append(*reports.link(report, command.report, other, repeats, command.relation))


async def signpost_report(unit: Unit, command: SignpostReport) -> None:
    stream, report = await load_report(unit, command.report, command.seen)
    await stream.append(*reports.signpost(report, command.places))


async def reopen_report(unit: Unit, command: ReopenReport) -> None:
    """Open it again, within the window that was in force when it was closed."""
    stream, report = await load_report(unit, command.report, command.seen)
    closed_at: datetime | None = await unit.conn.fetchval("select closed_at from report where id = $1", command.report)
    rules = await RULES.read(unit.conn)
    now = unit.context.at
    window = rules.period(DeadlineRule.REOPEN_WINDOW, closed_at or now)
    await stream.append(*reports.reopen(report, command.reason, closed_at=closed_at or now, now=now, window=window))


async def _holder(unit: Unit, report: UUID) -> str | None:
    holder: str | None = await unit.conn.fetchval("select claimed_by from report where id = $1", report)
    return holder


async def _report_of_number(unit: Unit, name: str) -> UUID:
    digits = re.sub(r"^\s*[Rr]?\s*[-–]?\s*", "", name).strip()
    found: UUID | None = None
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        found = await unit.conn.fetchval("select id from report where number = $1", int(digits))
    if found is None:
        raise DomainError("no_such_report", "other", Message("There is no report with this number."))
    return found
