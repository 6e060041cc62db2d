"""Invented cases that lie open on the day the history is played, in every state, so that the lists look as on a working day.

Nothing is delivered in them: they change no figure.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from ansim.access import Role, demo_staff
from ansim.contracts.codes import (
    AgeBand,
    CaseReopenReason,
    CheckResult,
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    District,
    Gender,
    HarmType,
    LegalBasis,
    OverrideReason,
    Platform,
    PlatformAction,
    ReportChannel,
    RescheduleReason,
    SupportItemType,
)
from ansim.history import Step, World
from ansim.journal import Actor, Unit
from ansim.web.said import SEOUL
from victim_support import commands as c
from victim_support.commands import deletion as d

H, K, P, R, C = HarmType, SupportItemType, ConsentPurpose, ConsentRecipient, ConsentContent
WORKERS: Final = tuple(each for each in demo_staff() if Role.support_worker in each.roles)

Act = Callable[["Running"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Open:
    """`deeds`: hours before now, and what was done then; in order. `worker` numbers the invented workers."""

    worker: int
    name: str
    note: str
    age_band: AgeBand
    harm_types: tuple[HarmType, ...]
    district: District
    begun: float
    deeds: tuple[tuple[float, Act], ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """One open case while a deed is done to it."""

    world: World
    number: int
    unit: Unit
    now: datetime

    @property
    def case(self) -> UUID:
        return self.world.uuid("open case", self.number)

    def id(self, name: str) -> UUID:
        return self.world.uuid("open case", self.number, name)

    def day(self, days: int) -> Any:
        return (self.now.astimezone(SEOUL) + timedelta(days=days)).date()


def safety(danger: bool = False, next_in: int | None = None) -> Act:
    async def act(run: Running) -> None:
        next_on = None if next_in is None else run.day(next_in)
        await c.check_safety(run.unit, c.CheckSafety(case=run.case, immediate_danger=danger, next_check_on=next_on))

    return act


def guardian(*, suspect: bool, basis: LegalBasis) -> Act:
    async def act(run: Running) -> None:
        await c.consider_guardian(run.unit, c.ConsiderGuardian(case=run.case, suspect=suspect, basis=basis))

    return act


def plan(*kinds: SupportItemType) -> Act:
    async def act(run: Running) -> None:
        await c.agree_plan(run.unit, c.AgreePlan(case=run.case, item_types=frozenset(kinds)))

    return act


async def approve(run: Running) -> None:
    """By a colleague of the same team, never by the plan's author."""
    author = run.unit.context.actor.subject
    team = next((each.team for each in WORKERS if each.subject == author), WORKERS[0].team)
    other = next(each for each in WORKERS if each.team == team and each.subject != author)
    run.unit.context = replace(run.unit.context, actor=Actor(other.subject, Role.support_worker, other.name))
    await c.approve_plan(run.unit, c.ApprovePlan(case=run.case))


def asked(purpose: ConsentPurpose, recipient: ConsentRecipient, then: str = "", *what: ConsentContent) -> Act:
    """A consent asked for; `then`: given, narrowed, withdrawn or declined at once."""

    async def act(run: Running) -> None:
        unit, scope = run.unit, frozenset(what)
        question = c.AskConsent(case=run.case, purpose=purpose, recipient=recipient, asked_of=ConsentBy.PERSON)
        made = await c.ask_consent(unit, question)
        if then == "declined":
            await c.decline_consent(unit, c.DeclineConsent(consent=made))
        elif then:
            given = scope | {C.EVIDENCE_LIST} if then == "narrowed" else scope
            kept = frozenset({C.SCHOOL, C.COUNSELLING_NOTES})
            await c.give_consent(unit, c.GiveConsent(consent=made, content=given, withheld=kept, until=run.day(120)))
        if then == "narrowed":
            await c.narrow_consent(unit, c.NarrowConsent(consent=made, content=scope, until=run.day(60)))
        if then == "withdrawn":
            await c.withdraw_consent(unit, c.WithdrawConsent(consent=made))

    return act


async def by_vital_interest(run: Running) -> None:
    command = c.OverrideConsent(
        case=run.case,
        purpose=P.PROTECTION,
        recipient=R.POLICE,
        content=frozenset({C.CASE_SUMMARY, C.CONTACT}),
        until=run.day(30),
        basis=LegalBasis.VITAL_INTEREST,
        reason=OverrideReason.CANNOT_CONSENT,
    )
    await c.override_consent(run.unit, command)


def item(kind: SupportItemType, due_in: int | None = None) -> Act:
    async def act(run: Running) -> None:
        due_on = None if due_in is None else run.day(due_in)
        await c.schedule_item(
            run.unit, c.ScheduleItem(case=run.case, id=run.id(kind.value), item_type=kind, due_on=due_on)
        )

    return act


def moved(kind: SupportItemType, due_in: int) -> Act:
    async def act(run: Running) -> None:
        command = c.MoveItem(item=run.id(kind.value), due_on=run.day(due_in), reason=RescheduleReason.PROVIDER)
        await c.move_item(run.unit, command)

    return act


async def with_the_police(run: Running) -> None:
    starts_at = datetime.combine(run.day(1), time(10, 0), SEOUL)
    command = c.PlanAccompaniment(
        item=run.id(K.POLICE_ACCOMPANIMENT.value),
        starts_at=starts_at,
        station="가람경찰서 여성청소년과 (가상)",
        agreed="한 시간마다 쉬기로 함. 보호자는 밖에서 기다림 (가상)",
        next_step="진술 조서 사본 요청 (가상)",
        next_on=run.day(8),
    )
    await c.plan_accompaniment(run.unit, command)


def address(number: int) -> str:
    return f"https://post.invalid/open/{number}"


async def found(run: Running) -> None:
    command = d.LocateMaterial(
        case=run.case, id=run.id("address"), url=address(run.number), platform=Platform.COMMUNITY_NA
    )
    await d.locate_material(run.unit, command)


async def asked_to_delete(run: Running) -> None:
    """The platform may know the address: the person said so before."""
    command = d.RequestDeletion(deletion=run.id("address"), channel=ReportChannel.PLATFORM_FORM)
    await d.request_deletion(run.unit, command)


async def deleted_they_say(run: Running) -> None:
    await d.note_platform_action(
        run.unit, d.NotePlatformAction(deletion=run.id("address"), action=PlatformAction.DELETED)
    )


async def seen_gone(run: Running) -> None:
    await d.check_address(run.unit, d.CheckAddress(deletion=run.id("address"), result=CheckResult.GONE))


async def came_back(run: Running) -> None:
    await d.note_reappearance(run.unit, d.NoteReappearance(deletion=run.id("address"), url=address(run.number) + "/2"))


async def watch(run: Running) -> None:
    await c.watch_case(run.unit, c.WatchCase(case=run.case, next_check_on=run.day(10)))


async def reopen(run: Running) -> None:
    await c.reopen_case(run.unit, c.ReopenCase(case=run.case, reason=CaseReopenReason.REDISTRIBUTION))


PHONE: Final = "문자만, 평일 18시 뒤 (가상)"
OPEN: Final = (
    Open(0, "도담 (가상)", PHONE, AgeBand.AGE_17_18, (H.SEXTORTION,), District.MAPO, 1.5),
    Open(2, "새론 (가상)", PHONE, AgeBand.AGE_19_24, (H.THREAT_TO_DISTRIBUTE,), District.GURO, 5,
         ((4.5, safety(danger=True, next_in=0)),)),
    Open(0, "초롱 (가상)", "학교 상담실로 연락 (가상)", AgeBand.UNDER_14, (H.GROOMING,), District.NOWON, 30,
         ((29, safety(next_in=3)), (28.5, guardian(suspect=True, basis=LegalBasis.VITAL_INTEREST)), (28, by_vital_interest),
          (27, plan(K.COUNSELLING, K.PSYCHOLOGICAL)), (26, item(K.COUNSELLING, 2)))),
    Open(1, "한빛 (가상)", PHONE, AgeBand.AGE_19_24, (H.FALSE_VIDEO, H.DISTRIBUTION), District.GWANAK, 70,
         ((69, safety(next_in=12)), (50, plan(K.DELETION, K.LEGAL, K.COMPLAINT_WRITING)),
          (49, asked(P.DELETION, R.PLATFORMS)), (48, item(K.LEGAL)))),
    Open(0, "나린 (가상)", PHONE, AgeBand.AGE_25_PLUS, (H.DISTRIBUTION, H.REDISTRIBUTION), District.GANGNAM, 330,
         ((329, safety(next_in=-2)), (300, plan(K.POLICE_ACCOMPANIMENT, K.LEGAL, K.MEDICAL, K.COUNSELLING)),
          (299, approve), (298, asked(P.INVESTIGATION, R.POLICE, "given", C.CASE_SUMMARY, C.POST_ADDRESSES)),
          (297, asked(P.DELETION, R.PLATFORMS, "narrowed", C.POST_ADDRESSES)), (200, item(K.COUNSELLING, -2)),
          (100, item(K.LEGAL, 5)), (60, item(K.MEDICAL)), (40, item(K.POLICE_ACCOMPANIMENT)), (39, with_the_police))),
    Open(3, "아라 (가상)", "전화 가능, 낮에는 받지 못함 (가상)", AgeBand.AGE_14_16, (H.CYBER_HARASSMENT,), District.SONGPA, 260,
         ((259, safety(next_in=20)), (240, plan(K.PSYCHOLOGICAL, K.DAILY_RECOVERY)), (239, approve),
          (230, asked(P.TREATMENT, R.MEDICAL, "withdrawn", C.CASE_SUMMARY)),
          (229, asked(P.PROTECTION, R.SCHOOL_OFFICE, "declined")), (200, item(K.PSYCHOLOGICAL, 1)),
          (20, moved(K.PSYCHOLOGICAL, 4)))),
    Open(2, "가람 (가상)", PHONE, AgeBand.AGE_25_PLUS, (H.ILLEGAL_FILMING,), District.SEOCHO, 500,
         ((499, safety()), (480, plan(K.DELETION, K.LEGAL)), (479, approve),
          (470, asked(P.DELETION, R.PLATFORMS, "given", C.POST_ADDRESSES)), (465, found), (464, asked_to_delete),
          (440, deleted_they_say), (420, seen_gone), (100, watch))),
    Open(1, "이슬 (가상)", PHONE, AgeBand.AGE_19_24, (H.DISTRIBUTION,), District.DONGJAK, 900,
         ((899, safety()), (880, plan(K.DELETION)), (879, approve),
          (878, asked(P.DELETION, R.PLATFORMS, "given", C.POST_ADDRESSES)), (870, found), (868, asked_to_delete),
          (850, deleted_they_say), (830, seen_gone), (400, watch), (300, seen_gone), (6.5, came_back), (6, reopen))),
)  # fmt: skip


def open_steps(world: World, now: datetime) -> Iterator[Step]:
    """The open cases in the order of time. All of their times lie before `now`."""
    steps = [step for number, case in enumerate(OPEN) for step in steps_of(world, "open", number, case, now)]
    yield from sorted(steps, key=lambda step: step.at)


def steps_of(world: World, kind: str, number: int, case: Open, now: datetime) -> Iterator[Step]:
    """One case, opened and carried on. No two cases share a number, of whatever kind they are."""

    async def begin(run: Running) -> None:
        opening = c.OpenCase(
            id=run.case,
            name=case.name,
            contact=case.note,
            age_band=case.age_band,
            gender=Gender.FEMALE if number % 3 else Gender.UNKNOWN,
            district=case.district,
            harm_types=frozenset(case.harm_types),
        )
        await c.open_case(run.unit, opening)

    for order, (hours, act) in enumerate(((case.begun, begin), *case.deeds)):
        key = f"victim-support/{kind}-{number}/{order}"
        yield Step(key, now - timedelta(hours=hours), _carried_out(world, number, case, now, act))


def _carried_out(world: World, number: int, case: Open, now: datetime, act: Act) -> Callable[[Unit], Awaitable[object]]:
    async def run(unit: Unit) -> None:
        worker = WORKERS[case.worker]
        actor = Actor(worker.subject, Role.support_worker, worker.name)
        unit.context = replace(unit.context, actor=actor, team=worker.team)
        await act(Running(world, number, unit, now))

    return run
