"""Drawings say what the numbers say: where a line begins and ends, and how."""

import re

from ansim.web.charts import Charts


def drawn(
    parts: list[tuple[float, float, bool, bool]], ending: str
) -> tuple[list[tuple[str, str, str]], list[str], int]:
    """Lines with class and both ends, discs with their place, and how many squares."""
    svg = str(Charts.lifeline(parts, ending, width=116))
    lines = re.findall(r'<line class="(l\d \w+)" x1="([\d.]+)" x2="([\d.]+)"', svg)
    return lines, re.findall(r'<circle class="k1" cx="([\d.]+)"', svg), svg.count("<rect")


def test_a_lifeline_is_solid_where_it_was_seen_and_ends_in_a_disc_where_it_was_gone() -> None:
    lines, discs, squares = drawn([(0.1, 0.4, True, False), (0.4, 0.5, False, True)], "gone")
    assert lines == [("l1 thick", "18", "48"), ("l1 dash", "48", "58")]
    assert (discs, squares) == (["58"], 0)


def test_a_lifeline_that_goes_on_reaches_today_and_says_whether_it_is_only_held() -> None:
    lines, discs, squares = drawn([(0.5, 1, False, False)], "held")
    assert (lines, discs, squares) == ([("l2 dash", "58", "108")], [], 1)
    lines, discs, squares = drawn([(0.5, 1, True, False)], "up")
    assert (lines, discs, squares) == ([("l4 thick", "58", "108")], [], 0)


def test_an_address_found_just_now_is_drawn_without_a_line() -> None:
    assert drawn([], "up") == ([], [], 0)
