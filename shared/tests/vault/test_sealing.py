"""Sealed bytes open in their own place, unchanged, and nowhere else."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from ansim.vault.sealing import Place, SealBroken, open_sealed, seal

KEY = AESGCM(bytes(range(32)))
HOME = Place("intake", "journal", UUID(int=1), UUID(int=2))

names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
fields = st.dictionaries(names, st.binary(max_size=60), min_size=1, max_size=4)


@given(fields)
def test_what_was_sealed_opens_again(plain: dict[str, bytes]) -> None:
    assert open_sealed(KEY, HOME, seal(KEY, HOME, plain)) == plain


@given(fields, st.data())
def test_any_flipped_bit_is_found(plain: dict[str, bytes], data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, HOME, plain))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(SealBroken):
        open_sealed(KEY, HOME, bytes(sealed))


@given(fields, st.data())
def test_any_cut_or_added_byte_is_found(plain: dict[str, bytes], data: st.DataObject) -> None:
    sealed = seal(KEY, HOME, plain)
    cut = data.draw(st.integers(0, len(sealed) - 1))

    for changed in (sealed[:cut], sealed + b"\0", sealed[:cut] + b"\0" + sealed[cut + 1 :] + b"\0"):
        with pytest.raises(SealBroken):
            open_sealed(KEY, HOME, changed)


@given(st.binary(max_size=200))
def test_foreign_bytes_never_open_and_never_crash(foreign: bytes) -> None:
    if foreign == b"\x01\x00":
        assert open_sealed(KEY, HOME, foreign) == {}
        return
    with pytest.raises(SealBroken):
        open_sealed(KEY, HOME, foreign)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("counseling", "journal", UUID(int=1), UUID(int=2)),
        Place("intake", "parked", UUID(int=1), UUID(int=2)),
        Place("intake", "journal", UUID(int=3), UUID(int=2)),
        Place("intake", "journal", UUID(int=1), UUID(int=3)),
        Place("intake", "journal", UUID(int=2), UUID(int=1)),
    ],
    ids=["service", "table", "person", "record", "person and record swapped"],
)
def test_bytes_moved_to_another_place_do_not_open(elsewhere: Place) -> None:
    sealed = seal(KEY, HOME, {"name": b"somebody"})

    with pytest.raises(SealBroken):
        open_sealed(KEY, elsewhere, sealed)


def test_a_ciphertext_moved_under_another_field_of_the_same_record_does_not_open() -> None:
    contact_as_school = seal(KEY, HOME, {"contact": b"010"}).replace(b"contact", b"guardia")

    with pytest.raises(SealBroken):
        open_sealed(KEY, HOME, contact_as_school)


def test_a_field_dropped_from_the_set_is_missed() -> None:
    both, one = seal(KEY, HOME, {"aa": b"1", "bb": b"2"}), seal(KEY, HOME, {"aa": b"1"})
    first_entry_only = bytes((1, 1)) + both[2 : len(one)]

    with pytest.raises(SealBroken):
        open_sealed(KEY, HOME, first_entry_only)


def test_a_field_of_an_older_sealing_with_other_fields_cannot_be_mixed_in() -> None:
    old, new = seal(KEY, HOME, {"aa": b"old"}), seal(KEY, HOME, {"aa": b"new", "bb": b"new"})
    mixed = new[:2] + old[2:] + new[len(old) :]

    with pytest.raises(SealBroken):
        open_sealed(KEY, HOME, mixed)


def test_another_key_does_not_open() -> None:
    with pytest.raises(SealBroken):
        open_sealed(AESGCM(bytes(32)), HOME, seal(KEY, HOME, {"name": b"somebody"}))


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    assert len({seal(KEY, HOME, {"name": b"somebody"}) for _ in range(100)}) == 100


@pytest.mark.parametrize("name", ["", "Name", "a|b", "이름", "a" * 64])
def test_a_field_name_that_could_be_misread_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="snake_case"):
        seal(KEY, HOME, {name: b"x"})


def test_two_hundred_and_fifty_six_fields_are_too_many() -> None:
    with pytest.raises(ValueError, match="255"):
        seal(KEY, HOME, {f"f{n}": b"" for n in range(256)})
