"""The receipt number."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.receipt import DIGITS, read_receipt, receipt_digest, receipt_for, receipt_groups

SECRET = b"a secret of these tests, 32 bytes"


@given(st.uuids())
def test_a_receipt_is_read_back_as_it_was_told(submission: UUID) -> None:
    number = receipt_for(submission, SECRET)
    assert [len(group) for group in receipt_groups(number)] == [5, 5, 5, 5, 5]
    assert read_receipt(" ".join(receipt_groups(number))) == number
    assert read_receipt("-".join(receipt_groups(number))) == number


@given(st.uuids(), st.uuids())
def test_a_receipt_follows_the_submission_and_the_secret(one: UUID, other: UUID) -> None:
    assert receipt_for(one, SECRET) == receipt_for(one, SECRET)
    assert (one == other) == (receipt_for(one, SECRET) == receipt_for(other, SECRET))
    assert receipt_for(one, SECRET) != receipt_for(one, b"another secret")


@pytest.mark.parametrize("typed", ["", "7391", "7391 0264 8815 447x", "７３９１０２６４８８１５４４７０", "1" * 17])
def test_what_cannot_be_a_receipt_is_none(typed: str) -> None:
    assert read_receipt(typed) is None


@pytest.mark.parametrize("number", ["7391026488154470", "7391026488154470739102648"])
def test_the_digest_tells_receipts_apart_and_not_the_receipt(number: str) -> None:
    digest = receipt_digest(number)
    assert digest == receipt_digest(number)
    assert digest != receipt_digest(number[:-1] + "1")
    assert b"7391" not in digest


def test_a_receipt_given_out_earlier_is_read_and_grouped_as_before() -> None:
    number = read_receipt("7391 0264 8815 4470")
    assert number is not None
    assert receipt_groups(number) == ["7391", "0264", "8815", "4470"]


def test_a_number_has_more_than_eighty_random_bits() -> None:
    assert 10**DIGITS > 2**80
