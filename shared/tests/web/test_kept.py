"""A part is rendered once for as long as it looks the same, and never shown where it would look otherwise."""

from markupsafe import Markup

from ansim.web.i18n import ENGLISH, Catalogue, current, speaking
from ansim.web.kept import Kept


class Macro:
    """Renders what it is given, in the language of the page, and counts."""

    def __init__(self, name: str = "row") -> None:
        self.name = name
        self.rendered = 0

    def __call__(self, text: str) -> Markup:
        self.rendered += 1
        return Markup("{} {} {}").format(self.name, current().lang, text)


def test_what_looks_the_same_is_rendered_once() -> None:
    kept, row = Kept(), Macro()
    assert [kept(("a", 1), row, "first"), kept(("a", 1), row, "first")] == [Markup("row en first")] * 2
    assert row.rendered == 1


def test_a_change_is_seen_at_once() -> None:
    kept, row = Kept(), Macro()
    kept(("a", 1), row, "first")
    assert kept(("a", 2), row, "second") == "row en second"


def test_each_language_and_each_macro_has_its_own_part() -> None:
    kept, row = Kept(), Macro()
    with speaking(ENGLISH):
        kept("a", row, "x")
    with speaking(Catalogue("ko")):
        assert kept("a", row, "x") == "row ko x"
    assert kept("a", Macro("line"), "x") == "line en x"


def test_only_the_parts_asked_for_last_are_kept() -> None:
    kept, row = Kept(most=2), Macro()
    for name in ("a", "b", "a", "c", "a"):
        kept(name, row, name)
    assert row.rendered == 3
    kept("b", row, "b")
    assert row.rendered == 4
