"""The sealed form of a few fields: pure bytes in, bytes out.

Format 1, all lengths big-endian:

    01 | number of fields (1) | per field, sorted by name: name length (1) | name | nonce (12) | length (4) | ciphertext and tag

Each field is AES-256-GCM under the person's data key with a random 96-bit nonce. Its associated data names the place it
belongs to and the whole set of fields, so a ciphertext opens only in its own service, table, field, person and record,
and no field can be dropped, added or mixed in from an older sealing of the same record.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ansim.errors import AnsimError

FORMAT = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class SealBroken(AnsimError):
    """These bytes were not sealed here: changed, cut short, moved from another place, or of an unknown format."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where sealed bytes belong. Bytes sealed for one place never open in another."""

    service: str
    table: str
    person: UUID
    record: UUID


def seal(key: AESGCM, place: Place, fields: Mapping[str, bytes]) -> bytes:
    """Seals each field by itself. At most 255 fields; names are snake_case; raises ValueError otherwise."""
    names = tuple(sorted(fields))
    prefixes = _prefixes(names)
    before, after = _associated(place, names)
    nonces = os.urandom(_NONCE_BYTES * len(names))
    parts = [bytes((FORMAT, len(names)))]
    for at, (name, prefix) in enumerate(zip(names, prefixes, strict=True)):
        nonce = nonces[at * _NONCE_BYTES : (at + 1) * _NONCE_BYTES]
        closed = key.encrypt(nonce, fields[name], before + prefix[1:] + after)
        parts += (prefix, nonce, len(closed).to_bytes(4, "big"), closed)
    return b"".join(parts)


def open_sealed(key: AESGCM, place: Place, sealed: bytes) -> dict[str, bytes]:
    """The fields that `seal` closed for this place. Raises SealBroken for anything else, and never gives a part."""
    entries = _entries(sealed)
    before, after = _associated(place, tuple(name for name, _, _ in entries))
    try:
        return {name: key.decrypt(nonce, closed, before + name.encode() + after) for name, nonce, closed in entries}
    except InvalidTag:
        raise SealBroken("sealed bytes were changed or belong to another place") from None


def _entries(sealed: bytes) -> list[tuple[str, bytes, bytes]]:
    if len(sealed) < 2 or sealed[0] != FORMAT:
        raise SealBroken("unknown format of sealed bytes")
    entries: list[tuple[str, bytes, bytes]] = []
    at = 2
    for _ in range(sealed[1]):
        name_end = at + 1 + (sealed[at] if at < len(sealed) else 0)
        body = name_end + _NONCE_BYTES + 4
        closed_end = body + int.from_bytes(sealed[body - 4 : body], "big")
        name = sealed[at + 1 : name_end].decode("ascii", "replace")
        if closed_end > len(sealed) or closed_end - body < _TAG_BYTES or not _NAME.fullmatch(name):
            raise SealBroken("sealed bytes are cut short")
        entries.append((name, sealed[name_end : name_end + _NONCE_BYTES], sealed[body:closed_end]))
        at = closed_end
    names = [name for name, _, _ in entries]
    if at != len(sealed) or names != sorted(set(names)):
        raise SealBroken("sealed bytes do not add up")
    return entries


@lru_cache(maxsize=256)
def _prefixes(names: tuple[str, ...]) -> tuple[bytes, ...]:
    """Each name as it stands in the sealed bytes, behind its length. Sets of names are few: they come from the code."""
    if len(names) > 255:
        raise ValueError("at most 255 sealed fields")
    if not all(map(_NAME.fullmatch, names)):
        raise ValueError("a sealed field is named in snake_case, at most 63 letters")
    return tuple(bytes((len(name),)) + name.encode() for name in names)


def _associated(place: Place, names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """The associated data of a field is what stands before its name, its name, and what stands after."""
    before = f"ansim-sealed-{FORMAT}|{place.service}|{place.table}|"
    return before.encode(), f"|{place.person}|{place.record}|{','.join(names)}".encode()
