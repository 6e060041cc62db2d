"""Cases: opening one without a referral, safety, plan and the end."""

from datetime import date
from uuid import UUID

from pydantic import Field

from ansim.contracts.codes import AgeBand, CaseOutcome, District, Gender, HarmType, SupportItemType
from ansim.journal import Fact, Unit
from ansim.web.commands import Command
from ansim.web.said import SEOUL
from victim_support.commands import loading
from victim_support.commands.assignment import first_worker
from victim_support.commands.person import PersonFacts
from victim_support.commands.progress import tell_begun, tell_ended
from victim_support.domain import case as cases


class AboutCase(Command):
    case: UUID
    seen: int | None = None


class Opening(PersonFacts):
    """Someone came by themselves, without a referral. `to` is the worker who takes the case on; none means oneself."""

    age_band: AgeBand
    gender: Gender
    district: District
    harm_types: frozenset[HarmType] = Field(min_length=1)
    to: UUID | None = None


class OpenCase(Opening):
    id: UUID | None = None


class SafetyAnswer(Command):
    immediate_danger: bool
    next_check_on: date | None = None


class CheckSafety(AboutCase, SafetyAnswer):
    pass


class Plan(Command):
    item_types: frozenset[SupportItemType] = Field(min_length=1)


class AgreePlan(AboutCase, Plan):
    pass


class Closing(Command):
    outcome: CaseOutcome


class CloseCase(AboutCase, Closing):
    pass


async def open_case(unit: Unit, command: OpenCase) -> UUID:
    """Open a case for someone who came by themselves, under a new pseudonym. Returns its id."""
    stream = await unit.stream("case", command.id or unit.ids(), cases.evolve)
    stream.expect(0)
    team, worker = await first_worker(unit, command.to)
    opened = cases.open_case(
        unit.ids(),
        referral=None,
        age_band=command.age_band,
        gender=command.gender,
        district=command.district,
        harm_types=command.harm_types,
        team=team,
        worker=worker,
    )
    await stream.append(*(Fact(event, command.sealed()) for event in opened))
    return stream.id


async def check_safety(unit: Unit, command: CheckSafety) -> None:
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    today = unit.context.at.astimezone(SEOUL).date()
    facts = cases.check_safety(
        case, immediate_danger=command.immediate_danger, next_check_on=command.next_check_on, today=today
    )
    await stream.append(*facts)


async def agree_plan(unit: Unit, command: AgreePlan) -> None:
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    agreed = cases.agree_plan(case, command.item_types)
    await tell_begun(unit, case.referral)
    await stream.append(*agreed)


async def close_case(unit: Unit, command: CloseCase) -> None:
    await loading.hold(unit, command.case)
    stream, case = await loading.case(unit, command.case)
    stream.expect(command.seen)
    open_items = await loading.open_items(unit, command.case)
    closed = cases.close(case, command.outcome, open_items=open_items)
    await tell_ended(unit, case.referral, command.outcome)
    await stream.append(*closed)
