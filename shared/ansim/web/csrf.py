"""Proof that a form was sent from our own page.

Signed in: `request.state.csrf` holds the session's token (set by `ansim.access`). Without a session: a signed
double-submit token, in a cookie and in the form. Both are compared in constant time. Besides, a browser that says the
request came from another site (`Sec-Fetch-Site`, `Origin`) is refused before any token is looked at.

`Origin: null` says nothing here: our own pages send it, since they ask for no referrer.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from ansim.errors import Forbidden

__all__ = ["FIELD", "HEADER", "Csrf", "CsrfRefused", "csrf_token", "handing_out"]

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"


class CsrfRefused(Forbidden):
    """The form did not come from a page of this session. Nothing was done."""


class Csrf:
    """Tokens of one service. `secret`: at least 32 bytes, the same in all processes of the service."""

    def __init__(self, package: str, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the CSRF secret needs at least 32 bytes")
        self.cookie = f"ansim_{package}_form"
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"ansim-form-token").digest()

    def token_for(self, request: Request) -> tuple[str, bool]:
        """The token for the forms of this page, and whether its cookie must be set with the answer."""
        expected = self._session_token(request)
        if expected is not None:
            return expected, False
        stored = request.cookies.get(self.cookie, "")
        if self._is_ours(stored):
            return stored, False
        nonce = secrets.token_urlsafe(24)
        return f"{nonce}.{self._sign(nonce)}", True

    def check(self, request: Request, sent: str | None) -> None:
        """Raises CsrfRefused unless `sent` is the token of this session or of this browser's cookie."""
        self.check_site(request)
        expected = self._session_token(request)
        if expected is None:
            expected = request.cookies.get(self.cookie, "")
            if not self._is_ours(expected):
                raise CsrfRefused("no form cookie")
        if not sent or not hmac.compare_digest(sent.encode(), expected.encode()):
            raise CsrfRefused("form token does not match")

    @staticmethod
    def check_site(request: Request) -> None:
        """Raises CsrfRefused when the browser says that another site sent this."""
        site = request.headers.get("sec-fetch-site")
        if site is not None and site not in ("same-origin", "none"):
            raise CsrfRefused("sent from another site")
        origin = request.headers.get("origin")
        if origin not in (None, "null") and origin.split("://", 1)[-1] != request.headers.get("host", ""):
            raise CsrfRefused("sent from another origin")

    @staticmethod
    def _session_token(request: Request) -> str | None:
        token = getattr(request.state, "csrf", None)
        return token if isinstance(token, str) and token else None

    def _sign(self, nonce: str) -> str:
        return hmac.new(self._key, nonce.encode(), hashlib.sha256).hexdigest()

    def _is_ours(self, token: str) -> bool:
        nonce, _, signature = token.partition(".")
        return bool(nonce) and hmac.compare_digest(signature.encode(), self._sign(nonce).encode())


@dataclass
class Handed:
    """The token of the page that is being rendered, and whether a form of it took it."""

    token: str
    out: bool = False


_handed: ContextVar[Handed] = ContextVar("ansim_web_handed")


@contextmanager
def handing_out(token: str) -> Iterator[Handed]:
    """Inside, `csrf_token()` of templates gives `token`."""
    handed = Handed(token)
    reset = _handed.set(handed)
    try:
        yield handed
    finally:
        _handed.reset(reset)


def csrf_token() -> str:
    """The token for the hidden field of a form. Only pages hold forms: a fragment that asks for one is a mistake."""
    handed = _handed.get()
    handed.out = True
    return handed.token
