"""How staff read what a reporter wrote: its paragraphs, with every address made unclickable."""

import re
from dataclasses import dataclass
from typing import Final

_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; an `address` is shown defanged and whole, since deletion is asked for with it."""

    text: str
    address: bool = False


def paragraphs(text: str) -> list[list[Piece]]:
    """Paragraphs of the text as pieces. Putting all pieces together gives each line back."""
    return [_pieces(line.strip()) for line in text.splitlines() if line.strip()]


def _pieces(line: str) -> list[Piece]:
    pieces: list[Piece] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        if match.start() > end:
            pieces.append(Piece(line[end : match.start()]))
        pieces.append(Piece(match[0], address=True))
        end = match.end()
    if end < len(line):
        pieces.append(Piece(line[end:]))
    return pieces
