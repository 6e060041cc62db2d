"""Data keys: one per (service, person), wrapped by the key-encryption key (KEK), unwrapped for a short while only."""

import base64
import binascii
import hashlib
import os
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ansim.errors import AnsimError, Fatal
from ansim.vault.derive import derive

MAX_LIFE_SECONDS: Final = 60.0
MAX_KEYS: Final = 10_000
_NONCE_BYTES = 12


class KeyDestroyed(AnsimError):
    """This person's data was erased in this service: nothing can be sealed for them again."""


class KeyMissing(AnsimError):
    """Sealed bytes exist, but the key store holds neither key nor tombstone: it lost something (an old backup?).

    Never taken for an erasure, so that a bad restore cannot pass as one.
    """


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A row of the key store. `wrapped` is None once the key is destroyed; that is final."""

    wrapped: bytes | None
    kek_id: str


class KeyStore(Protocol):
    """The wrapped keys of one service. Raises Retriable when the store is away."""

    async def find(self, persons: Collection[UUID]) -> Mapping[UUID, StoredKey]:
        """What is stored for these persons, destroyed keys included; persons without a key are absent."""
        ...

    async def add(self, offered: Mapping[UUID, StoredKey]) -> Mapping[UUID, StoredKey]:
        """Stores a key for each person who has none. Answers with what is now stored for all of them: of several
        callers with the same person exactly one wins, and all get the winner's key. Durable when it returns."""
        ...

    async def destroy(self, person: UUID, kek_id: str) -> None:
        """Leaves a tombstone without content, also for a person who had no key. Idempotent and final."""
        ...


class Kek:
    """The key-encryption key: wraps data keys with AES-256-GCM, bound to service and person.

    `retired` are earlier keys that still unwrap what they wrapped, so the KEK can be rotated without a stop.
    """

    def __init__(self, key: bytes, retired: Sequence[bytes] = ()) -> None:
        self.id = _kek_id(key)
        self._ciphers = {_kek_id(each): AESGCM(each) for each in (*retired, key)}
        self._key = key

    def secret(self, purpose: str) -> bytes:
        """A further secret, good for this purpose only (see `derive`). Another key gives others."""
        return derive(self._key, purpose)

    def wrap(self, service: str, person: UUID, data_key: bytes) -> StoredKey:
        nonce = os.urandom(_NONCE_BYTES)
        closed = self._ciphers[self.id].encrypt(nonce, data_key, _bound(self.id, service, person))
        return StoredKey(nonce + closed, self.id)

    def unwrap(self, service: str, person: UUID, stored: StoredKey) -> AESGCM | None:
        """The usable key, or None when it was destroyed. Raises Fatal when this process has the wrong KEK."""
        if stored.wrapped is None:
            return None
        cipher = self._ciphers.get(stored.kek_id)
        if cipher is None:
            raise Fatal(f"a data key was wrapped by key {stored.kek_id}, which this process does not have")
        try:
            nonce, closed = stored.wrapped[:_NONCE_BYTES], stored.wrapped[_NONCE_BYTES:]
            return AESGCM(cipher.decrypt(nonce, closed, _bound(stored.kek_id, service, person)))
        except InvalidTag:
            raise Fatal("a wrapped data key was changed or moved in the key store") from None


class KeyRing:
    """The unwrapped keys of one service, at most `max_keys` for at most `life_seconds` each.

    A key destroyed by another process stops working here when its time is up; one destroyed through this ring stops at
    once. Use of a key never prolongs its life.
    """

    def __init__(
        self,
        store: KeyStore,
        kek: Kek,
        service: str,
        *,
        life_seconds: float = MAX_LIFE_SECONDS,
        max_keys: int = MAX_KEYS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 < life_seconds <= MAX_LIFE_SECONDS:
            raise ValueError("an unwrapped key lives for at most 60 seconds")
        self.service = service
        self._store = store
        self._kek = kek
        self._life = life_seconds
        self._max = max_keys
        self._now = now
        self._keys: OrderedDict[UUID, tuple[AESGCM | None, float]] = OrderedDict()

    def secret(self, purpose: str) -> bytes:
        """A secret of this service for one purpose (see `Kek.secret`)."""
        return self._kek.secret(purpose)

    async def find(self, person: UUID) -> AESGCM | None:
        """The person's key; None when it was destroyed. Raises KeyMissing when there never was one."""
        known = await self.find_all((person,))
        if person not in known:
            raise KeyMissing("the key store does not know this person")
        return known[person]

    async def find_all(self, persons: Collection[UUID]) -> dict[UUID, AESGCM | None]:
        """The keys of those who have or had one, with at most one question to the store."""
        known, missing = self._fresh(persons)
        if missing:
            known |= self._keep(await self._store.find(missing))
        return known

    async def require(self, persons: Collection[UUID]) -> dict[UUID, AESGCM]:
        """The keys of these persons, made where there were none. Raises KeyDestroyed if one of them was destroyed."""
        known, missing = self._fresh(persons)
        if missing:
            known |= self._keep(await self._store.find(missing))
            missing = [person for person in missing if person not in known]
        if missing:
            made = {each: self._kek.wrap(self.service, each, AESGCM.generate_key(256)) for each in missing}
            known |= self._keep(await self._store.add(made))
        usable = {person: key for person, key in known.items() if key is not None}
        if len(usable) < len(known):
            raise KeyDestroyed("the key of this person was destroyed")
        return usable

    async def make(self, person: UUID) -> None:
        """A key for somebody who is new, with one question to the store instead of two. Who has or had one keeps that."""
        if self._fresh((person,))[1]:
            made = self._kek.wrap(self.service, person, AESGCM.generate_key(256))
            self._keep(await self._store.add({person: made}))

    async def destroy(self, person: UUID) -> None:
        """Destroys the key for good, everywhere within `life_seconds`, here at once. Idempotent."""
        await self._store.destroy(person, self._kek.id)
        self._put(person, None)

    def _fresh(self, persons: Collection[UUID]) -> tuple[dict[UUID, AESGCM | None], list[UUID]]:
        now = self._now()
        while self._keys and next(iter(self._keys.values()))[1] <= now:
            self._keys.popitem(last=False)
        known = {person: self._keys[person][0] for person in persons if person in self._keys}
        return known, [person for person in dict.fromkeys(persons) if person not in known]

    def _keep(self, stored: Mapping[UUID, StoredKey]) -> dict[UUID, AESGCM | None]:
        kept: dict[UUID, AESGCM | None] = {}
        for person, row in stored.items():
            destroyed_meanwhile = person in self._keys and self._keys[person][0] is None
            key = None if destroyed_meanwhile else self._kek.unwrap(self.service, person, row)
            self._put(person, key)
            kept[person] = key
        return kept

    def _put(self, person: UUID, key: AESGCM | None) -> None:
        self._keys.pop(person, None)  # all lives are equal, so the order of putting is the order of ending
        self._keys[person] = (key, self._now() + self._life)
        if len(self._keys) > self._max:
            self._keys.popitem(last=False)


def kek_from(text: str) -> bytes:
    """The 32 bytes of a KEK from base64 text. Raises Fatal without repeating the text."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Fatal("the key-encryption key is not base64") from None
    if len(key) != 32:
        raise Fatal("the key-encryption key must be 32 bytes")
    return key


def _kek_id(key: bytes) -> str:
    return hashlib.sha256(b"ansim-kek-id|" + key).hexdigest()[:16]


def _bound(kek_id: str, service: str, person: UUID) -> bytes:
    return f"ansim-person-key-1|{kek_id}|{service}|{person}".encode()
