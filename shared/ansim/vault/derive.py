"""Further secrets from the one key-encryption key, each good for one purpose only."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(kek: bytes, purpose: str) -> bytes:
    """32 bytes that depend on the key and the purpose (HKDF-SHA-256): the same in every process of the suite."""
    return HKDF(algorithm=SHA256(), length=32, salt=b"ansim", info=purpose.encode()).derive(kek)
