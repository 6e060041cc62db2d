"""Seal and open what belongs to a person, and erase it by destroying their key."""

from collections.abc import Collection, Mapping
from typing import Final, Self
from uuid import UUID

import asyncpg
import structlog

from ansim.telemetry import Metrics
from ansim.vault.blind import BlindIndex
from ansim.vault.keyring import Kek, KeyRing, KeyStore
from ansim.vault.sealing import Place, open_sealed, seal
from ansim.vault.stores import PostgresKeyStore

SERVICE_ITSELF: Final = UUID(int=0)
_RAW = "raw"

log = structlog.get_logger("vault")


class Vault:
    """The personal data of one service. `keys` is a pool to the key store database, or a `KeyStore`.

    Ciphertexts live in the service's own tables; keys live elsewhere, so that erasing one key erases every copy of what
    it closed, in tables, write-ahead logs, replicas and backups alike (see the privacy notes for the horizon).
    All methods raise Retriable while the key store is away.
    """

    def __init__(
        self, keys: asyncpg.Pool | KeyStore, kek: bytes | Kek, service: str, metrics: Metrics | None = None
    ) -> None:
        store = PostgresKeyStore(keys, service, metrics) if isinstance(keys, asyncpg.Pool) else keys
        self._ring = KeyRing(store, kek if isinstance(kek, Kek) else Kek(kek), service)
        self._blind = BlindIndex(service, self._ring.secret)

    @classmethod
    def on(cls, ring: KeyRing) -> Self:
        """A vault over a ring of one's own (another key life, another clock)."""
        vault = cls.__new__(cls)
        vault._ring = ring
        vault._blind = BlindIndex(ring.service, ring.secret)
        return vault

    @property
    def blind(self) -> BlindIndex:
        """How names and telephone numbers of this service are found without being readable."""
        return self._blind

    @property
    def service_seal(self) -> "ServiceSeal":
        """The seal for what belongs to no known person, under the service's own key."""
        return ServiceSeal(self._ring)

    async def seal(self, person: UUID, fields: Mapping[str, str], record: UUID, table: str = "journal") -> bytes:
        """Seals `fields` under the person's key, made on first use. Raises KeyDestroyed after an erasure."""
        key = (await self._ring.require((_a_person(person),)))[person]
        return seal(key, self._place(person, record, table), {name: text.encode() for name, text in fields.items()})

    async def open(self, person: UUID, sealed: bytes, record: UUID, table: str = "journal") -> dict[str, str] | None:
        """The fields again, or None when the person's key was destroyed: a normal answer, not a fault.

        Raises SealBroken when the bytes were changed or belong to another person, record, table or service, and
        KeyMissing when the store has never heard of the person.
        """
        key = await self._ring.find(_a_person(person))
        if key is None:
            return None
        fields = open_sealed(key, self._place(person, record, table), sealed)
        return {name: text.decode() for name, text in fields.items()}

    async def make_key(self, person: UUID) -> None:
        """Makes the key of a person who is new; one who has a key keeps it. Only a hint for speed, like `prefetch`."""
        await self._ring.make(_a_person(person))

    async def prefetch(self, persons: Collection[UUID], *, create: bool = False) -> None:
        """Fetches the keys of a whole list in one question; `create` also makes the missing ones, in one statement.

        Only a hint for speed: `seal` and `open` do without it.
        """
        if create:
            await self._ring.require(persons)
        else:
            await self._ring.find_all(persons)

    async def destroy(self, person: UUID) -> None:
        """Erases the person: nothing sealed for them opens again, here at once, elsewhere within 60 seconds.

        Idempotent. A person without a key gets a tombstone all the same, so nothing can be sealed for them later.
        """
        await self._ring.destroy(_a_person(person))
        log.info("key_destroyed")

    def _place(self, person: UUID, record: UUID, table: str) -> Place:
        return Place(self._ring.service, table, person, record)


class ServiceSeal:
    """Seals raw bytes that cannot be told apart by person (a parked message nobody could read), under one key per
    service in the same key store. There is no erasure by person here: what it closes must have a short retention."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def seal(self, raw: bytes, record: UUID, table: str = "parked") -> bytes:
        key = (await self._ring.require((SERVICE_ITSELF,)))[SERVICE_ITSELF]
        return seal(key, self._place(record, table), {_RAW: raw})

    async def open(self, sealed: bytes, record: UUID, table: str = "parked") -> bytes | None:
        key = await self._ring.find(SERVICE_ITSELF)
        return None if key is None else open_sealed(key, self._place(record, table), sealed)[_RAW]

    def _place(self, record: UUID, table: str) -> Place:
        return Place(self._ring.service, table, SERVICE_ITSELF, record)


def _a_person(person: UUID) -> UUID:
    if person == SERVICE_ITSELF:
        raise ValueError("the nil pseudonym belongs to the service itself")
    return person
