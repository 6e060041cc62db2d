"""Where a partner stands in a feed, as a text that only we can make and read."""

import base64
import binascii
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ansim.errors import AnsimError
from ansim.vault import derive

START: Final = 0
_NONCE_BYTES: Final = 12
_CURSOR_BYTES: Final = _NONCE_BYTES + 8 + 16


class BadCursor(AnsimError):
    """Not a cursor of this feed: forged, cut, or of another agreement or service."""


class Cursors:
    """Encrypts a journal position for one service; the agreement is bound to it. A cursor stays good for ever."""

    def __init__(self, kek: bytes, service: str) -> None:
        self._key = AESGCM(derive(kek, f"feed-cursor-1|{service}"))

    def make(self, agreement: str, position: int) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        closed = self._key.encrypt(nonce, position.to_bytes(8, "big"), agreement.encode())
        return base64.urlsafe_b64encode(nonce + closed).decode()

    def read(self, agreement: str, cursor: str) -> int:
        """The position. Raises BadCursor."""
        try:
            raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
            if len(raw) != _CURSOR_BYTES:
                raise BadCursor("length")
            plain = self._key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], agreement.encode())
        except (binascii.Error, ValueError, InvalidTag):
            raise BadCursor("not ours") from None
        return int.from_bytes(plain, "big")
