"""Refuses resident registration numbers (주민등록번호) in free text: they are not collected and never stored (DOMAIN §6).

Six digits that are a date, then seven that begin with 1 to 8, written together or apart by a blank, a hyphen or a dot.
There is no check digit since October 2020, so none is asked for. Full-width digits and invisible characters are read as
what they look like. A telephone number does not have this shape.
"""

import re
import unicodedata
from typing import Final

from ansim.errors import Message

__all__ = ["holds_resident_number", "without_resident_number"]

_SHAPE: Final = re.compile(r"(?<!\d)\d{2}(?P<month>\d{2})(?P<day>\d{2})\s*[-.~·]?\s*[1-8]\d{6}(?!\d)")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－ー_"), "-")


def holds_resident_number(text: str) -> bool:
    """True when `text` holds something that looks like a resident registration number."""
    visible = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return any(_is_date(match) for match in _SHAPE.finditer(visible.translate(_DASHES)))


def without_resident_number(text: str) -> str:
    """For `AfterValidator`: the text as it is. Raises ValueError with a sentence for people."""
    if holds_resident_number(text):
        raise ValueError(
            Message(
                "This holds what looks like a resident registration number. We do not take these: please delete it."
            )
        )
    return text


def _is_date(match: re.Match[str]) -> bool:
    return 1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31
