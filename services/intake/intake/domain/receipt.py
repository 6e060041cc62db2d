"""The receipt number: twenty-five digits that only the reporter has. We keep a digest and cannot show it again.

Twenty-five random digits are 83 bits, too many to be tried out, so a digest of a millisecond is enough. It hangs on no
key, so that numbers outlive every change of keys. Numbers given out earlier have sixteen digits (53 bits) and a slower
digest; they go on working.
"""

import hashlib
import hmac
from typing import Final
from uuid import UUID

DIGITS: Final = 25
GROUP: Final = 5
EARLIER_DIGITS: Final = 16
EARLIER_GROUP: Final = 4
_EARLIER_SALT: Final = b"kr.ansim.intake.receipt.v1"
_SALT: Final = b"kr.ansim.intake.receipt.v2"


def receipt_for(submission: UUID, secret: bytes) -> str:
    """The receipt number of one submission. `secret` makes it unpredictable; whoever sends the same submission twice is
    told the same number, though it is stored nowhere."""
    drawn = hmac.new(secret, submission.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(drawn) % 10**DIGITS:0{DIGITS}d}"


def receipt_groups(number: str) -> list[str]:
    """The number in groups, as it is read aloud and written down."""
    size = EARLIER_GROUP if len(number) == EARLIER_DIGITS else GROUP
    return [number[start : start + size] for start in range(0, len(number), size)]


def read_receipt(typed: str) -> str | None:
    """The number somebody typed, with or without blanks and hyphens; None when it cannot be one."""
    digits = "".join(typed.split()).replace("-", "")
    return digits if len(digits) in (DIGITS, EARLIER_DIGITS) and digits.isascii() and digits.isdigit() else None


def receipt_digest(number: str) -> bytes:
    """What is stored of a number. For sixteen digits slow to compute, on purpose: run that outside of an event loop."""
    if len(number) == EARLIER_DIGITS:
        return hashlib.scrypt(number.encode(), salt=_EARLIER_SALT, n=2**11, r=8, p=1, dklen=32)
    return hashlib.pbkdf2_hmac("sha256", number.encode(), _SALT, 2_000)
