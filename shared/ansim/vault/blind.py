"""Finding what is sealed: a keyed digest beside it, for exact names and telephone numbers only (docs/decisions/0009).

A digest is HMAC-SHA-256 under a key of its own for each service and field, over the text in one spelling, cut to two
bytes: rows that share a digest are candidates, and only opening one tells whether it is the right one. So the table holds
too little to be turned into numbers, even for somebody who has its key. There is no part of a text to search for, and no
order: either it is the same, or it is not found.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg

from ansim.vault.derive import derive

__all__ = ["BlindIndex", "Candidate", "SearchField", "names_in", "phones_in"]

DIGEST_BYTES: Final = 2

_ADD: Final = """
insert into blind_index (field, digest, person, record_kind, record, event) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
_FIND: Final = """
select record_kind, record, event, person from blind_index where field = $1 and digest = any($2) order by event
"""

_APART: Final = r"[\s.\-)(]{0,2}"
_KOREAN: Final = re.compile(
    rf"(?<![\d+])(?:(?P<abroad>(?:\+|00)82){_APART}0?{_APART}|0)"
    rf"(?P<net>2|1[016789]|[3-6]\d|70|50\d|80){_APART}(?P<middle>\d{{3,4}}){_APART}(?P<last>\d{{4}})(?!\d)"
)
_FOREIGN: Final = re.compile(rf"\+(?!82)\d(?:{_APART}\d){{6,14}}(?!\d)")
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−－ー·_"), "-")
_MARK: Final = re.compile(r"\((?:가상|invented)\)", re.IGNORECASE)


class SearchField(StrEnum):
    """What can be searched for in sealed texts."""

    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may hold the text: its event must be opened to know."""

    kind: str
    record: UUID
    event: UUID
    person: UUID


class BlindIndex:
    """The index of one service. `secret_for` gives 32 bytes for a purpose, the same in every process of the service."""

    def __init__(self, service: str, secret_for: Callable[[str], bytes]) -> None:
        self._keys = {field: secret_for(f"blind-index|{service}|{field}") for field in SearchField}

    @classmethod
    def of(cls, service: str, kek: bytes) -> "BlindIndex":
        return cls(service, lambda purpose: derive(kek, purpose))

    def digests(self, field: SearchField, text: str) -> list[bytes]:
        """One digest for each name or number in the text; none where there is nothing to search for."""
        return sorted({self._digest(field, spelling) for spelling in spellings(field, text)})

    def _digest(self, field: SearchField, spelling: str) -> bytes:
        return hmac.new(self._keys[field], spelling.encode(), hashlib.sha256).digest()[:DIGEST_BYTES]

    async def add(
        self,
        conn: asyncpg.Connection,
        field: SearchField,
        text: str,
        person: UUID,
        record: tuple[str, UUID],
        event: UUID,
    ) -> None:
        """Note where this text is: in the sealed texts of `event`, which belongs to `record` (kind and id)."""
        rows = [(field, digest, person, *record, event) for digest in self.digests(field, text)]
        if rows:
            await conn.executemany(_ADD, rows)

    async def candidates(self, conn: asyncpg.Connection, field: SearchField, sought: str) -> list[Candidate]:
        """Records that may hold what is sought, oldest first. About one in 65,000 others is among them."""
        rows = await conn.fetch(_FIND, field, self.digests(field, sought))
        return [Candidate(row["record_kind"], row["record"], row["event"], row["person"]) for row in rows]

    @staticmethod
    async def forget_event(conn: asyncpg.Connection, event: UUID) -> None:
        """Remove the rows of one event, before they are written anew."""
        await conn.execute("delete from blind_index where event = $1", event)

    @staticmethod
    async def forget(conn: asyncpg.Connection, person: UUID) -> int:
        """Remove a person's rows, in the transaction that decides on their erasure. Gives how many there were."""
        done = await conn.execute("delete from blind_index where person = $1", person)
        return int(done.rsplit(" ", 1)[1])


def spellings(field: SearchField, text: str) -> Iterable[str]:
    """The text in the one spelling in which it is compared."""
    return phones_in(text) if field is SearchField.PHONE else names_in(text)


def phones_in(text: str) -> list[str]:
    """The telephone numbers in a text, digits only: +82 10 becomes 010, full-width digits become plain ones.

    A number from abroad keeps its plus. Times, dates, parts of numbers and numbers of firms (1588) are nobody's telephone.
    """
    plain = _visible(unicodedata.normalize("NFKC", text)).translate(_DASHES)
    korean = [f"0{match['net']}{match['middle']}{match['last']}" for match in _KOREAN.finditer(plain)]
    foreign = ["+" + re.sub(r"\D", "", match[0]) for match in _FOREIGN.finditer(plain)]
    return list(dict.fromkeys(korean + foreign))


def names_in(text: str) -> list[str]:
    """A name without white space, in lower case, in one Unicode form (NFC); the mark of invented people does not count."""
    composed = unicodedata.normalize("NFC", _visible(text))
    name = "".join(_MARK.sub("", composed).split()).casefold()
    return [unicodedata.normalize("NFC", name)] if name else []


def _visible(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) != "Cf")
