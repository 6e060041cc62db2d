"""Opaque cursors: where the next page of a list begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from ansim.errors import DomainError, Message


def page_cursor(last_number: int) -> str:
    """The cursor of the page after the row with this number."""
    return urlsafe_b64encode(f"n{last_number}".encode()).decode().rstrip("=")


def page_of(cursor: str) -> int | None:
    """The number a cursor points behind; None for the first page. Raises DomainError for a cursor that is not ours."""
    if not cursor:
        return None
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (Error, ValueError) as error:
        raise _unknown() from error
    if not (text.startswith("n") and text[1:].isdigit() and len(text) <= 19):
        raise _unknown()
    return int(text[1:])


def _unknown() -> DomainError:
    return DomainError("unknown_cursor", "before", Message("This page mark is not valid. Begin at the first page."))
