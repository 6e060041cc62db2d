"""The vault over the real key store and over its twin."""

import asyncio
from uuid import UUID, uuid4

import pytest

from ansim.errors import Fatal
from ansim.vault import Kek, KeyDestroyed, KeyMissing, KeyRing, KeyStore, SealBroken, Vault, kek_from

KEK = bytes(range(32))
SECRETS = {"name": "가나다 (가상)", "contact": "010-0000-0000"}


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_what_was_sealed_for_a_person_opens_for_that_person(store: KeyStore) -> None:
    vault, person, record = Vault(store, KEK, "intake"), uuid4(), uuid4()

    sealed = await vault.seal(person, SECRETS, record)

    assert await vault.open(person, sealed, record) == SECRETS
    assert all(text.encode() not in sealed for text in SECRETS.values())


async def test_another_process_with_the_same_key_store_opens_it(store: KeyStore) -> None:
    person, record = uuid4(), uuid4()
    sealed = await Vault(store, KEK, "intake").seal(person, SECRETS, record)

    assert await Vault(store, KEK, "intake").open(person, sealed, record) == SECRETS


async def test_sealed_bytes_do_not_open_for_another_person_record_or_table(store: KeyStore) -> None:
    vault, person, other, record = Vault(store, KEK, "intake"), uuid4(), uuid4(), uuid4()
    sealed = await vault.seal(person, SECRETS, record)
    await vault.seal(other, SECRETS, record)

    for who, which, table in ((other, record, "journal"), (person, uuid4(), "journal"), (person, record, "parked")):
        with pytest.raises(SealBroken):
            await vault.open(who, sealed, which, table)


async def test_after_destruction_there_is_nothing_to_read_and_nothing_can_be_sealed(store: KeyStore) -> None:
    vault, person, record = Vault(store, KEK, "intake"), uuid4(), uuid4()
    sealed = await vault.seal(person, SECRETS, record)

    await vault.destroy(person)
    await vault.destroy(person)

    assert await vault.open(person, sealed, record) is None
    assert await Vault(store, KEK, "intake").open(person, sealed, record) is None
    with pytest.raises(KeyDestroyed):
        await vault.seal(person, SECRETS, record)


async def test_a_person_erased_before_anything_was_sealed_stays_erased(store: KeyStore) -> None:
    vault, person = Vault(store, KEK, "intake"), uuid4()

    await vault.destroy(person)

    with pytest.raises(KeyDestroyed):
        await vault.seal(person, SECRETS, uuid4())


async def test_a_key_destroyed_by_another_process_stops_working_within_its_short_life(store: KeyStore) -> None:
    clock, person, record = Clock(), uuid4(), uuid4()
    here = Vault.on(KeyRing(store, Kek(KEK), "intake", life_seconds=60, now=clock))
    sealed = await here.seal(person, SECRETS, record)
    await Vault(store, KEK, "intake").destroy(person)

    clock.seconds = 59.9
    assert await here.open(person, sealed, record) == SECRETS  # the price of the cache, at most a minute
    clock.seconds = 60.0
    assert await here.open(person, sealed, record) is None


async def test_using_a_key_does_not_prolong_its_life(store: KeyStore) -> None:
    clock, person, record = Clock(), uuid4(), uuid4()
    here = Vault.on(KeyRing(store, Kek(KEK), "intake", life_seconds=60, now=clock))
    sealed = await here.seal(person, SECRETS, record)
    await Vault(store, KEK, "intake").destroy(person)

    for second in range(0, 60, 10):
        clock.seconds = float(second)
        await here.open(person, sealed, record)

    clock.seconds = 60.0
    assert await here.open(person, sealed, record) is None


async def test_no_more_keys_are_held_than_allowed(store: KeyStore) -> None:
    ring = KeyRing(store, Kek(KEK), "intake", max_keys=3)
    vault, people, record = Vault.on(ring), [uuid4() for _ in range(10)], uuid4()

    sealed = {person: await vault.seal(person, SECRETS, record) for person in people}

    assert len(ring._keys) == 3
    for person in people:
        assert await vault.open(person, sealed[person], record) == SECRETS


def test_an_unwrapped_key_may_not_live_longer_than_a_minute() -> None:
    with pytest.raises(ValueError, match="60 seconds"):
        KeyRing(None, Kek(KEK), "intake", life_seconds=61)  # type: ignore[arg-type]  # never reached


async def test_many_processes_sealing_for_a_new_person_at_once_make_exactly_one_key(store: KeyStore) -> None:
    person, record = uuid4(), uuid4()
    vaults = [Vault(store, KEK, "intake") for _ in range(20)]

    sealed = await asyncio.gather(*(vault.seal(person, SECRETS, record) for vault in vaults))

    reader = Vault(store, KEK, "intake")
    assert [await reader.open(person, each, record) for each in sealed] == [SECRETS] * 20


async def test_a_list_of_people_is_prefetched_with_one_question(store: KeyStore) -> None:
    asked: list[int] = []

    class Counting:
        async def find(self, persons):  # type: ignore[no-untyped-def]
            asked.append(len(persons))
            return await store.find(persons)

        add, destroy = store.add, store.destroy

    people, record = [uuid4() for _ in range(50)], uuid4()
    writer = Vault(store, KEK, "intake")
    await writer.prefetch(people, create=True)
    sealed = {person: await writer.seal(person, SECRETS, record) for person in people}
    reader = Vault(Counting(), KEK, "intake")

    await reader.prefetch([*people, uuid4()])

    assert asked == [51]
    assert [await reader.open(person, sealed[person], record) for person in people] == [SECRETS] * 50
    assert asked == [51]


async def test_sealed_bytes_without_key_or_tombstone_are_an_alarm_not_an_erasure(store: KeyStore) -> None:
    vault = Vault(store, KEK, "intake")

    with pytest.raises(KeyMissing):
        await vault.open(uuid4(), b"\x01\x00", uuid4())


async def test_a_process_with_another_kek_stops_instead_of_reading_or_making_keys(store: KeyStore) -> None:
    person, record = uuid4(), uuid4()
    sealed = await Vault(store, KEK, "intake").seal(person, SECRETS, record)

    with pytest.raises(Fatal, match="does not have"):
        await Vault(store, bytes(32), "intake").open(person, sealed, record)


async def test_a_retired_kek_still_opens_what_it_wrapped(store: KeyStore) -> None:
    person, record = uuid4(), uuid4()
    sealed = await Vault(store, KEK, "intake").seal(person, SECRETS, record)

    rotated = Vault(store, Kek(bytes(32), retired=[KEK]), "intake")

    assert await rotated.open(person, sealed, record) == SECRETS


async def test_a_wrapped_key_moved_to_another_person_does_not_unwrap(store: KeyStore) -> None:
    person, victim, record = uuid4(), uuid4(), uuid4()
    sealed = await Vault(store, KEK, "intake").seal(person, SECRETS, record)
    await store.add({victim: (await store.find([person]))[person]})

    with pytest.raises(Fatal, match="moved"):
        await Vault(store, KEK, "intake").open(victim, sealed, record)


async def test_raw_bytes_are_sealed_under_the_service_itself(store: KeyStore) -> None:
    vault, record, raw = Vault(store, KEK, "intake"), uuid4(), bytes(range(256))

    sealed = await vault.service_seal.seal(raw, record)

    assert await vault.service_seal.open(sealed, record) == raw
    with pytest.raises(SealBroken):
        await vault.service_seal.open(sealed, uuid4())


async def test_nobody_can_pass_for_the_service_itself(store: KeyStore) -> None:
    vault = Vault(store, KEK, "intake")

    with pytest.raises(ValueError, match="nil"):
        await vault.destroy(UUID(int=0))


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ="])
def test_a_weak_kek_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(Fatal) as refused:
        kek_from(text)

    assert not text or text not in str(refused.value)
