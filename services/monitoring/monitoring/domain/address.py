"""The address of a sighting, as text. It is never resolved, fetched or opened: possessing or viewing such material is
itself a crime (DOMAIN §6)."""

from typing import Final
from urllib.parse import urlsplit

from ansim.errors import DomainError, Message

MAX_ADDRESS: Final = 2_000


def checked_address(text: str) -> str:
    """The address without surrounding blanks. Syntax only: http or https, a host, no blanks inside.

    Raises DomainError on field `url`; the message never repeats what was typed.
    """
    address = text.strip()
    if not address:
        raise DomainError("address_missing", "url", Message("Give the address."))
    if len(address) > MAX_ADDRESS:
        raise DomainError(
            "address_too_long", "url", Message("The address has more than {limit} characters.", limit=MAX_ADDRESS)
        )
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        raise DomainError("address_has_blanks", "url", Message("The address has blanks or hidden characters."))
    if not _is_web_address(address):
        raise DomainError("address_malformed", "url", Message("The address must begin with http:// or https://."))
    return address


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
