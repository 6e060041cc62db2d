"""Sealed texts are found again: written with the event, gone with the person, and never opened for what was not sought."""

import secrets
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest

from ansim.contracts import Event
from ansim.contracts.codes import District
from ansim.contracts.monitoring import VolunteerApplied
from ansim.journal import Fact, Projector, Store
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import open_store, some_context
from ansim.vault import MemoryKeyStore, SearchField, Vault

NAME, PHONE = "한별 (가상)", "010-0000-1234 (가상), 저녁에"


def state(past: str | None, event: Event) -> str:
    return event.name


@pytest.fixture
def vault() -> Vault:
    return Vault(MemoryKeyStore(), secrets.token_bytes(32), "monitoring")


@pytest.fixture
async def store(service_database: Callable[[str], ServiceDatabase], vault: Vault) -> AsyncIterator[Store]:
    projector = Projector()
    projector.finds(VolunteerApplied, name=SearchField.NAME, contact=SearchField.PHONE)
    outer = Projector()
    outer.include(projector)
    async with open_store(service_database("monitoring").url, "monitoring", outer, vault=vault) as opened:
        yield opened


async def add(store: Store, name: str = NAME, contact: str = PHONE) -> UUID:
    person = uuid4()
    async with store.unit(some_context()) as unit:
        stream = await unit.stream("volunteer", person, state)
        await stream.append(
            Fact(VolunteerApplied(person=person, district=District.MAPO), {"name": name, "contact": contact})
        )
    return person


async def found(store: Store, field: SearchField, sought: str) -> list[UUID]:
    async with store.unit(some_context()) as unit:
        candidates = await unit.candidates(field, sought)
        return [each.person for each in candidates if await unit.holds(each.event, field, sought)]


async def test_a_sealed_text_is_found_by_the_same_name_and_number_only(store: Store) -> None:
    person = await add(store)
    assert await found(store, SearchField.NAME, "한 별") == [person]
    assert await found(store, SearchField.PHONE, "+82 10 0000 1234") == [person]
    assert await found(store, SearchField.PHONE, "010-0000-1235") == []
    assert await found(store, SearchField.NAME, "별") == []


async def test_two_of_one_name_are_both_found_in_the_order_they_came(store: Store) -> None:
    first, second = await add(store, contact=""), await add(store, "한별", "010-9999-0000")
    assert await found(store, SearchField.NAME, NAME) == [first, second]


async def test_a_number_that_shares_its_digest_is_a_candidate_but_does_not_hold_it(store: Store, vault: Vault) -> None:
    """A digest is two bytes on purpose: only opening tells."""
    [digest] = vault.blind.digests(SearchField.PHONE, PHONE)
    numbers = (f"010-{n // 10000:04}-{n % 10000:04}" for n in range(20_000, 2_000_000))
    twin = next(each for each in numbers if vault.blind.digests(SearchField.PHONE, each) == [digest])
    person = await add(store)
    async with store.unit(some_context()) as unit:
        [candidate] = await unit.candidates(SearchField.PHONE, twin)
        assert candidate.person == person
        assert not await unit.holds(candidate.event, SearchField.PHONE, twin)


async def test_whoever_is_erased_is_found_no_more_even_before_their_rows_are_gone(store: Store, vault: Vault) -> None:
    erased, stays = await add(store), await add(store)
    await vault.destroy(erased)
    assert await found(store, SearchField.NAME, NAME) == [stays]
    async with store.unit(some_context()) as unit:
        assert await unit.forget_index(erased) == 2
        assert [each.person for each in await unit.candidates(SearchField.NAME, NAME)] == [stays]


async def test_with_a_persons_key_their_rows_go(store: Store) -> None:
    erased, stays = await add(store), await add(store)
    async with store.unit(some_context()) as unit:
        await unit.destroy_key(erased, "person")
    async with store.read() as conn:
        assert {row["person"] for row in await conn.fetch("select person from blind_index")} == {stays}


async def test_an_event_that_is_rolled_back_leaves_nothing_to_find(store: Store) -> None:
    async def fails() -> None:
        person = uuid4()
        async with store.unit(some_context()) as unit:
            stream = await unit.stream("volunteer", person, state)
            fact = Fact(VolunteerApplied(person=person, district=District.MAPO), {"name": NAME, "contact": PHONE})
            await stream.append(fact)
            assert [each.person for each in await unit.candidates(SearchField.NAME, NAME)] == [person]
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await fails()
    assert await found(store, SearchField.NAME, NAME) == []


async def test_nothing_of_the_text_stands_in_the_index(store: Store) -> None:
    await add(store)
    async with store.read() as conn:
        rows = await conn.fetch("select *, blind_index::text as line from blind_index")
    assert len(rows) == 2
    assert {len(row["digest"]) for row in rows} == {2}
    assert not any("한별" in row["line"] or "1234" in row["line"].split(",")[1] for row in rows)


def test_only_sealed_fields_can_be_made_findable() -> None:
    with pytest.raises(ValueError, match="no sealed field"):
        Projector().finds(VolunteerApplied, district=SearchField.NAME)


async def test_a_search_reads_a_handful_of_rows_however_many_there_are(store: Store, vault: Vault) -> None:
    await add(store)
    async with store.unit(some_context()) as unit:
        await unit.conn.execute(
            "insert into blind_index (field, digest, person, record_kind, record, event)"
            " select 'phone', decode(lpad(to_hex(n % 65536), 4, '0'), 'hex'), gen_random_uuid(), 'volunteer',"
            " gen_random_uuid(), gen_random_uuid() from generate_series(1, 30000) n"
        )
        digests = vault.blind.digests(SearchField.PHONE, PHONE)
        query = "select event from blind_index where field = 'phone' and digest = any($1)"
        plan = await unit.conn.fetchval(f"explain (analyze, format json) {query}", digests)
        found = await unit.candidates(SearchField.PHONE, PHONE)
    assert "blind_index_pkey" in plan
    assert "Seq Scan" not in plan
    assert 1 <= len(found) <= 3
