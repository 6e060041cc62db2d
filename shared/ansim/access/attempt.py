"""A sign-in that has begun: what we must remember until the person comes back from the provider.

It travels in a cookie of the browser that began it, encrypted and short-lived. So a callback works only in that browser
(no sign-in can be foisted on someone else), and visitors who never come back cost nothing.
"""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LIFE_SECONDS: Final = 600
_NONCE_BYTES: Final = 12
_PURPOSE: Final = b"ansim-sign-in-1"


@dataclass(frozen=True, slots=True)
class Attempt:
    """`state`, `nonce` and `verifier` are random; `back` is a path of this service."""

    state: str
    nonce: str
    verifier: str
    back: str
    until: float


class Attempts:
    """Makes and reads the cookie. `key`: 32 bytes, the same in all processes of a service."""

    def __init__(self, key: bytes, now: Callable[[], float] = time.time) -> None:
        self._key = AESGCM(key)
        self._now = now

    def begin(self, back: str) -> Attempt:
        """A new attempt with fresh random values (RFC 7636 asks for a verifier of 43 to 128 characters)."""
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (24, 24, 48))
        return Attempt(state, nonce, verifier, safe_path(back), self._now() + LIFE_SECONDS)

    def to_cookie(self, attempt: Attempt) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return (nonce + self._key.encrypt(nonce, orjson.dumps(asdict(attempt)), _PURPOSE)).hex()

    def from_cookie(self, cookie: str) -> Attempt | None:
        """The attempt, None when the cookie is not ours, was changed or is too old."""
        try:
            raw = bytes.fromhex(cookie)
            plain = self._key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _PURPOSE)
        except (ValueError, InvalidTag):
            return None
        attempt = Attempt(**orjson.loads(plain))
        return attempt if self._now() < attempt.until else None


def safe_path(back: str) -> str:
    """`back` if it is a plain path of this service, else `/`: never another host, scheme, or a way around the check."""
    plain = back.startswith("/") and not back.startswith("//") and len(back) <= 512
    if not plain or "\\" in back or any(ord(letter) <= 32 or ord(letter) == 127 for letter in back):
        return "/"
    return back
