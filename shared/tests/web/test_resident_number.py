"""Resident registration numbers are found however they are written; other numbers are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.web.resident_number import holds_resident_number, without_resident_number


@pytest.mark.parametrize(
    "text",
    [
        "제 번호는 050102-3123456 입니다",
        "050102 3123456",
        "0501023123456",
        "０５０１０２－３１２３４５６",
        "050102\u200b-\u200b3123456",
        "050102–4123456",
        "번호:050102-3123456.",
        "050102.1123456",
        "050102\n-3123456",
        "990101 – 1234567",
    ],
)
def test_a_resident_registration_number_is_found_however_it_is_written(text: str) -> None:
    assert holds_resident_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "010-1234-5678",
        "2021-05-27 14:20에 보냈습니다",
        "계좌 110-123-456789",
        "7391 0264 8815 4470",
        "051302-3123456",
        "050100-3123456",
        "050102-9123456",
        "12345678901234567890",
        "게시물 2021052712345 번",
    ],
)
def test_telephone_account_and_receipt_numbers_pass(text: str) -> None:
    assert not holds_resident_number(text)
    assert without_resident_number(text) == text


@given(
    st.dates(),
    st.integers(1, 8),
    st.integers(0, 999_999),
    st.sampled_from(["", "-", " ", " - ", "."]),
    st.text("가나다 .,", max_size=5),
)
def test_every_number_of_that_shape_is_found(day: object, kind: int, rest: int, between: str, around: str) -> None:
    number = f"{day:%y%m%d}{between}{kind}{rest:06d}"
    assert holds_resident_number(f"{around}{number}{around}")
