"""An address is text: its form is checked, it is never looked up, and messages never repeat it."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ansim.errors import DomainError
from monitoring.domain.address import MAX_ADDRESS, checked_address


@pytest.mark.parametrize(
    "address",
    [
        "https://post.invalid/a/b?c=d#e",
        "http://clip.invalid",
        "  https://board.invalid/42  ",
        "https://게시판.invalid/글/1",
        "https://[2001:db8::1]:8443/x",
        "https://a.invalid/" + "x" * (MAX_ADDRESS - len("https://a.invalid/")),
    ],
)
def test_a_web_address_is_kept_as_it_was_written(address: str) -> None:
    assert checked_address(address) == address.strip()


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("", "address_missing"),
        ("   ", "address_missing"),
        ("https://a.invalid/" + "x" * MAX_ADDRESS, "address_too_long"),
        ("https://a.invalid/x y", "address_has_blanks"),
        ("https://a.invalid/\u202egpj", "address_has_blanks"),
        ("https://a.invalid/\x00", "address_has_blanks"),
        ("javascript:alert(1)", "address_malformed"),
        ("data:text/html,x", "address_malformed"),
        ("ftp://a.invalid/x", "address_malformed"),
        ("//a.invalid/x", "address_malformed"),
        ("a.invalid/x", "address_malformed"),
        ("https:///x", "address_malformed"),
        ("https://a.invalid:port/x", "address_malformed"),
        ("https://[::1/x", "address_malformed"),
    ],
)
def test_anything_else_is_refused_at_the_field(address: str, rule: str) -> None:
    with pytest.raises(DomainError) as refused:
        checked_address(address)
    assert (refused.value.rule, refused.value.field) == (rule, "url")


@given(st.text(min_size=8, max_size=300))
def test_a_message_never_repeats_what_was_typed(text: str) -> None:
    assume(not text.strip().startswith("http"))
    with pytest.raises(DomainError) as refused:
        checked_address(text)
    assert text not in str(refused.value.message)
