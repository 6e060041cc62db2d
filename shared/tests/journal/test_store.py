"""Units of work on a real database: everything in one transaction, or nothing."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest

from ansim.contracts import Event
from ansim.contracts.codes import District
from ansim.contracts.monitoring import VolunteerApplied, VolunteerTrained, VolunteerVetted
from ansim.errors import DomainError, NotFound, Retriable, VersionConflict
from ansim.journal import Fact, Projector, Recorded, Store, Unit
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import RecordedReads, open_store, some_context
from ansim.vault import MemoryKeyStore, Vault

MARKER = "표식 이름 (가상)"


def last_name(state: str | None, event: Event) -> str:
    return event.name


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("monitoring")


@pytest.fixture
async def store(database: ServiceDatabase) -> AsyncIterator[Store]:
    async with open_store(database.url, "monitoring") as opened:
        yield opened


def applied(person: UUID) -> Fact:
    return Fact(VolunteerApplied(person=person, district=District.MAPO), {"name": MARKER, "contact": ""})


async def test_appending_moves_state_and_version_forward(store: Store) -> None:
    person = uuid4()
    async with store.unit(some_context()) as unit:
        stream = await unit.stream("volunteer", person, last_name)
        await stream.append(applied(person), VolunteerVetted(person=person))
        assert (stream.state, stream.version) == ("vetted", 2)

    async with store.unit(some_context()) as unit:
        again = await unit.stream("volunteer", person, last_name)
        assert (again.state, again.version) == ("vetted", 2)


async def test_two_people_who_change_the_same_record_cannot_both_win(store: Store) -> None:
    person = uuid4()
    async with store.unit(some_context()) as unit:
        await (await unit.stream("volunteer", person, last_name)).append(applied(person))

    async def vet(barrier: asyncio.Barrier) -> None:
        async with store.unit(some_context()) as unit:
            stream = await unit.stream("volunteer", person, last_name)
            await barrier.wait()
            await stream.append(VolunteerVetted(person=person))

    barrier = asyncio.Barrier(2)
    results = await asyncio.gather(vet(barrier), vet(barrier), return_exceptions=True)

    assert sorted(type(r).__name__ for r in results) == ["NoneType", "VersionConflict"]
    async with store.unit(some_context()) as unit:
        assert len(await unit.timeline("volunteer", person)) == 2


async def test_what_is_there_comes_with_its_state_and_what_is_not_is_not_found(store: Store) -> None:
    person = uuid4()
    async with store.unit(some_context()) as unit:
        await (await unit.stream("volunteer", person, last_name)).append(applied(person))

        stream, state = await unit.existing("volunteer", person, last_name, seen=1)

        assert (stream.version, state) == (1, "applied")
        with pytest.raises(VersionConflict):
            await unit.existing("volunteer", person, last_name, seen=2)
        with pytest.raises(NotFound):
            await unit.existing("volunteer", uuid4(), last_name, seen=1)


async def test_a_person_who_saw_an_older_version_is_told(store: Store) -> None:
    person = uuid4()
    async with store.unit(some_context()) as unit:
        stream = await unit.stream("volunteer", person, last_name)
        await stream.append(applied(person))
        stream.expect(None)
        stream.expect(1)
        with pytest.raises(VersionConflict) as conflict:
            stream.expect(0)
    assert (conflict.value.seen, conflict.value.current) == (0, 1)


async def test_a_failing_projection_leaves_no_event_behind(database: ServiceDatabase) -> None:
    projector = Projector()

    @projector.on(VolunteerApplied)
    async def fails(unit: Unit, recorded: Recorded) -> None:
        raise RuntimeError("projection")

    person = uuid4()
    async with open_store(database.url, "monitoring", projector) as store:
        with pytest.raises(RuntimeError, match="projection"):
            async with store.unit(some_context()) as unit:
                await (await unit.stream("volunteer", person, last_name)).append(applied(person))
        async with store.unit(some_context()) as unit:
            assert await unit.timeline("volunteer", person) == []


async def test_personal_texts_are_sealed_and_every_write_and_read_of_them_is_on_record(
    database: ServiceDatabase,
) -> None:
    reads, person, context = RecordedReads(), uuid4(), some_context()
    async with open_store(database.url, "monitoring", reads=reads) as store:
        async with store.unit(context) as unit:
            [row] = await (await unit.stream("volunteer", person, last_name)).append(applied(person))
        async with store.read() as conn:
            stored = str(await conn.fetchrow("select * from journal where aggregateid = $1", person))
        async with store.unit(context) as unit:
            opened = await unit.open_sealed_of(row.event_id)

    assert MARKER not in stored
    assert opened == {"name": MARKER}
    assert reads.entries == [
        (context.actor, "wrote", person, "volunteer.applied"),
        (context.actor, "read", person, "volunteer.applied"),
    ]


async def test_a_destroyed_key_reads_as_nothing(database: ServiceDatabase) -> None:
    vault, person = Vault(MemoryKeyStore(), secrets.token_bytes(32), "monitoring"), uuid4()
    async with open_store(database.url, "monitoring", vault=vault) as store:
        async with store.unit(some_context()) as unit:
            [row] = await (await unit.stream("volunteer", person, last_name)).append(applied(person))
        await vault.destroy(person)
        async with store.unit(some_context()) as unit:
            assert await unit.open_sealed(row) == {}


def test_a_text_without_a_sealed_field_is_refused() -> None:
    with pytest.raises(ValueError, match="no sealed field name"):
        Fact(VolunteerVetted(person=uuid4()), {"name": "x"})


async def test_an_event_of_another_service_cannot_be_appended(store: Store) -> None:
    async with store.unit(some_context()) as unit:
        stream = await unit.stream("case", uuid4(), last_name)
        with pytest.raises(ValueError, match="does not belong"):
            await stream.append(VolunteerVetted(person=uuid4()))


async def test_a_repeated_command_is_told_apart_and_its_answer_kept(store: Store) -> None:
    key = uuid4()
    async with store.unit(some_context()) as unit:
        assert await unit.once(key, "submit")
        await unit.remember(key, {"id": "a"})
    async with store.unit(some_context()) as unit:
        assert not await unit.once(key, "submit")
        assert await unit.recall(key) == {"id": "a"}
        with pytest.raises(DomainError):
            await unit.once(key, "something else")


async def test_of_two_simultaneous_repeats_one_has_the_effect(store: Store) -> None:
    key, person = uuid4(), uuid4()

    async def apply() -> bool:
        async with store.unit(some_context()) as unit:
            if not await unit.once(key):
                return False
            await (await unit.stream("volunteer", person, last_name)).append(applied(person))
            return True

    assert sorted(await asyncio.gather(apply(), apply(), apply())) == [False, False, True]


async def test_the_service_role_can_neither_change_nor_remove_a_fact(store: Store) -> None:
    for statement in ("update journal set payload = '{}'", "delete from journal", "truncate journal"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await store.pool.execute(statement)


async def test_a_database_that_is_away_is_worth_another_try(database: ServiceDatabase) -> None:
    async with open_store(database.url, "monitoring") as store:
        conn = await asyncpg.connect(database.owner_url)

        async def work_while_the_server_goes() -> None:
            async with store.unit(some_context()) as unit:
                await conn.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
                await unit.conn.execute("select 1")

        with pytest.raises(Retriable):
            await work_while_the_server_goes()
        await conn.close()


async def test_trained_volunteers_keep_their_order_of_events(store: Store) -> None:
    person = uuid4()
    async with store.unit(some_context()) as unit:
        stream = await unit.stream("volunteer", person, last_name)
        await stream.append(applied(person), VolunteerVetted(person=person), VolunteerTrained(person=person))
    async with store.unit(some_context()) as unit:
        timeline = await unit.timeline("volunteer", person)
    assert [type(r.event).name for r in timeline] == ["applied", "vetted", "trained"]
    assert timeline[0].recorded_at >= timeline[0].occurred_at
