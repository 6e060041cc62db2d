"""Resident registration numbers are found however they are written; telephone numbers and dates are left alone."""

import pytest

from ansim.web.resident_number import holds_resident_number, without_resident_number


@pytest.mark.parametrize(
    "written",
    ["990101-2345678", "9901012345678", "９９０１０１－２３４５６７８", "990101 – 1234567", "99\u200b0101-1234567"],
)
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    assert holds_resident_number(f"메모 {written} 끝")
    with pytest.raises(ValueError):
        without_resident_number(written)


@pytest.mark.parametrize(
    "written", ["010-1234-5678", "2020-05-04 18:00", "991301-1234567", "1234567890123456", "990101-9234567"]
)
def test_other_digits_are_left_alone(written: str) -> None:
    assert without_resident_number(written) == written
