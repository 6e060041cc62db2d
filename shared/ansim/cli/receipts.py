"""`ansim verify-receipt`: checks a receipt without a network and without the centre."""

from pathlib import Path
from typing import Final

from ansim.errors import Fatal
from ansim.receipts import PublicKey, Verdict, read_proof

__all__ = ["verify_receipt"]

SAID: Final = {
    Verdict.GENUINE: "genuine: something arrived at {at} (UTC); its random id is {id}",
    Verdict.OTHER_KEY: "signed with another key than this one",
    Verdict.FORGED: "not genuine: something in it was changed",
    Verdict.UNREADABLE: "this is no receipt",
}


def verify_receipt(receipt: Path, key: Path) -> int:
    """0 for a genuine receipt, 1 for any other. Raises Fatal when a file cannot be read or the key is none."""
    try:
        proof = read_proof(receipt.read_text(encoding="utf-8", errors="replace"))
        public = PublicKey.read(key.read_text(encoding="utf-8"))
    except OSError as error:
        raise Fatal(f"cannot read {error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise Fatal(f"{key} is not a published receipt key: take it from the centre's /receipt/key") from error
    verdict = public.check(proof)
    told = {"at": proof.received_at.strftime("%Y-%m-%d %H:%M:%S"), "id": proof.id} if proof else {}
    print(SAID[verdict].format(**told))
    return 0 if verdict is Verdict.GENUINE else 1
