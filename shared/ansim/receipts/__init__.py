"""Proof that something arrived: a time and a random id, signed with Ed25519. It holds no content and names nobody.

Anybody can check it without us, with the public key that the centre publishes: `ansim verify-receipt FILE --key KEY`.
"""

from ansim.receipts.proof import Proof, PublicKey, Signer, Verdict, read_proof

__all__ = ["Proof", "PublicKey", "Signer", "Verdict", "read_proof"]
