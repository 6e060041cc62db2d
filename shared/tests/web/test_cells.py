"""Heads of rows: a number stays whole on a narrow screen, words may break."""

import pytest
from markupsafe import Markup

from ansim.web.cells import head


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (Markup('<a href="/cases/1">V-1234</a>'), True),
        ("R-1001", True),
        (Markup('<a href="/hand-offs/1">Communications standards regulator</a>'), False),
        ("아주긴이름이라서한줄에다들어가지않습니다", False),
        ("<b>", True),
    ],
)
def test_a_number_at_the_head_of_a_row_stays_whole(text: str, whole: bool) -> None:
    assert ('class="nb"' in head(text)) is whole
    assert "<b>" not in head(text)
