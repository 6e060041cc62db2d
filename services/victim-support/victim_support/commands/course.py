"""The course of a case beyond its first steps: the guardian's part, approval, watching, reopening."""

from datetime import date

from ansim.contracts.codes import CaseReopenReason, LegalBasis
from ansim.journal import Fact, Unit
from ansim.web.commands import Command, Line
from ansim.web.said import SEOUL
from victim_support.commands import loading
from victim_support.commands.case import AboutCase
from victim_support.domain import case as cases


class GuardianPart(Command):
    """Name and contact are sealed. A suspect's are not asked for."""

    suspect: bool
    basis: LegalBasis
    guardian: Line | None = None
    guardian_contact: Line | None = None


class ConsiderGuardian(AboutCase, GuardianPart):
    pass


class ApprovePlan(AboutCase):
    pass


class Rest(Command):
    next_check_on: date


class WatchCase(AboutCase, Rest):
    pass


class Reopening(Command):
    reason: CaseReopenReason


class ReopenCase(AboutCase, Reopening):
    pass


async def consider_guardian(unit: Unit, command: ConsiderGuardian) -> None:
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    texts = {"guardian": command.guardian or "", "guardian_contact": command.guardian_contact or ""}
    facts = cases.consider_guardian(case, suspect=command.suspect, basis=command.basis)
    await stream.append(*(Fact(event, {} if command.suspect else texts) for event in facts))


async def approve_plan(unit: Unit, command: ApprovePlan) -> None:
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    author = await unit.conn.fetchval("select plan_by from support_case where case_id = $1", command.case)
    await stream.append(*cases.approve_plan(case, author=author or "", by=unit.context.actor.subject))


async def watch_case(unit: Unit, command: WatchCase) -> None:
    await loading.hold(unit, command.case)
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    open_items = await loading.open_items(unit, command.case)
    today = unit.context.at.astimezone(SEOUL).date()
    await stream.append(*cases.watch(case, command.next_check_on, open_items=open_items, today=today))


async def reopen_case(unit: Unit, command: ReopenCase) -> None:
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    await stream.append(*cases.reopen(case, command.reason))
