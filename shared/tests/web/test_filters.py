"""Filters of lists: in the address, and nothing else can be."""

from ansim.errors import Message
from ansim.web.filters import Chosen, Filter

FILTERS = (
    Filter("state", Message("State"), {"all": Message("all"), "open": Message("open")}),
    Filter("severity", Message("Urgency"), {"any": Message("any"), "high": Message("high")}),
)


def test_what_is_not_a_choice_is_as_if_nothing_was_chosen() -> None:
    chosen = Chosen.of(FILTERS, {"state": "홍길동 (가상)", "severity": "high", "name": "x"})
    assert chosen.values == ("all", "high")
    assert chosen.query == "?severity=high"


def test_one_choice_is_changed_and_the_others_stay() -> None:
    chosen = Chosen.of(FILTERS, {"severity": "high"}).instead("state", "open")
    assert chosen.query == "?state=open&severity=high"
    assert chosen.after("abc") == "?state=open&severity=high&after=abc"
    assert Chosen.of(FILTERS, {}).after("abc") == "?after=abc"
    assert [str(words) for _, words in chosen.words] == ["open", "high"]
