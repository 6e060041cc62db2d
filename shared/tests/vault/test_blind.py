"""Names and telephone numbers are found when they are the same, in whatever way they were written, and never by a part."""

import hashlib
import secrets
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.vault import BlindIndex, SearchField
from ansim.vault.blind import DIGEST_BYTES, names_in, phones_in

KEY = secrets.token_bytes(32)
mobile = st.tuples(st.sampled_from(["010", "011", "016"]), st.integers(0, 9999), st.integers(0, 9999)).map(
    lambda parts: (parts[0], f"{parts[1]:04}", f"{parts[2]:04}")
)


@pytest.mark.parametrize(
    "written",
    [
        "010-1234-5678",
        "01012345678",
        "010 1234 5678",
        "010.1234.5678",
        "+82 10-1234-5678",
        "+82 (0)10-1234-5678",
        "0082 10 1234 5678",
        "+821012345678",
        "\uff10\uff11\uff10\uff0d\uff11\uff12\uff13\uff14\uff0d\uff15\uff16\uff17\uff18",  # full-width
        "010–1234–5678",
        "010-1234-5678 (가상), 저녁 7시 뒤",
        "저녁 7시 뒤에 010-1234-5678 7시 30분까지",
        "\u202a010-1234-5678\u202c",
    ],
)
def test_one_number_has_one_spelling(written: str) -> None:
    assert phones_in(written) == ["01012345678"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("02-123-4567", ["021234567"]),
        ("(031) 123-4567 / 010-1111-2222", ["0311234567", "01011112222"]),
        ("070-1234-5678", ["07012345678"]),
        ("1588-1234", []),
        ("+1 202-555-0143", ["+12025550143"]),
        ("5678", []),
        ("1234-5678", []),
        ("2020-05-04 10:30", []),
        ("19900101-1234567", []),
        ("문자만 됩니다", []),
        ("", []),
    ],
)
def test_only_whole_numbers_are_numbers(written: str, read: list[str]) -> None:
    assert phones_in(written) == read


@given(mobile)
def test_a_number_is_found_in_every_usual_spelling_and_by_no_part_of_it(parts: tuple[str, str, str]) -> None:
    net, middle, last = parts
    index, field = BlindIndex.of("intake", KEY), SearchField.PHONE
    spelled = ["-".join(parts), "".join(parts), f"+82 {net[1:]} {middle} {last}"]
    assert len({tuple(index.digests(field, each)) for each in spelled}) == 1
    assert [phones_in(part) for part in (last, f"{middle}-{last}", f"{net}-{middle}")] == [[], [], []]
    assert phones_in("".join(parts)[:-1]) != phones_in("".join(parts))


def test_names_are_compared_without_white_space_case_unicode_form_and_the_mark_of_the_invented() -> None:
    assert names_in("한별 (가상)") == names_in("한 별") == names_in(unicodedata.normalize("NFD", "한별")) == ["한별"]
    assert names_in("Kim Gaon (invented)") == names_in(" KIM  gaon") == ["kimgaon"]
    assert names_in("한별") != names_in("한별이")
    assert names_in(" (가상) ") == []


def test_a_digest_needs_the_key_of_its_service_and_field_and_is_short() -> None:
    index, text = BlindIndex.of("intake", KEY), "010-1234-5678"
    [digest] = index.digests(SearchField.PHONE, text)
    plain = [
        hashlib.new(name, each.encode()).digest()
        for name in ("md5", "sha1", "sha256")
        for each in (text, "01012345678")
    ]
    many = [f"010-{n:04}-{m:04}" for n in range(20) for m in range(50)]
    others = [BlindIndex.of("victim-support", KEY), BlindIndex.of("intake", secrets.token_bytes(32))]

    assert len(digest) == DIGEST_BYTES == 2
    assert digest not in [each[:DIGEST_BYTES] for each in plain]
    for other in others:
        same = sum(other.digests(SearchField.PHONE, each) == index.digests(SearchField.PHONE, each) for each in many)
        assert same < 5
