"""A receipt proves a time and a random id; any change of it, and any other key, is found."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.receipts import PublicKey, Signer, Verdict, read_proof

SIGNER, OTHER = Signer(b"s" * 32), Signer(b"o" * 32)
AT = datetime(2026, 11, 27, 1, 2, 3, 999, tzinfo=UTC)
PROOF = SIGNER.sign(UUID(int=7), AT)


def test_a_receipt_is_genuine_under_the_key_that_signed_it_and_no_other() -> None:
    assert SIGNER.public.check(read_proof(PROOF.text())) is Verdict.GENUINE
    assert OTHER.public.check(read_proof(PROOF.text())) is Verdict.OTHER_KEY


def test_the_published_key_is_read_back() -> None:
    assert PublicKey.read(SIGNER.public.text()) == SIGNER.public
    for text in ("", "{}", '{"ed25519": "AAAA"}', '{"ed25519": 1}', "[1]"):
        with pytest.raises(ValueError, match=r"published receipt key|Expecting|too long"):
            PublicKey.read(text)


@given(st.sampled_from(["id", "received_at", "key", "signature"]), st.text(max_size=60))
def test_no_changed_field_passes(field: str, value: str) -> None:
    changed = json.loads(PROOF.text()) | {field: value}
    verdict = SIGNER.public.check(read_proof(json.dumps(changed)))
    assert verdict is not Verdict.GENUINE or changed == json.loads(PROOF.text())


@given(st.text(max_size=200) | st.binary(max_size=100).map(repr))
def test_text_that_is_no_receipt_is_none(text: str) -> None:
    assert SIGNER.public.check(read_proof(text)) is Verdict.UNREADABLE


def test_a_later_time_is_not_what_was_signed() -> None:
    later = PROOF.text().replace("01:02:03", "01:02:04")
    assert SIGNER.public.check(read_proof(later)) is Verdict.FORGED
