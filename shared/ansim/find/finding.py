"""The search: by number in plain tables, by name and telephone number through the blind index."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Access, Action, Role
from ansim.errors import DomainError, Message
from ansim.journal import Unit
from ansim.vault import SearchField
from ansim.vault.blind import spellings

MOST_HITS: Final = 50
"""More records than this with one name or number are not listed: nobody can tell them apart any more."""


class SearchBy(StrEnum):
    """What somebody searches by. Recorded; what they typed is not."""

    NUMBER = "number"
    PHONE = "phone"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, with nothing personal in it. `path` leads to its page; under `/api/v1` to its JSON."""

    kind: str
    id: UUID
    person: UUID
    name: str
    title: Message
    state: Message
    at: datetime
    path: str


Hits = Awaitable[list[Hit]]


@dataclass(frozen=True, slots=True)
class Finder:
    """What one service can find.

    `number_title` and `number_hint` say in words which numbers these are. `by_number` reads a number as people write it.
    `records` gives, for each kind of record in the index, the rows of these ids that the connection may see: read from the
    service's own guarded tables and nowhere else. `identifiers` are those who may know whose a record is without the
    custodian: a hit on a name or telephone number tells just that, so nobody else searches by one.
    """

    number_title: Message
    number_hint: Message
    by_number: Callable[[asyncpg.Connection, str], Hits]
    records: Mapping[str, Callable[[asyncpg.Connection, Sequence[UUID]], Hits]]
    identifiers: frozenset[Role]
    fields: tuple[SearchField, ...] = (SearchField.PHONE, SearchField.NAME)

    def fields_for(self, roles: Collection[Role]) -> tuple[SearchField, ...]:
        """The sealed fields that somebody with these roles may search by."""
        return self.fields if self.identifiers.intersection(roles) else ()


async def search(
    access: Access, unit: Unit, finder: Finder, roles: Collection[Role], by: SearchBy, text: str
) -> list[Hit]:
    """Records that fit exactly, newest first, at most `MOST_HITS`. All of it in the unit's transaction.

    The access record gets one entry for each person found (`searched`) and for each whose sealed text was opened only to be
    compared (`compared`), or one without a person when nobody was: with the field, never with the text.
    Raises DomainError for a text that cannot be a whole number or name, and for a field that these roles may not search by.
    """
    _refuse(finder, roles, by)
    if by is SearchBy.NUMBER:
        hits = await finder.by_number(unit.conn, text)
        compared: set[UUID] = set()
    else:
        hits, compared = await _by_sealed_text(unit, finder, SearchField(by.value), text)
    hits = sorted(hits, key=lambda hit: hit.at, reverse=True)[:MOST_HITS]
    actor, what = unit.context.actor, f"search.{by}"
    found = [hit.person for hit in hits]
    await access.record_list(unit.conn, actor, Action.searched, found, what)
    others = compared - set(found)
    if others:
        await access.record_list(unit.conn, actor, Action.compared, others, what)
    return hits


def _refuse(finder: Finder, roles: Collection[Role], by: SearchBy) -> None:
    if by is SearchBy.NUMBER:
        return
    field = SearchField(by.value)
    if field in finder.fields_for(roles):
        return
    if field in finder.fields:
        raise DomainError("custodian.decides", "by", _CUSTODIAN_DECIDES)
    raise DomainError("not_searched", "by", Message("This desk does not search by that."))


async def _by_sealed_text(unit: Unit, finder: Finder, field: SearchField, text: str) -> tuple[list[Hit], set[UUID]]:
    sought = list(spellings(field, text))
    if len(sought) != 1:
        raise DomainError("not_whole", "text", _ASK_WHOLE[field])
    candidates = await unit.candidates(field, text)
    hits: dict[UUID, Hit] = {}
    compared: set[UUID] = set()
    for kind, rows_of in finder.records.items():
        of_kind = [each for each in candidates if each.kind == kind]
        seen = {hit.id: hit for hit in await rows_of(unit.conn, list({each.record for each in of_kind}))}
        for candidate in of_kind:
            if candidate.record not in seen or candidate.record in hits:
                continue
            compared.add(candidate.person)
            if await unit.holds(candidate.event, field, text):
                hits[candidate.record] = seen[candidate.record]
    return list(hits.values()), compared


_CUSTODIAN_DECIDES: Final = Message(
    "A hit would tell whose record it is. Search by number, or ask the custodian on the record itself."
)

_ASK_WHOLE: Final = {
    SearchField.PHONE: Message("Type one whole telephone number. Parts of a number cannot be searched."),
    SearchField.NAME: Message("Type the whole name. Parts of a name cannot be searched."),
}
