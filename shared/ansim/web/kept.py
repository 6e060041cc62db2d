"""Parts of pages that look alike for many readers, rendered once: in a list that is looked at all day, hardly a row changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from typing import Final

from markupsafe import Markup

from ansim.web.i18n import current
from ansim.web.said import SEOUL

__all__ = ["Kept"]

MOST_PARTS: Final = 4_000


class Kept:
    """`kept(shown, macro, …)` of templates: what `macro(…)` gives, from memory where the same was shown before.

    `shown` is what everything that the part tells follows from, but for the language and today's date: ids with their versions,
    and what changes by time alone. Parts with equal `shown` look alike, so a change is seen at once, and whoever may not see a row never asks for its part. Nothing sealed may be in a part: it stays in
    memory.
    """

    def __init__(self, most: int = MOST_PARTS) -> None:
        self._parts: OrderedDict[tuple[str, str, date, Hashable], Markup] = OrderedDict()
        self._most = most

    def __call__(self, shown: Hashable, macro: Callable[..., Markup], /, *args: object) -> Markup:
        key = (current().lang, getattr(macro, "name", ""), datetime.now(UTC).astimezone(SEOUL).date(), shown)
        part = self._parts.get(key)
        if part is not None:
            self._parts.move_to_end(key)
            return part
        part = self._parts[key] = macro(*args)
        if len(self._parts) > self._most:
            self._parts.popitem(last=False)
        return part
