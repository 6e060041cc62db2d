"""What start-up refuses outside the demo."""

import math
from collections import Counter
from typing import Final, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from ansim.errors import Fatal
from ansim.vault import kek_from

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_SHORTEST_SECRET: Final = 16
_LEAST_BITS_A_LETTER: Final = 2.5
_WEAK: Final = ("secret", "password", "changeme", "ansim", "default", "example")


class CheckedSettings(Protocol):
    """The settings that are looked at; `ansim.runtime.settings.Settings` has them."""

    @property
    def demo(self) -> bool: ...
    @property
    def kek(self) -> SecretStr: ...
    @property
    def database_url(self) -> SecretStr: ...
    @property
    def keys_url(self) -> SecretStr: ...
    @property
    def owner_database_url(self) -> SecretStr: ...
    @property
    def oidc_issuer(self) -> str: ...
    @property
    def oidc_client_id(self) -> str: ...
    @property
    def oidc_client_secret(self) -> SecretStr: ...
    @property
    def urls(self) -> dict[str, str]: ...


def check_settings(settings: CheckedSettings) -> list[str]:
    """One sentence for each setting that must not be used as it is; empty when all is well. Repeats no secret."""
    found = _kek(settings.kek.get_secret_value())
    if not settings.oidc_issuer:
        found.append("ANSIM_OIDC_ISSUER is missing: nobody could sign in.")
    if settings.demo:
        if settings.oidc_issuer and not _on_this_machine(urlsplit(settings.oidc_issuer).hostname or ""):
            found.append("ANSIM_MODE is demo, but ANSIM_OIDC_ISSUER is not on this machine.")
        return found
    return found + _production(settings)


def _production(settings: CheckedSettings) -> list[str]:
    found = []
    if settings.oidc_issuer and urlsplit(settings.oidc_issuer).scheme != "https":
        found.append("ANSIM_OIDC_ISSUER must be an https address.")
    if _weak(settings.oidc_client_secret.get_secret_value()):
        found.append("ANSIM_OIDC_CLIENT_SECRET is missing, short or a well-known word.")
    if not settings.urls:
        found.append("ANSIM_URLS is missing: sign-in could not lead back.")
    found += [
        f"ANSIM_URLS: the address of {slug} must be https."
        for slug, url in sorted(settings.urls.items())
        if urlsplit(url).scheme != "https"
    ]
    for name, url in (("DATABASE", settings.database_url), ("KEYS", settings.keys_url)):
        if not url.get_secret_value():
            found.append(f"ANSIM_{name}_URL is missing.")
    if settings.database_url.get_secret_value() and _same_database(settings):
        found.append("ANSIM_KEYS_URL must be another database than ANSIM_DATABASE_URL: keys live apart from the data.")
    if settings.owner_database_url.get_secret_value():
        found.append("ANSIM_OWNER_DATABASE_URL is for provisioning only: a service must not have it.")
    return found


def _on_this_machine(hostname: str) -> bool:
    return hostname in _LOOPBACK or hostname.endswith(".localhost")


def _kek(text: str) -> list[str]:
    try:
        key = kek_from(text)
    except Fatal as error:
        return [f"ANSIM_KEK: {error}."]
    return ["ANSIM_KEK is not random: make one with `openssl rand -base64 32`."] if _bits(key) < 4 else []


def _weak(secret: str) -> bool:
    known = any(word in secret.lower() for word in _WEAK)
    return known or len(secret) < _SHORTEST_SECRET or _bits(secret.encode()) < _LEAST_BITS_A_LETTER


def _bits(text: bytes) -> float:
    """Shannon entropy a byte: enough to tell something random from something typed."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _same_database(settings: CheckedSettings) -> bool:
    data, keys = (urlsplit(url.get_secret_value()) for url in (settings.database_url, settings.keys_url))
    return (data.hostname, data.port, data.path) == (keys.hostname, keys.port, keys.path)
