"""Receipt numbers of this deployment: bound to its key, so that nobody else can tell which numbers are valid."""

import hashlib
from uuid import UUID

from ansim.runtime.settings import Settings

from .domain.receipt import receipt_for


class Receipts:
    """Numbers of submissions. The secret is derived from the key-encryption key and kept in memory only."""

    def __init__(self, settings: Settings) -> None:
        kek = settings.kek.get_secret_value().encode()
        self._secret = hashlib.blake2b(kek, digest_size=32, person=b"intake-receipt").digest()

    def number(self, submission: UUID) -> str:
        return receipt_for(submission, self._secret)
