"""What came of invented addresses: found, asked for, refused, decided, seen gone, and back again, up to the third time.

A way is a row of deeds, each so many days after the one before. Ways end shortly before the day the history is played, so that
some deadlines run and some have run out.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Final
from uuid import UUID

from ansim.access import Role, demo_staff
from ansim.contracts.codes import CheckResult, Platform, PlatformAction, RegulatorDecision, ReportChannel
from ansim.history import World
from ansim.journal import Actor
from victim_support.commands import deletion as c
from victim_support.history.open_cases import Act, Running

A, L = PlatformAction, CheckResult
OFFICERS: Final = tuple(each for each in demo_staff() if Role.deletion_officer in each.roles)

Deed = Callable[[Running, UUID], Awaitable[object]]
Way = tuple[tuple[float, Deed], ...]


async def asked(run: Running, deletion: UUID) -> None:
    await c.request_deletion(run.unit, c.RequestDeletion(deletion=deletion, channel=ReportChannel.PLATFORM_FORM))


async def confirmed(run: Running, deletion: UUID) -> None:
    await c.acknowledge_deletion(run.unit, c.AcknowledgeDeletion(deletion=deletion))


def said(action: PlatformAction) -> Deed:
    async def deed(run: Running, deletion: UUID) -> None:
        await c.note_platform_action(run.unit, c.NotePlatformAction(deletion=deletion, action=action))

    return deed


def seen(result: CheckResult) -> Deed:
    async def deed(run: Running, deletion: UUID) -> None:
        await c.check_address(run.unit, c.CheckAddress(deletion=deletion, result=result))

    return deed


async def told_again(run: Running, deletion: UUID) -> None:
    await c.renotify_platform(run.unit, c.RenotifyPlatform(deletion=deletion))


async def to_the_regulator(run: Running, deletion: UUID) -> None:
    await c.escalate_deletion(run.unit, c.EscalateDeletion(deletion=deletion))


async def decided(run: Running, deletion: UUID) -> None:
    await c.note_decision(run.unit, c.NoteDecision(deletion=deletion, decision=RegulatorDecision.DELETE))


async def back(run: Running, deletion: UUID) -> None:
    await c.note_reappearance(run.unit, c.NoteReappearance(deletion=deletion, url=f"https://again.invalid/{deletion}"))


ASKED: Final[Way] = ((0.2, asked),)
REMOVED: Final[Way] = (*ASKED, (1.5, said(A.DELETED)))
GONE: Final[Way] = (*REMOVED, (1, seen(L.GONE)))
REFUSED: Final[Way] = (*ASKED, (2.5, said(A.REFUSED)))
BEFORE_THE_REGULATOR: Final[Way] = (*REFUSED, (0.5, to_the_regulator))
BACK: Final[Way] = (*GONE, (18, back))

WAYS: Final[tuple[tuple[Way, int], ...]] = (
    ((), 2),
    (ASKED, 2),
    ((*ASKED, (0.5, confirmed)), 2),
    (REMOVED, 2),
    ((*REMOVED, (1, seen(L.STILL_UP)), (0.1, told_again)), 2),
    (GONE, 3),
    ((*GONE, (30, seen(L.GONE))), 1),
    ((*ASKED, (2, said(A.ACCESS_BLOCKED)), (1, seen(L.ACCESS_BLOCKED_HERE))), 2),
    ((*ASKED, (1, said(A.DELISTED))), 1),
    ((*ASKED, (1, said(A.TEMPORARILY_RESTRICTED)), (2, seen(L.LOGIN_WALL))), 2),
    (REFUSED, 1),
    ((*ASKED, (3.1, said(A.NO_RESPONSE))), 2),
    (BEFORE_THE_REGULATOR, 2),
    ((*BEFORE_THE_REGULATOR, (6, decided)), 2),
    (BACK, 1),
    ((*BACK, *ASKED), 2),
    ((*BACK, *GONE), 1),
    ((*BACK, *BACK, *ASKED), 2),
)
"""Each way and how many addresses go it: 32 addresses, and 40 requests with those that are back."""


def addresses(world: World, cases: int) -> list[list[tuple[float, Act]]]:
    """The deeds of each of so many cases, as hours before now and what was done."""
    rng = world.rng("victim-support", "addresses")
    ways = [way for way, count in WAYS for _ in range(count)]
    rng.shuffle(ways)
    dealt: list[list[tuple[float, Act]]] = [[] for _ in range(cases)]
    for number, way in enumerate(ways):
        dealt[number % cases] += _deeds(number, way, rng)
    return dealt


def _deeds(number: int, way: Way, rng: Random) -> list[tuple[float, Act]]:
    days = rng.uniform(0.1, 4) + sum(after for after, _ in way)
    found: list[tuple[float, Act]] = [(days * 24, _located(number, rng.choice(tuple(Platform))))]
    for after, deed in way:
        days -= after
        found.append((days * 24, _by_officer(number, deed)))
    return found


def _located(number: int, platform: Platform) -> Act:
    async def act(run: Running) -> None:
        url = f"https://{platform.value.replace('_', '-')}.invalid/post/{number + 1}"
        finding = c.LocateMaterial(case=run.case, id=run.id(f"address {number}"), url=url, platform=platform)
        await c.locate_material(run.unit, finding)

    return act


def _by_officer(number: int, deed: Deed) -> Act:
    """Done by the deletion officer of the case's team, to the last request of the address."""

    async def act(run: Running) -> None:
        officer = next(each for each in OFFICERS if each.team == run.unit.context.team)
        actor = Actor(officer.subject, Role.deletion_officer, officer.name)
        run.unit.context = replace(run.unit.context, actor=actor)
        await deed(run, await _last(run, run.id(f"address {number}")))

    return act


async def _last(run: Running, first: UUID) -> UUID:
    """The request that continues this one, or itself when it did not come back."""
    last: UUID = await run.unit.conn.fetchval(
        """
        with recursive line as (
          select id, generation from deletion where id = $1
          union all
          select d.id, d.generation from deletion d join line on d.previous = line.id
        )
        select id from line order by generation desc limit 1
        """,
        first,
    )
    return last
