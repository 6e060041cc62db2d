"""Disclosures in a service's journal and table: commands are the only writers, the projection shows what they wrote."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg

from ansim.contracts.codes import DeadlineRule
from ansim.contracts.privacy import DisclosureAsked, DisclosureGranted, DisclosureRefused, IdentityViewed
from ansim.errors import DomainError, Message, NotFound
from ansim.journal import Fact, Projector, Recorded, Stream, Unit
from ansim.privacy.disclosure.decide import Decision, Disclosure, DisclosureState, evolve, may_decide, may_view
from ansim.privacy.events import event_of
from ansim.privacy.matters import Identity
from ansim.web.api import Page
from ansim.web.commands import Command, Text

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk

AGGREGATE: Final = "disclosure"


class Ask(Command):
    """`reason`: why the identity is needed, for the custodian to read. It is sealed."""

    reason: Text


class Decide(Command):
    """`reason` is delivered to whoever asked, whether it is granted or refused. It is sealed."""

    decision: Decision
    reason: Text
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """A request to see an identity. It holds neither the identity nor the reasons."""

    id: UUID
    number: int
    record: UUID
    person: UUID
    matter: str
    state: DisclosureState
    version: int
    asked_at: datetime
    asked_by: str
    asked_by_name: str
    asked_event: UUID
    due_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    decided_by_name: str | None
    decided_event: UUID | None
    until: datetime | None
    views: int
    viewed_at: datetime | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> "DisclosureRow":
        return cls(state=DisclosureState(row["state"]), **{k: row[k] for k in cls.__slots__ if k != "state"})

    def open_at(self, now: datetime) -> bool:
        """Whether the asker may look at `now`."""
        return self.state is DisclosureState.GRANTED and self.until is not None and now < self.until

    def overdue_at(self, now: datetime) -> bool:
        return self.state is DisclosureState.ASKED and now > self.due_at


async def ask(unit: Unit, desk: "PrivacyDesk", record: UUID, command: Ask) -> UUID:
    """Ask to see who the person of a record is. One request of the same asker waits at a time. Returns its id."""
    matter = await desk.matters.find(unit.conn, record)
    waiting = await unit.conn.fetchval(
        "select true from disclosure where record = $1 and asked_by = $2 and state = 'asked'",
        *(record, unit.context.actor.subject),
    )
    if waiting:
        raise DomainError(
            "disclosure.waits", "reason", Message("You have asked already. The custodian has not decided.")
        )
    stream = await unit.stream(AGGREGATE, unit.ids(), evolve)
    event = event_of(desk.service, DisclosureAsked)(person=matter.person, record=record)
    await stream.append(Fact(event, {"reason": command.reason}))
    return stream.id


async def decide(unit: Unit, desk: "PrivacyDesk", disclosure_id: UUID, command: Decide) -> None:
    """Grant or refuse. Raises DomainError for the asker and when it is decided already."""
    stream, disclosure = await _load(unit, disclosure_id, command.seen)
    row = await disclosure_of(unit.conn, disclosure_id)
    may_decide(disclosure, asked_by=row.asked_by, by=unit.context.actor.subject)
    about = {"person": disclosure.person, "record": disclosure.record}
    sealed = {"reason": command.reason}
    if command.decision is Decision.REFUSE:
        await stream.append(Fact(event_of(desk.service, DisclosureRefused)(**about), sealed))
        return
    rules = await desk.rules.read(unit.conn)
    until = unit.context.at + rules.period(DeadlineRule.DISCLOSURE_VIEW, unit.context.at)
    await stream.append(Fact(event_of(desk.service, DisclosureGranted)(**about, until=until), sealed))


async def note_view(unit: Unit, desk: "PrivacyDesk", disclosure_id: UUID) -> None:
    """Record that the asker looks now. Raises DomainError when they may not, or not any more."""
    stream, disclosure = await _load(unit, disclosure_id)
    row = await disclosure_of(unit.conn, disclosure_id)
    may_view(disclosure, asked_by=row.asked_by, by=unit.context.actor.subject, now=unit.context.at)
    await stream.append(event_of(desk.service, IdentityViewed)(person=disclosure.person, record=disclosure.record))


async def view(unit: Unit, desk: "PrivacyDesk", disclosure_id: UUID) -> Identity:
    """Who the person is, for the asker, while it is allowed. Each look is an event, and on the access record."""
    await note_view(unit, desk, disclosure_id)
    return await look(unit, desk, disclosure_id)


async def look(unit: Unit, desk: "PrivacyDesk", disclosure_id: UUID) -> Identity:
    """The same for a look that was noted before. Raises DomainError when it is not allowed any more."""
    _, disclosure = await _load(unit, disclosure_id)
    row = await disclosure_of(unit.conn, disclosure_id)
    may_view(disclosure, asked_by=row.asked_by, by=unit.context.actor.subject, now=unit.context.at)
    return await desk.matters.open_identity(unit, row.record)


async def disclosure_of(conn: asyncpg.Connection, disclosure_id: UUID) -> DisclosureRow:
    """Raises NotFound."""
    row = await conn.fetchrow("select * from disclosure where id = $1", disclosure_id)
    if row is None:
        raise NotFound(AGGREGATE, disclosure_id)
    return DisclosureRow.of(row)


async def waiting(conn: asyncpg.Connection) -> list[DisclosureRow]:
    """What a custodian has to decide, longest waiting first."""
    rows = await conn.fetch("select * from disclosure where state = 'asked' order by due_at, number limit 200")
    return [DisclosureRow.of(row) for row in rows]


async def disclosures(
    conn: asyncpg.Connection, page: Page, *, asked_by: str | None = None
) -> tuple[list[DisclosureRow], str | None]:
    """One page of the disclosures, newest first; `asked_by` keeps those of one asker."""
    rows = await conn.fetch(
        """
        select * from disclosure
         where ($1::text is null or asked_by = $1) and ($2::bigint is null or number < $2)
         order by number desc limit $3
        """,
        *(asked_by, page.below, page.fetch),
    )
    return page.cut([DisclosureRow.of(row) for row in rows])


async def reasons_of(unit: Unit, row: DisclosureRow) -> tuple[str, str]:
    """Both reasons, opened; "" for one that there is not, or whose key is destroyed (GlobaLeaks #2402, #3609)."""
    asked = (await unit.open_sealed_of(row.asked_event)).get("reason", "")
    decided = (await unit.open_sealed_of(row.decided_event)).get("reason", "") if row.decided_event else ""
    return asked, decided


async def _load(unit: Unit, disclosure_id: UUID, seen: int | None = None) -> tuple[Stream[Disclosure], Disclosure]:
    return await unit.existing(AGGREGATE, disclosure_id, evolve, seen)


def projector(desk: "PrivacyDesk") -> Projector:
    """Keeps the table `disclosure`."""
    projector = Projector()
    projector.seen_through(AGGREGATE, "disclosure")

    @projector.on(event_of(desk.service, DisclosureAsked))
    async def asked(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, DisclosureAsked)
        matter = await desk.matters.find(unit.conn, event.record)
        rules = await desk.rules.read(unit.conn)
        due = recorded.occurred_at + rules.period(DeadlineRule.DISCLOSURE_DECISION, recorded.occurred_at)
        await unit.conn.execute(
            """
            insert into disclosure (id, record, person, matter, state, version, asked_at, asked_by, asked_by_name,
                                    asked_event, due_at)
            values ($1, $2, $3, $4, 'asked', $5, $6, $7, $8, $9, $10)
            """,
            *(recorded.aggregateid, event.record, event.person, matter.number, recorded.version, recorded.occurred_at),
            *(recorded.actor.subject, recorded.actor.name, recorded.event_id, due),
        )

    @projector.on(event_of(desk.service, DisclosureGranted), event_of(desk.service, DisclosureRefused))
    async def decided(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        granted = isinstance(event, DisclosureGranted)
        await unit.conn.execute(
            """
            update disclosure
               set state = $2, version = $3, decided_at = $4, decided_by = $5, decided_by_name = $6, decided_event = $7,
                   until = $8
             where id = $1
            """,
            *(recorded.aggregateid, "granted" if granted else "refused", recorded.version, recorded.occurred_at),
            *(recorded.actor.subject, recorded.actor.name, recorded.event_id),
            event.until if isinstance(event, DisclosureGranted) else None,
        )

    @projector.on(event_of(desk.service, IdentityViewed))
    async def viewed(unit: Unit, recorded: Recorded) -> None:
        await unit.conn.execute(
            "update disclosure set version = $2, views = views + 1, viewed_at = $3 where id = $1",
            *(recorded.aggregateid, recorded.version, recorded.occurred_at),
        )

    return projector
