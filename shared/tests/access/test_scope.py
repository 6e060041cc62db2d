"""Whose records a person sees: their team's, never those of a person they are recused from, and nothing when nobody asks."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest
from starlette.requests import Request

from ansim.access import Role, colleagues, demo_staff, seed_demo_staff
from ansim.contracts import Event
from ansim.contracts.codes import District
from ansim.contracts.monitoring import VolunteerApplied, VolunteerVetted
from ansim.errors import NotFound
from ansim.journal import Actor, Context, Projector, Recorded, Store, Unit
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import open_store, some_context

from .conftest import SmallKit

TABLES = """
create table record (id uuid primary key, person uuid not null, team text, state text not null);
create table note (id int primary key, record uuid not null references record (id));
call keep_apart('record', person => 'person', team => 'team');
call keep_with('note', key => 'record', parent => 'record', parent_key => 'id');
create view shown with (security_invoker = true) as select * from record;
grant all on record, note, shown to ansim_monitoring;
"""
HERS, THEIRS, INBOX = uuid4(), uuid4(), uuid4()
PERSON = uuid4()

projector = Projector()
projector.seen_through("volunteer", "record")


@projector.on(VolunteerApplied)
async def applied(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "insert into record values ($1, $2, 'support-2', 'applied')", recorded.aggregateid, recorded.event.person
    )


@projector.on(VolunteerVetted)
async def vetted(unit: Unit, recorded: Recorded) -> None:
    done = await unit.conn.execute("update record set state = 'vetted' where id = $1", recorded.aggregateid)
    assert done == "UPDATE 1", "a projection sees every row"


def last_name(state: str | None, event: Event) -> str:
    return event.name


@pytest.fixture
async def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    made = service_database("monitoring")
    owner = await asyncpg.connect(made.owner_url)
    await owner.execute(TABLES)
    rows = [(HERS, PERSON, "support-1"), (THEIRS, uuid4(), "support-2"), (INBOX, uuid4(), None)]
    await owner.executemany("insert into record values ($1, $2, $3, 'open')", rows)
    await owner.executemany("insert into note values ($1, $2)", [(1, HERS), (2, THEIRS), (3, INBOX)])
    await seed_demo_staff(owner)
    await owner.close()
    return made


@pytest.fixture
async def store(database: ServiceDatabase) -> AsyncIterator[Store]:
    async with open_store(database.url, "monitoring", projector) as opened:
        yield opened


def of_team(team: str, subject: str = "support-worker") -> Context:
    return replace(some_context(team=team), actor=Actor(subject, "support_worker", "윤다인 (가상)"))


async def seen(store: Store, context: Context | None, what: str = "select id from record") -> set[object]:
    async with store.read(context) as conn:
        return {row[0] for row in await conn.fetch(what)}


async def test_people_see_their_team_s_records_and_those_of_every_team(store: Store) -> None:
    assert await seen(store, of_team("support-1")) == {HERS, INBOX}
    assert await seen(store, of_team("support-2")) == {THEIRS, INBOX}
    assert await seen(store, of_team("support-1"), "select record from note") == {HERS, INBOX}
    assert await seen(store, of_team("support-1"), "select id from shown") == {HERS, INBOX}
    assert await seen(store, of_team("support-1"), "select count(*) from record") == {2}
    assert await seen(store, some_context()) == {HERS, THEIRS, INBOX}


async def test_whoever_is_nobody_sees_nothing(store: Store) -> None:
    assert await seen(store, None) == set()
    assert await seen(store, None, "select id from note") == set()
    assert await store.pool.fetchval("select count(*) from record") == 0
    assert await seen(store, replace(some_context(), all_teams=False)) == {INBOX}


async def test_the_scope_of_one_request_is_not_left_to_the_next(store: Store) -> None:
    for _ in range(6):
        assert len(await seen(store, some_context())) == 3
        assert await seen(store, None) == set()


async def test_a_recused_person_sees_nothing_of_that_person_even_if_they_see_all_teams(store: Store) -> None:
    """GlobaLeaks #4779, #3864: who has a conflict of interest sees nothing, whatever else they may see."""
    member = next(each.member for each in demo_staff() if each.subject == "supervisor")
    await store.pool.execute("insert into recusal values ($1, $2, now())", PERSON, member)
    supervisor = replace(some_context(), actor=Actor("supervisor", "supervisor", "백나루 (가상)"))

    assert await seen(store, supervisor) == {THEIRS, INBOX}
    assert await seen(store, supervisor, "select record from note") == {THEIRS, INBOX}
    assert await seen(store, some_context()) == {HERS, THEIRS, INBOX}


async def test_nobody_changes_or_adds_what_they_do_not_see(store: Store) -> None:
    async with store.unit(of_team("support-1")) as unit:
        assert await unit.conn.execute("update record set state = 'mine' where id = $1", THEIRS) == "UPDATE 0"
        assert await unit.conn.execute("delete from record where id = $1", THEIRS) == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with store.unit(of_team("support-1")) as unit:
            await unit.conn.execute("insert into record values ($1, $1, 'support-2', 'open')", uuid4())


async def test_a_stream_opens_only_to_whoever_sees_its_row(store: Store) -> None:
    """CiviCRM 16360, 16559: permission lives in the read model, so no command and no timeline is a way around it."""
    volunteer = uuid4()
    async with store.unit(some_context()) as unit:
        stream = await unit.stream("volunteer", volunteer, last_name)
        [row] = await stream.append(VolunteerApplied(person=volunteer, district=District.MAPO))

    async def load(unit: Unit) -> object:
        return await unit.stream("volunteer", volunteer, last_name)

    async def timeline(unit: Unit) -> object:
        return await unit.timeline("volunteer", volunteer)

    async def texts(unit: Unit) -> object:
        return await unit.open_sealed_of(row.event_id)

    for look in (load, timeline, texts):
        async with store.unit(of_team("support-2")) as unit:
            assert await look(unit) is not None
        with pytest.raises(NotFound):
            async with store.unit(of_team("support-1")) as unit:
                await look(unit)


async def test_projections_keep_rows_true_that_the_actor_does_not_see(store: Store) -> None:
    volunteer = uuid4()
    async with store.unit(of_team("support-1")) as unit:
        stream = await unit.stream("volunteer", volunteer, last_name)
        await stream.append(
            VolunteerApplied(person=volunteer, district=District.MAPO), VolunteerVetted(person=volunteer)
        )
        assert await unit.conn.fetchval("select count(*) from record where id = $1", volunteer) == 0

    assert await seen(store, some_context(), "select state from record where state = 'vetted'") == {"vetted"}


async def test_work_can_be_given_to_active_colleagues_team_by_team(store: Store) -> None:
    async with store.read() as conn:
        found = await colleagues(conn, Role.support_worker)

    assert [(each.subject, each.team.id) for each in found] == [
        ("support-worker-2", "support-1"),
        ("support-worker", "support-1"),
        ("support-worker-4", "support-2"),
        ("support-worker-3", "support-2"),
    ]
    assert found[0].team.name("en") == "Support team 1 (invented)"


@pytest.mark.parametrize(
    ("subject", "team", "all_teams"),
    [("support-worker-3", "support-2", False), ("supervisor", "centre", True), ("custodian", "centre", False)],
)
async def test_a_request_s_context_carries_the_team_and_whether_all_are_seen(
    kit: SmallKit, subject: str, team: str, all_teams: bool
) -> None:
    cookies = await kit.access.sign_in_as(subject)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"cookie", header)]}
    )

    context = kit.access.context(request, await kit.access.staff()(request))

    assert (context.actor.subject, context.team, context.all_teams) == (subject, team, all_teams)


def test_a_window_is_a_column_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="is not a column"):
        Projector().seen_through("volunteer", "record; drop table record")
