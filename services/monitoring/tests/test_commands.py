"""Commands on a real database: what is appended, what the read tables show, what stays sealed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ansim.contracts.codes import (
    ActChannel,
    CheckResult,
    DepictedAge,
    DepictedGender,
    District,
    LeftReason,
    Platform,
    PlatformAction,
    ReportChannel,
    SightingCategory,
    SightingRejection,
)
from ansim.errors import DomainError, NotFound, VersionConflict
from ansim.journal import Actor, Context, Store, Unit
from ansim.testing.stores import RecordedReads, open_store
from ansim.web.api import Page
from monitoring import commands
from monitoring.commands import (
    CheckSighting,
    ConfirmSighting,
    LetVolunteerLeave,
    LogSighting,
    MoveVolunteer,
    RecordAction,
    RegisterVolunteer,
    RejectSighting,
    ReportSighting,
    VetVolunteer,
)
from monitoring.domain.sighting import SightingState
from monitoring.domain.volunteer import VolunteerState
from monitoring.projections import projector
from monitoring.queries import platforms as platform_queries
from monitoring.queries import sightings as sighting_queries
from monitoring.queries import volunteers as volunteer_queries
from monitoring.queries.sightings import Show

START = datetime(2021, 4, 1, 1, 0, tzinfo=UTC)
URL = "https://board.invalid/posts/7f02c41"
NAME, CONTACT = "표식이름 (가상)", "010-0000-7777"


@dataclass
class Desk:
    """A store with somebody sitting at it: carries out commands, a day apart."""

    store: Store
    reads: RecordedReads
    at: datetime = START
    subject: str = "test-coordinator"

    async def do(self, carry_out: Callable[[Unit, Any], Awaitable[UUID]], command: object) -> UUID:
        async with self.unit() as unit:
            return await carry_out(unit, command)

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        self.at += timedelta(days=1)
        return self.store.unit(Context(Actor(self.subject, "coordinator", "Test (invented)"), self.at, uuid4()))

    async def active_volunteer(self, account: str | None = None) -> UUID:
        volunteer = await self.do(
            commands.register_volunteer,
            RegisterVolunteer(name=NAME, contact=CONTACT, district=District.MAPO, account=account),
        )
        await self.do(commands.vet_volunteer, VetVolunteer(volunteer=volunteer, of_age=True))
        for order in (commands.train_volunteer, commands.activate_volunteer):
            await self.do(order, MoveVolunteer(volunteer=volunteer))
        return volunteer

    async def logged(self, volunteer: UUID) -> UUID:
        return await self.do(commands.log_sighting, a_sighting(volunteer))

    async def reported(self, volunteer: UUID) -> UUID:
        post = await self.logged(volunteer)
        await self.do(commands.confirm_sighting, ConfirmSighting(sighting=post))
        return await self.do(
            commands.report_sighting, ReportSighting(sighting=post, report_channel=ReportChannel.PLATFORM_FORM)
        )


def a_sighting(volunteer: UUID, url: str = URL) -> LogSighting:
    return LogSighting(
        volunteer=volunteer,
        platform=Platform.BOARD_DA,
        channel=ActChannel.COMMUNITY,
        categories=frozenset({SightingCategory.FALSE_VIDEO, SightingCategory.DISTRIBUTION}),
        depicted_age=DepictedAge.NOT_IDENTIFIABLE,
        depicted_gender=DepictedGender.FEMALE,
        url=url,
    )


@pytest.fixture
async def desk(service_database) -> AsyncIterator[Desk]:  # type: ignore[no-untyped-def]
    reads = RecordedReads()
    async with open_store(service_database("monitoring").url, "monitoring", projector, reads=reads) as store:
        yield Desk(store, reads)


async def test_the_roster_counts_people_by_state_and_keeps_those_who_left_as_recruited(desk: Desk) -> None:
    resting, gone, fresh = [await desk.active_volunteer() for _ in range(2)] + [
        await desk.do(
            commands.register_volunteer, RegisterVolunteer(name=NAME, contact=CONTACT, district=District.NOWON)
        )
    ]
    await desk.do(commands.rest_volunteer, MoveVolunteer(volunteer=resting))
    await desk.do(commands.let_volunteer_leave, LetVolunteerLeave(volunteer=gone, reason=LeftReason.OWN_WISH))
    async with desk.store.read() as conn:
        roster = await volunteer_queries.roster(conn)
        rows, _ = await volunteer_queries.volunteers(conn, None, Page())
    assert (roster.applied, roster.recruited, roster.trained, roster.started) == (3, 2, 2, 2)
    assert roster.now[VolunteerState.RESTING] == roster.now[VolunteerState.LEFT] == 1
    assert [row.id for row in rows] == [fresh, gone, resting]
    assert rows[1].left_reason is LeftReason.OWN_WISH
    assert rows[2].version == 5


async def test_coming_back_keeps_the_day_of_the_first_start(desk: Desk) -> None:
    volunteer = await desk.active_volunteer()
    started = desk.at
    await desk.do(commands.rest_volunteer, MoveVolunteer(volunteer=volunteer))
    await desk.do(commands.return_volunteer, MoveVolunteer(volunteer=volunteer))
    async with desk.store.read() as conn:
        row = await volunteer_queries.volunteer(conn, volunteer)
    assert (row.state, row.activated_at, row.since) == (VolunteerState.ACTIVE, started, desk.at)


async def test_an_account_is_the_same_volunteer_for_ever(desk: Desk) -> None:
    volunteer = await desk.active_volunteer(account="somebody")
    assert volunteer == commands.volunteer_of("somebody")
    with pytest.raises(DomainError) as refused:
        await desk.active_volunteer(account="somebody")
    assert refused.value.field == "account"


async def test_a_sighting_goes_its_whole_way_and_every_look_is_kept(desk: Desk) -> None:
    post = await desk.reported(await desk.active_volunteer())
    reported_at = desk.at
    for result in (CheckResult.STILL_UP, CheckResult.LOGIN_WALL, CheckResult.GONE):
        await desk.do(commands.check_sighting, CheckSighting(sighting=post, result=result))
    for action in (PlatformAction.TEMPORARILY_RESTRICTED, PlatformAction.DELETED):
        await desk.do(commands.record_action, RecordAction(sighting=post, action=action))
    async with desk.store.read() as conn:
        detail = await sighting_queries.sighting_detail(conn, post)
        [board] = [each for each in await platform_queries.platforms(conn) if each.platform is Platform.BOARD_DA]
        counts = await sighting_queries.counts(conn)
    assert detail.row.state is SightingState.REPORTED
    assert [(check.number, check.result) for check in detail.checks] == [
        (1, CheckResult.STILL_UP),
        (2, CheckResult.LOGIN_WALL),
        (3, CheckResult.GONE),
    ]
    assert detail.checks[2].after_report == timedelta(days=3)
    assert detail.removed is not None
    assert (detail.removed.after_check, detail.removed.before_check) == (1, 3)
    assert [each.action for each in detail.actions] == [PlatformAction.TEMPORARILY_RESTRICTED, PlatformAction.DELETED]
    assert (board.reported, board.reports, board.checked, board.no_action, board.receipts) == (1, 1, 1, 0, None)
    assert board.actions[PlatformAction.TEMPORARILY_RESTRICTED] == board.actions[PlatformAction.DELETED] == 1
    assert board.last_checks[CheckResult.GONE] == 1
    assert board.first_report == reported_at
    assert counts[Show.GONE] == counts[Show.ALL] == 1


async def test_a_platform_that_deleted_and_blocked_is_counted_under_both_and_once_each(desk: Desk) -> None:
    post = await desk.reported(await desk.active_volunteer())
    for action in (PlatformAction.ACCESS_BLOCKED, PlatformAction.DELETED, PlatformAction.DELETED):
        await desk.do(commands.record_action, RecordAction(sighting=post, action=action))
    async with desk.store.read() as conn:
        [board] = [each for each in await platform_queries.platforms(conn) if each.platform is Platform.BOARD_DA]
    assert board.actions[PlatformAction.DELETED] == board.actions[PlatformAction.ACCESS_BLOCKED] == 1


async def test_the_same_person_is_never_finder_and_second_reader(desk: Desk) -> None:
    desk.subject = "both"
    mine = await desk.active_volunteer(account="both")
    post = await desk.logged(mine)
    for order, command in (
        (commands.confirm_sighting, ConfirmSighting(sighting=post)),
        (commands.confirm_sighting, ConfirmSighting(sighting=post, reader=mine)),
        (commands.reject_sighting, RejectSighting(sighting=post, reason=SightingRejection.ALREADY_KNOWN)),
    ):
        with pytest.raises(DomainError) as refused:
            await desk.do(order, command)
        assert refused.value.rule == "second_reader"
    other = await desk.active_volunteer()
    desk.subject = "somebody-else"
    await desk.do(commands.confirm_sighting, ConfirmSighting(sighting=post, reader=other))


async def test_a_reader_nobody_knows_is_not_found(desk: Desk) -> None:
    post = await desk.logged(await desk.active_volunteer())
    with pytest.raises(NotFound):
        await desk.do(commands.confirm_sighting, ConfirmSighting(sighting=post, reader=uuid4()))


async def test_who_decides_on_an_old_version_is_told_and_nothing_is_written(desk: Desk) -> None:
    post = await desk.reported(await desk.active_volunteer())
    await desk.do(commands.check_sighting, CheckSighting(sighting=post, seen=3, result=CheckResult.STILL_UP))
    with pytest.raises(VersionConflict) as conflict:
        await desk.do(commands.record_action, RecordAction(sighting=post, seen=3, action=PlatformAction.DELETED))
    assert (conflict.value.seen, conflict.value.current) == (3, 4)
    async with desk.store.read() as conn:
        assert (await sighting_queries.sighting_detail(conn, post)).actions == ()


async def test_a_resting_volunteer_logs_nothing_and_nothing_is_written(desk: Desk) -> None:
    volunteer = await desk.active_volunteer()
    await desk.do(commands.rest_volunteer, MoveVolunteer(volunteer=volunteer))
    with pytest.raises(DomainError):
        await desk.logged(volunteer)
    async with desk.store.read() as conn:
        assert await conn.fetchval("select count(*) from sighting") == 0


async def test_orders_about_nobody_are_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.do(commands.train_volunteer, MoveVolunteer(volunteer=uuid4(), seen=3))
    with pytest.raises(NotFound):
        await desk.do(commands.check_sighting, CheckSighting(sighting=uuid4(), seen=3, result=CheckResult.GONE))


async def test_names_contacts_and_addresses_stand_nowhere_in_plain(desk: Desk) -> None:
    await desk.reported(await desk.active_volunteer())
    async with desk.store.read() as conn:
        tables = await conn.fetch("select tablename from pg_tables where schemaname = 'public'")
        dump = ""
        for table in tables:
            dump += "\n".join(str(dict(row)) for row in await conn.fetch(f"select * from {table['tablename']}"))
    assert "board_da" in dump
    for secret in (NAME, CONTACT, URL, "7f02c41"):
        assert secret not in dump


async def test_opening_an_address_is_on_record_and_gives_it_back(desk: Desk) -> None:
    post = await desk.logged(await desk.active_volunteer())
    async with desk.store.read() as conn:
        sealed = (await sighting_queries.sighting(conn, post)).sealed_event
    async with desk.unit() as unit:
        assert await unit.open_sealed_of(sealed) == {"url": URL}
    [(actor, person, what)] = [(who, of, what) for who, action, of, what in desk.reads.entries if action == "read"]
    assert (actor.subject, "read", person, what) == ("test-coordinator", "read", post, "sighting.logged")


async def test_what_my_sightings_achieved_counts_only_mine(desk: Desk) -> None:
    mine, other = await desk.active_volunteer(), await desk.active_volunteer()
    for post, result in [(await desk.reported(mine), CheckResult.GONE), (await desk.reported(other), CheckResult.GONE)]:
        await desk.do(commands.check_sighting, CheckSighting(sighting=post, result=result))
    await desk.logged(mine)
    async with desk.store.read() as conn:
        achieved = await volunteer_queries.achieved(conn, mine)
        recent = await volunteer_queries.achieved(conn, mine, since=desk.at)
    assert (achieved.logged, achieved.waiting, achieved.confirmed, achieved.reported, achieved.gone) == (2, 1, 1, 1, 1)
    assert (recent.logged, recent.gone) == (1, 0)


async def test_the_queue_of_our_turn_has_the_longest_wait_first(desk: Desk) -> None:
    volunteer = await desk.active_volunteer()
    first, second = await desk.logged(volunteer), await desk.logged(volunteer)
    await desk.do(commands.confirm_sighting, ConfirmSighting(sighting=first))
    async with desk.store.read() as conn:
        assert [row.id for row in await sighting_queries.our_turn(conn)] == [second, first]
