"""The access record, month by month, for privacy officers: who looked at what, and whose. Reviewing it is on record too."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from ansim.access import Action, Role, Staff
from ansim.access.chain import head_of
from ansim.errors import DomainError, Message
from ansim.web.api import AskedPage, Page, Slice
from ansim.web.said import SEOUL

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit

_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")

_ENTRIES: Final = """
select access_record.id as number, at, actor, staff.name, role, action, person, what, place,
       access_chain.record is not null as sealed
  from access_record left join staff on staff.subject = access_record.actor
       left join access_chain on access_chain.record = access_record.id
 where at >= $1 and at < $2 and ($3 = '' or actor = $3) and ($4 = '' or action = $4)
   and ($5::uuid is null or person = $5) and ($6::bigint is null or access_record.id < $6)
 order by access_record.id desc limit $7
"""

ACTIONS: Final[Mapping[Action, Message]] = {
    Action.read: Message("read"),
    Action.listed: Message("seen in a list"),
    Action.wrote: Message("written"),
    Action.exported: Message("exported"),
    Action.handed_over: Message("handed over"),
    Action.erased: Message("erased"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. An empty field looks for all; `number` is a record's, such as R-1001."""

    month: str
    staff: str
    action: str
    number: str

    @classmethod
    def of(
        cls,
        month: Annotated[str, Query(max_length=7, description="Such as 2026-11; without it this month.")] = "",
        staff: Annotated[str, Query(max_length=100, description="A staff member's account.")] = "",
        action: Annotated[str, Query(max_length=40)] = "",
        number: Annotated[str, Query(max_length=20, description="A record's number.")] = "",
    ) -> "Asked":
        this = datetime.now(UTC).astimezone(SEOUL)
        return cls(month or f"{this:%Y-%m}", staff, action if action in set(Action) else "", number.strip())

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The month in Seoul. Raises DomainError for anything but a month."""
        found = _MONTH.fullmatch(self.month)
        if found is None:
            raise DomainError("review.month", "month", Message("Write a month such as 2026-11."))
        year, month = int(found[1]), int(found[2])
        after = (year + 1, 1) if month == 12 else (year, month + 1)
        return datetime(year, month, 1, tzinfo=SEOUL), datetime(*after, 1, tzinfo=SEOUL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `name` of whoever acted, if they are staff here; `matter` the record's number, if it has one."""

    number: int
    at: datetime
    actor: str
    name: str | None
    role: str
    action: str
    matter: str | None
    of_a_person: bool
    what: str
    place: str
    sealed: bool


class EntryOut(BaseModel):
    number: int
    at: datetime
    actor: str
    role: str
    action: str
    matter: str | None
    what: str
    place: str
    sealed: bool


async def entries(
    conn: asyncpg.Connection, desk: "PrivacyDesk", asked: Asked, page: Page
) -> tuple[list[Entry], str | None]:
    """One page of a month, newest first, and where the next one begins. Raises DomainError for a month or number that is none."""
    person: UUID | None = None
    if asked.number:
        matter = await desk.matters.by_number(conn, asked.number)
        if matter is None:
            raise DomainError("review.number", "number", Message("There is no record of this number here."))
        person = matter.person
    rows = await conn.fetch(_ENTRIES, *asked.span, asked.staff, asked.action, person, page.below, page.fetch)
    persons = list({row["person"] for row in rows if row["person"]})
    numbers = await desk.matters.numbers(conn, persons)
    shown, more = page.cut([_entry(row, numbers) for row in rows])
    return shown, more


def _entry(row: asyncpg.Record, numbers: Mapping[UUID, str]) -> Entry:
    names = ("number", "at", "actor", "name", "role", "action", "what", "place", "sealed")
    return Entry(matter=numbers.get(row["person"]), of_a_person=row["person"] is not None, **{n: row[n] for n in names})


async def people(conn: asyncpg.Connection) -> Sequence[asyncpg.Record]:
    return await conn.fetch("select subject, name from staff order by name")


def pages(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    officer = Depends(kit.access.staff(Role.privacy_officer))

    @router.get("/access-record")
    async def review(
        request: Request, page: AskedPage, asked: Annotated[Asked, Depends(Asked.of)], staff: Staff = officer
    ) -> Response:
        wrong: DomainError | None = None
        shown: list[Entry] = []
        more: str | None = None
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            try:
                shown, more = await entries(unit.conn, desk, asked, page)
                await kit.access.record(unit.conn, unit.context.actor, "read", None, "access record")
            except DomainError as error:
                wrong = error
            colleagues, head = await people(unit.conn), await head_of(unit.conn)
        return kit.web.page(
            request,
            "privacy/access_record.html",
            422 if wrong else 200,
            asked=asked,
            wrong=wrong,
            rows=shown,
            more=more,
            people=[(row["subject"], row["name"]) for row in colleagues],
            actions=ACTIONS,
            titles=kit.web.role_titles,
            sealed_links=head.link,
            now=datetime.now(UTC),
        )

    return router


def api(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter(tags=["access record"])
    officer = Depends(kit.access.staff(Role.privacy_officer))

    @router.get("/access-record")
    async def review(
        request: Request, page: AskedPage, asked: Annotated[Asked, Depends(Asked.of)], staff: Staff = officer
    ) -> Slice[EntryOut]:
        """Who did what with whose data in a month. That it was read is an entry of its own."""
        async with kit.store.unit(kit.access.context(request, staff)) as unit:
            shown, more = await entries(unit.conn, desk, asked, page)
            await kit.access.record(unit.conn, unit.context.actor, "read", None, "access record")
        names = list(EntryOut.model_fields)
        return Slice(items=[EntryOut(**{n: getattr(row, n) for n in names}) for row in shown], next=more)

    return router
