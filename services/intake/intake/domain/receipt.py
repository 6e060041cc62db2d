"""The receipt number: sixteen digits that only the reporter has. We keep a digest and cannot show it again."""

import hashlib
import hmac
from typing import Final
from uuid import UUID

DIGITS: Final = 16
_SALT: Final = b"kr.ansim.intake.receipt.v1"


def receipt_for(submission: UUID, secret: bytes) -> str:
    """The receipt number of one submission. `secret` makes it unpredictable; whoever sends the same submission twice is
    told the same number, though it is stored nowhere."""
    drawn = hmac.new(secret, submission.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(drawn) % 10**DIGITS:0{DIGITS}d}"


def receipt_groups(number: str) -> list[str]:
    """The number in groups of four, as it is read aloud and written down."""
    return [number[start : start + 4] for start in range(0, len(number), 4)]


def read_receipt(typed: str) -> str | None:
    """The number somebody typed, with or without blanks and hyphens; None when it cannot be one."""
    digits = "".join(typed.split()).replace("-", "")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def receipt_digest(number: str) -> bytes:
    """What is stored. Deliberately slow to compute, so that a stolen table cannot be searched through quickly."""
    return hashlib.scrypt(number.encode(), salt=_SALT, n=2**11, r=8, p=1, dklen=32)
