"""One person's way through the service: accepted, asked about safety, planned, supported, closed."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Role, demo_staff
from ansim.contracts.codes import (
    AgeBand,
    CaseOutcome,
    HarmType,
    ItemOutcome,
    LegalBasis,
    NotDeliveredReason,
    SupportItemType,
)
from ansim.history import Step, VictimCase, World, victims
from ansim.journal import Unit
from ansim.web.said import SEOUL
from victim_support.commands import (
    AcceptReferral,
    AgreePlan,
    ApprovePlan,
    CheckSafety,
    CloseCase,
    ConsiderGuardian,
    DeliverItem,
    GiveUpItem,
    ScheduleItem,
    accept_referral,
    agree_plan,
    approve_plan,
    check_safety,
    close_case,
    consider_guardian,
    deliver_item,
    give_up_item,
    schedule_item,
)
from victim_support.history.office_hours import at, days_between, office_hour
from victim_support.history.people import contact_of, name_of, note_of

STILL_OPEN_SHARE: Final = 0.14
WORKERS: Final = tuple(each for each in demo_staff() if Role.support_worker in each.roles)
"""Whose cases these are: the invented workers of both teams, turn by turn. Other worlds know the teams only."""

_WEIGHTS: Final = {
    SupportItemType.COUNSELLING: 10,
    SupportItemType.DELETION: 6,
    SupportItemType.POLICE_ACCOMPANIMENT: 4,
    SupportItemType.COMPLAINT_WRITING: 3,
    SupportItemType.LEGAL: 4,
    SupportItemType.PSYCHOLOGICAL: 5,
    SupportItemType.MEDICAL: 2,
    SupportItemType.DAILY_RECOVERY: 2,
}
_OUTCOMES: Final = (CaseOutcome.GOALS_MET, CaseOutcome.PERSON_ENDED, CaseOutcome.MOVED_ON, CaseOutcome.CONTACT_LOST)


def case_histories(world: World) -> "list[CaseHistory]":
    """Everybody's way through the service, in the order of the founding plan."""
    return [CaseHistory(world, victim, world.rng("victim-support", victim.index)) for victim in victims(world)]


@dataclass(frozen=True, slots=True)
class Service:
    """One support item to be: fixed at `fixed`, settled at `settled`, delivered unless `reason` says why not."""

    key: str
    item_type: SupportItemType
    fixed: datetime
    due_on: date
    settled: datetime
    outcome: ItemOutcome
    reason: NotDeliveredReason | None


class CaseHistory:
    """One person's way through the service."""

    def __init__(self, world: World, victim: VictimCase, rng: Random) -> None:
        self.world, self.victim, self._rng = world, victim, rng
        self.stays_open = rng.random() < STILL_OPEN_SHARE
        first = office_hour(victim.reported_at + timedelta(days=rng.uniform(3, 6)), rng)
        self._accepted = first
        self._checked = first + timedelta(minutes=rng.randint(20, 90))
        self._threatened = HarmType.THREAT_TO_DISTRIBUTE in victim.harm_types
        self._planned = office_hour(first + timedelta(days=rng.uniform(1, 4)), rng)
        self._checked_again = office_hour(self._planned + timedelta(days=rng.uniform(7, 40)), rng)
        self._types = self._kinds_of_support()
        self.services = self._plan_all()

    def steps(self) -> Iterator[Step]:
        yield self._step("accept", self._accepted, self._accept, self._arrived)
        yield self._step("safety", self._checked, self._check_safety)
        if self.victim.age_band is AgeBand.UNDER_14:
            yield self._step("guardian", self._checked + timedelta(minutes=5), self._consider_guardian)
        yield self._step("plan", self._planned, self._agree_plan)
        yield self._step("approve", self._planned + timedelta(minutes=3), self._approve_plan)
        if self._threatened:
            yield self._step("safety-again", self._checked_again, partial(self._check_safety, again=True))
        for service in self.services:
            yield self._step(f"{service.key}/fix", service.fixed, partial(self._fix, service))
            yield self._step(f"{service.key}/settle", service.settled, partial(self._settle, service))
        if not self.stays_open:
            yield self._step("close", self._closed_at(), self._close)

    def _step(
        self,
        name: str,
        at: datetime,
        run: Callable[[Unit], Awaitable[object]],
        ready: Callable[[asyncpg.Connection], Awaitable[bool]] | None = None,
    ) -> Step:
        return Step(f"victim-support/{self.victim.index}/{name}", at, run, ready)

    # what the commands get

    async def _arrived(self, conn: asyncpg.Connection) -> bool:
        found = await conn.fetchval("select true from referral where referral = $1", self.victim.referral)
        return found is not None

    async def _accept(self, unit: Unit) -> None:
        index = self.victim.index
        worker = WORKERS[index % len(WORKERS)]
        unit.context = replace(unit.context, team=worker.team)
        await accept_referral(
            unit,
            AcceptReferral(
                referral=self.victim.referral,
                case=self.victim.case,
                name=name_of(index),
                contact=contact_of(index),
                note=note_of(index),
                age_band=self.victim.age_band,
                harm_types=self.victim.harm_types,
                to=worker.member if self.world.founding else None,
            ),
        )

    async def _check_safety(self, unit: Unit, *, again: bool = False) -> None:
        danger = self._threatened and not again
        await check_safety(unit, CheckSafety(case=self.victim.case, immediate_danger=danger))

    async def _agree_plan(self, unit: Unit) -> None:
        await agree_plan(unit, AgreePlan(case=self.victim.case, item_types=frozenset(self._types)))

    async def _consider_guardian(self, unit: Unit) -> None:
        suspect = self.victim.index % 5 == 0
        basis = LegalBasis.VITAL_INTEREST if suspect else LegalBasis.GUARDIAN_CONSENT
        command = ConsiderGuardian(case=self.victim.case, suspect=suspect, basis=basis)
        await consider_guardian(unit, command)

    async def _approve_plan(self, unit: Unit) -> None:
        """The second person of the played history: never the plan's author."""
        unit.context = replace(unit.context, actor=replace(unit.context.actor, subject="system:history-approval"))
        await approve_plan(unit, ApprovePlan(case=self.victim.case))

    async def _fix(self, service: Service, unit: Unit) -> None:
        await schedule_item(
            unit,
            ScheduleItem(
                case=self.victim.case,
                id=self._item_id(service),
                item_type=service.item_type,
                due_on=service.due_on,
            ),
        )

    async def _settle(self, service: Service, unit: Unit) -> None:
        if service.reason is None:
            await deliver_item(unit, DeliverItem(item=self._item_id(service), outcome=service.outcome))
        else:
            await give_up_item(unit, GiveUpItem(item=self._item_id(service), reason=service.reason))

    async def _close(self, unit: Unit) -> None:
        outcome = self.world.rng("victim-support", "outcome", self.victim.index).choices(_OUTCOMES, (70, 15, 9, 6))[0]
        await close_case(unit, CloseCase(case=self.victim.case, outcome=outcome))

    def _item_id(self, service: Service) -> UUID:
        return self.world.uuid("item", self.victim.index, service.key)

    # when and what

    def _kinds_of_support(self) -> list[SupportItemType]:
        wanted = self._rng.randint(3, 6)
        kinds: list[SupportItemType] = [SupportItemType.COUNSELLING]
        while len(kinds) < wanted:
            kind = self._rng.choices(tuple(_WEIGHTS), tuple(_WEIGHTS.values()))[0]
            if kind not in kinds:
                kinds.append(kind)
        return kinds

    def _plan_all(self) -> list[Service]:
        rng, victim = self._rng, self.victim
        fruitless = rng.choice((0, 0, 1, 1, 2))
        given = [True] * victim.items + [False] * fruitless
        rng.shuffle(given)
        days = days_between(self._planned, len(given), rng)
        return [
            self._service(number, day, counts) for number, (day, counts) in enumerate(zip(days, given, strict=True))
        ]

    def _service(self, number: int, day: date, counts: bool) -> Service:
        rng = self._rng
        settled = at(day, rng)
        fixed = max(settled - timedelta(days=rng.uniform(3, 14)), self._planned + timedelta(minutes=5 + number))
        late_by = rng.choices((0, 1, 3), (85, 10, 5))[0]
        due_on = max(day - timedelta(days=late_by), fixed.astimezone(SEOUL).date())
        return Service(
            key=f"item-{number}",
            item_type=rng.choices(self._types, [_WEIGHTS[kind] for kind in self._types])[0],
            fixed=fixed,
            due_on=due_on,
            settled=settled,
            outcome=rng.choices(tuple(ItemOutcome), (74, 10, 16))[0],
            reason=None if counts else rng.choice(tuple(NotDeliveredReason)),
        )

    def _closed_at(self) -> datetime:
        rng = self.world.rng("victim-support", "closed", self.victim.index)
        return at(date(2021, 1, 4) + timedelta(days=rng.randint(0, 135)), rng)
