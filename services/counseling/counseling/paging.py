"""Lists in pages with opaque cursors: newest first, below the number where the last page ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from fastapi import HTTPException

PAGE_SIZE: Final = 50


class Numbered(Protocol):
    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=Numbered)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as asked for. Fetch `fetch` rows below `after`, then `cut` them."""

    after: int | None = None
    size: int = PAGE_SIZE

    @staticmethod
    def asked(cursor: str | None, size: int = PAGE_SIZE) -> "Page":
        """Raises HTTPException 400 for a cursor that is not one of ours."""
        if not cursor:
            return Page(size=size)
        try:
            kind, number = urlsafe_b64decode(cursor.encode()).decode("ascii").split(":")
            if kind != "below" or not 0 < int(number) < 2**63:
                raise ValueError(cursor)
        except ValueError as error:
            raise HTTPException(400) from error
        return Page(int(number), size)

    @property
    def fetch(self) -> int:
        """One row more than is shown, to know whether there is another page."""
        return self.size + 1

    def cut(self, rows: Sequence[R]) -> tuple[list[R], str | None]:
        """The rows of this page and the cursor of the next one, none on the last page."""
        shown = list(rows[: self.size])
        return shown, _cursor(shown[-1].number) if len(rows) > self.size else None


def _cursor(number: int) -> str:
    return urlsafe_b64encode(f"below:{number}".encode()).decode()
