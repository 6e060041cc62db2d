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
    names = sorted(fields)
    if len(names) > 255:
        raise ValueError("at most 255 sealed fields")
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError("a sealed field is named in snake_case, at most 63 letters")
    out = bytearray((FORMAT, len(names)))
    for name in names:
        nonce = os.urandom(_NONCE_BYTES)
        closed = key.encrypt(nonce, fields[name], _associated(place, name, names))
        out += bytes((len(name),)) + name.encode() + nonce + len(closed).to_bytes(4, "big") + closed
    return bytes(out)


def open_sealed(key: AESGCM, place: Place, sealed: bytes) -> dict[str, bytes]:
    """The fields that `seal` closed for this place. Raises SealBroken for anything else, and never gives a part."""
    entries = _entries(sealed)
    names = [name for name, _, _ in entries]
    try:
        return {
            name: key.decrypt(nonce, closed, _associated(place, name, names)).decode()
            for name, nonce, closed in entries
        }
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


def _associated(place: Place, field: str, names: list[str]) -> bytes:
    parts = (place.service, place.table, field, str(place.person), str(place.record), ",".join(names))
    return f"ansim-sealed-{FORMAT}|{'|'.join(parts)}".encode()
