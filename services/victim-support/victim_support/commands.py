"""What staff of victim support can do: the only writers. Forms and the JSON API use the same models.

A command is a record (`About…`) and what is to be done with it; the API takes the record from the address and the rest
from the body. `seen` is the version of the record the person looked at; None means the caller did not look. Fields that are not given
when a referral is accepted are taken over from the referral.
"""

from datetime import date
from uuid import UUID

from pydantic import Field

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    CaseOutcome,
    District,
    Gender,
    HarmType,
    ItemOutcome,
    NotDeliveredReason,
    RejectionReason,
    SupportItemType,
)
from ansim.contracts.intake import ReferralRequested
from ansim.contracts.victim_support import ReferralReceived
from ansim.errors import NotFound
from ansim.journal import Fact, Stream, Unit
from ansim.web.commands import Command, Line, Text
from ansim.web.said import SEOUL
from victim_support.domain import case as cases
from victim_support.domain import item as items
from victim_support.domain import referral as referrals


class PersonFacts(Command):
    """What is sealed: it never leaves the journal's sealed column, and each look at it is on record."""

    name: Line
    contact: Line | None = None
    note: Text | None = None

    def sealed(self) -> dict[str, str]:
        texts = {"name": self.name, "contact": self.contact, "note": self.note}
        return {field: text for field, text in texts.items() if text}


class AboutReferral(Command):
    referral: UUID
    seen: int | None = None


class AboutCase(Command):
    case: UUID
    seen: int | None = None


class AboutItem(Command):
    item: UUID
    seen: int | None = None


class Acceptance(PersonFacts):
    age_band: AgeBand | None = None
    harm_types: frozenset[HarmType] = frozenset()


class AcceptReferral(AboutReferral, Acceptance):
    case: UUID | None = None


class Rejection(Command):
    reason: RejectionReason
    answered_by: AnsweredBy


class RejectReferral(AboutReferral, Rejection):
    pass


class Opening(PersonFacts):
    """Someone came by themselves, without a referral."""

    age_band: AgeBand
    gender: Gender
    district: District
    harm_types: frozenset[HarmType] = Field(min_length=1)


class OpenCase(Opening):
    id: UUID | None = None


class SafetyAnswer(Command):
    immediate_danger: bool


class CheckSafety(AboutCase, SafetyAnswer):
    pass


class Plan(Command):
    item_types: frozenset[SupportItemType] = Field(min_length=1)


class AgreePlan(AboutCase, Plan):
    pass


class Appointment(Command):
    item_type: SupportItemType
    due_on: date


class ScheduleItem(AboutCase, Appointment):
    """`seen` is the version of the case: a plan that changed meanwhile is shown first."""

    id: UUID | None = None


class Delivery(Command):
    outcome: ItemOutcome


class DeliverItem(AboutItem, Delivery):
    pass


class GivingUp(Command):
    reason: NotDeliveredReason


class GiveUpItem(AboutItem, GivingUp):
    pass


class Closing(Command):
    outcome: CaseOutcome


class CloseCase(AboutCase, Closing):
    pass


async def receive_referral(unit: Unit, referral: UUID, asked: ReferralRequested) -> None:
    """Note that a referral arrived, under a new pseudonym of ours. A referral that is here already changes nothing."""
    stream = await unit.stream("referral", referral, referrals.evolve)
    if stream.state is not None:
        return
    await stream.append(
        ReferralReceived(
            person=unit.ids(),
            referral=referral,
            severity=asked.severity,
            harm_types=asked.harm_types,
            age_band=asked.age_band,
            gender=asked.gender,
            district=asked.district,
        )
    )


async def accept_referral(unit: Unit, command: AcceptReferral) -> UUID:
    """Accept and open the case in one transaction. Returns the id of the case."""
    stream, referral = await _referral(unit, command.referral)
    stream.expect(command.seen)
    case_id = command.case or unit.ids()
    accepted = referrals.accept(referral, case_id)
    opened = cases.open_case(
        referral.person,
        referral=referral.referral,
        age_band=command.age_band or referral.age_band,
        gender=referral.gender,
        district=referral.district,
        harm_types=command.harm_types or referral.harm_types,
    )
    await stream.append(*accepted)
    await (await unit.stream("case", case_id, cases.evolve)).append(*(Fact(e, command.sealed()) for e in opened))
    return case_id


async def reject_referral(unit: Unit, command: RejectReferral) -> None:
    stream, referral = await _referral(unit, command.referral)
    stream.expect(command.seen)
    await stream.append(*referrals.reject(referral, command.reason, command.answered_by))


async def open_case(unit: Unit, command: OpenCase) -> UUID:
    """Open a case for someone who came by themselves, under a new pseudonym. Returns its id."""
    stream = await unit.stream("case", command.id or unit.ids(), cases.evolve)
    stream.expect(0)
    opened = cases.open_case(
        unit.ids(),
        referral=None,
        age_band=command.age_band,
        gender=command.gender,
        district=command.district,
        harm_types=command.harm_types,
    )
    await stream.append(*(Fact(event, command.sealed()) for event in opened))
    return stream.id


async def check_safety(unit: Unit, command: CheckSafety) -> None:
    stream, case = await _case(unit, command.case)
    stream.expect(command.seen)
    await stream.append(*cases.check_safety(case, immediate_danger=command.immediate_danger))


async def agree_plan(unit: Unit, command: AgreePlan) -> None:
    stream, case = await _case(unit, command.case)
    stream.expect(command.seen)
    await stream.append(*cases.agree_plan(case, command.item_types))


async def schedule_item(unit: Unit, command: ScheduleItem) -> UUID:
    """Fix a date for one service of the plan. Returns the id of the item."""
    await _hold(unit, command.case)
    stream, case = await _case(unit, command.case)
    stream.expect(command.seen)
    today = unit.context.at.astimezone(SEOUL).date()
    scheduled = items.schedule(case, command.case, command.item_type, command.due_on, today=today)
    item = await unit.stream("item", command.id or unit.ids(), items.evolve)
    item.expect(0)
    await item.append(*scheduled)
    return item.id


async def deliver_item(unit: Unit, command: DeliverItem) -> UUID:
    """Record that the service was given; from now on it counts. Returns the id of its case."""
    stream, item = await _item(unit, command.item)
    stream.expect(command.seen)
    _, case = await _case(unit, item.case)
    await stream.append(*items.deliver(item, case, command.outcome))
    return item.case


async def give_up_item(unit: Unit, command: GiveUpItem) -> UUID:
    """Record that it did not take place, and why. Returns the id of its case."""
    stream, item = await _item(unit, command.item)
    stream.expect(command.seen)
    _, case = await _case(unit, item.case)
    await stream.append(*items.give_up(item, case, command.reason))
    return item.case


async def close_case(unit: Unit, command: CloseCase) -> None:
    await _hold(unit, command.case)
    stream, case = await _case(unit, command.case)
    stream.expect(command.seen)
    open_items = await unit.conn.fetchval(
        "select count(*) from support_item where case_id = $1 and state = 'scheduled'", command.case
    )
    await stream.append(*cases.close(case, command.outcome, open_items=open_items))


async def _hold(unit: Unit, case: UUID) -> None:
    """Let no item appear while the case closes: both commands wait for each other on the case's row."""
    await unit.conn.execute("select 1 from support_case where case_id = $1 for update", case)


async def _referral(unit: Unit, referral_id: UUID) -> tuple[Stream[referrals.Referral], referrals.Referral]:
    stream = await unit.stream("referral", referral_id, referrals.evolve)
    if stream.state is None:
        raise NotFound("referral", referral_id)
    return stream, stream.state


async def _case(unit: Unit, case_id: UUID) -> tuple[Stream[cases.Case], cases.Case]:
    stream = await unit.stream("case", case_id, cases.evolve)
    if stream.state is None:
        raise NotFound("case", case_id)
    return stream, stream.state


async def _item(unit: Unit, item_id: UUID) -> tuple[Stream[items.Item], items.Item]:
    stream = await unit.stream("item", item_id, items.evolve)
    if stream.state is None:
        raise NotFound("item", item_id)
    return stream, stream.state
