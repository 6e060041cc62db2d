"""Vault: what may never leave is closed here, under a key of its own per person.

    vault = Vault(keys_pool, kek, "intake")
    sealed = await vault.seal(person, {"contact": "…"}, record=event_id)
    await vault.open(person, sealed, record=event_id)      # {"contact": "…"}
    await vault.destroy(person)                            # from now on: None

Keys stand in a database of their own (`ansim_keys`, migrations beside this file), wrapped by the key-encryption key.
"""

from ansim.vault.blind import BlindIndex, Candidate, SearchField
from ansim.vault.derive import derive
from ansim.vault.keyring import Kek, KeyDestroyed, KeyMissing, KeyRing, KeyStore, StoredKey, kek_from
from ansim.vault.sealing import SealBroken
from ansim.vault.stores import MemoryKeyStore, PostgresKeyStore
from ansim.vault.vault import ServiceSeal, Vault

__all__ = [
    "BlindIndex",
    "Candidate",
    "Kek",
    "KeyDestroyed",
    "KeyMissing",
    "KeyRing",
    "KeyStore",
    "MemoryKeyStore",
    "PostgresKeyStore",
    "SealBroken",
    "SearchField",
    "ServiceSeal",
    "StoredKey",
    "Vault",
    "derive",
    "kek_from",
]
