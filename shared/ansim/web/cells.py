"""Rows and cells of tables in Python: a list has hundreds of them, and as macros they took more time than all the rest of its page."""

from collections.abc import Callable
from typing import Final

from markupsafe import Markup, escape

__all__ = ["CELLS"]

Caller = Callable[[], Markup]
LONGEST_NUMBER: Final = 12


def row(kind: str = "", caller: Caller | None = None) -> Markup:
    """See `parts/table.html`, as for the others."""
    inside = caller() if caller is not None else ""
    return Markup(f'<tr role="row"{_classes(kind)}>{inside}</tr>')  # noqa: S704 - its parts are escaped


def head(text: object = "", caller: Caller | None = None) -> Markup:
    """A number such as V-1234 stays on one line, however narrow the screen."""
    inside = escape(text) if caller is None else caller()
    words = inside.striptags()
    whole = len(words) <= LONGEST_NUMBER and " " not in words
    return Markup(f'<th scope="row" role="rowheader"{_classes("nb" if whole else "")}>{inside}</th>')  # noqa: S704 - its parts are escaped


def cell(
    label: object,
    text: object = "",
    num: bool = False,
    full: bool = False,
    graph: bool = False,
    caller: Caller | None = None,
) -> Markup:
    inside = escape("" if text is None else text) if caller is None else caller()
    kinds = (("num", num), ("full", full), ("g", graph), ("x", not inside.strip()))
    classes = _classes(" ".join(name for name, holds in kinds if holds))
    text = f'<td role="cell"{classes} data-l="{escape(label)}"><div>{inside}</div></td>'
    return Markup(text)  # noqa: S704 - its parts are escaped


def _classes(names: str) -> str:
    return f' class="{escape(names)}"' if names else ""


CELLS = {"row": row, "head": head, "cell": cell}
