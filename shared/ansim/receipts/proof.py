"""Signing and checking of receipts. Pure, except that a signer holds its private key in memory."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FORMAT: Final = "ansim-receipt-1"
LARGEST: Final = 4096
"""Characters of a receipt; more is not one."""


class Verdict(StrEnum):
    """What a check found."""

    GENUINE = "genuine"
    OTHER_KEY = "other_key"
    FORGED = "forged"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Proof:
    """`id` is random; `received_at` is to the second, in UTC; `key` names the signing key."""

    id: UUID
    received_at: datetime
    key: str
    signature: bytes

    def text(self) -> str:
        """The receipt as a file: JSON, one field a line."""
        return json.dumps(
            {
                "format": FORMAT,
                "id": str(self.id),
                "received_at": _spelled(self.received_at),
                "key": self.key,
                "signature": base64.b64encode(self.signature).decode(),
            },
            indent=2,
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key by which anybody checks receipts."""

    raw: bytes

    @property
    def id(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def text(self) -> str:
        key = base64.b64encode(self.raw).decode()
        return json.dumps({"format": "ansim-receipt-key-1", "id": self.id, "ed25519": key}, indent=2)

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError for what is not a published key."""
        try:
            raw = base64.b64decode(_object(text)["ed25519"], validate=True)
        except (KeyError, TypeError, binascii.Error) as error:
            raise ValueError("this is not a published receipt key") from error
        if len(raw) != 32:
            raise ValueError("this is not a published receipt key")
        return cls(raw)

    def check(self, proof: Proof | None) -> Verdict:
        """Whether the receipt was signed with this key. None is what `read_proof` gives for text that is no receipt."""
        if proof is None:
            return Verdict.UNREADABLE
        if proof.key != self.id:
            return Verdict.OTHER_KEY
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(proof.signature, _signed(proof.id, proof.received_at))
        except InvalidSignature:
            return Verdict.FORGED
        return Verdict.GENUINE


class Signer:
    """Signs with a key made from a secret of 32 bytes: the same in all processes of a deployment."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = PublicKey(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, id: UUID, received_at: datetime) -> Proof:
        received_at = received_at.astimezone(UTC).replace(microsecond=0)
        return Proof(id, received_at, self.public.id, self._key.sign(_signed(id, received_at)))


def read_proof(text: str) -> Proof | None:
    """The receipt in a text, None when there is none."""
    try:
        found = _object(text)
        if found["format"] != FORMAT:
            return None
        at = datetime.fromisoformat(found["received_at"])
        signature = base64.b64decode(found["signature"], validate=True)
        return Proof(UUID(found["id"]), at.astimezone(UTC), str(found["key"]), signature)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, binascii.Error):
        return None


def _object(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ValueError("too long")
    found = json.loads(text)
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _signed(id: UUID, received_at: datetime) -> bytes:
    return f"{FORMAT}\n{id}\n{_spelled(received_at)}\n".encode()
