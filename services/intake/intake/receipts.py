"""Receipts of this deployment: their numbers, and the signed proof that something arrived.

Both are bound to secrets derived from the key-encryption key and kept in memory only, so nobody else can tell which
numbers are valid, or sign.
"""

import asyncio
from datetime import datetime
from uuid import UUID

from ansim.receipts import Proof, Signer
from ansim.runtime.settings import Settings
from ansim.vault import derive, kek_from

from .domain.receipt import DIGITS, receipt_digest, receipt_for


class Receipts:
    """Numbers and proofs of submissions."""

    def __init__(self, settings: Settings) -> None:
        kek = kek_from(settings.kek.get_secret_value())
        self._secret = derive(kek, "receipt-number|intake")
        self.signer = Signer(derive(kek, "receipt-signature|intake"))

    def number(self, submission: UUID) -> str:
        return receipt_for(submission, self._secret)

    async def digest(self, number: str) -> bytes:
        """What is stored of a number; the slow kind is worked out in a thread."""
        if len(number) == DIGITS:
            return receipt_digest(number)
        return await asyncio.to_thread(receipt_digest, number)

    def proof(self, id: UUID, received_at: datetime) -> Proof:
        return self.signer.sign(id, received_at)
