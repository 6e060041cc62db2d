"""Erasures in a service's journal and table, and their carrying out.

Approving writes `approved` and nothing else. A sweep then destroys the key, deletes what the service's hooks delete, and
writes that down; it does so again after any crash until it is written down.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg

from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, ErasureGround, ErasureRefusal, SuiteService
from ansim.contracts.privacy import (
    ErasureApproved,
    ErasureCertified,
    ErasureConfirmed,
    ErasureDeclined,
    ErasureHoldChecked,
    ErasureOverdue,
    ErasureRequested,
    KeysDestroyed,
)
from ansim.errors import DomainError, Message, NotFound
from ansim.journal import Fact, Projector, Recorded, Stream, Unit
from ansim.privacy.erasure.steps import OVER, Erasure, ErasureState, evolve, may_approve, may_decline
from ansim.privacy.events import event_of
from ansim.privacy.matters import Matter
from ansim.privacy.retention.holds import one_at_a_time
from ansim.privacy.retention.keep import Stage
from ansim.privacy.retention.keeping import keeping_now
from ansim.web.api import Page
from ansim.web.commands import Command, Text

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk

AGGREGATE: Final = "erasure"
OnErase = Callable[[Unit, UUID], Awaitable[int]]
"""Deletes what else a service keeps by which the person could be found again, in the unit that notes the destruction; says
how many rows that were. Idempotent."""


class RequestErasure(Command):
    """`reason` in words, for whoever approves. It is sealed, and gone with the rest."""

    ground: ErasureGround
    reason: Text


class Approve(Command):
    seen: int | None = None


class Decline(Command):
    reason: ErasureRefusal
    note: Text | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure, and afterwards what remains of the person: a number, a rule, dates, and who approved."""

    id: UUID
    number: int
    record: UUID
    person: UUID
    matter: str
    kept_by: DeadlineRule | None
    opened_at: datetime
    closed_at: datetime | None
    ground: ErasureGround
    state: ErasureState
    version: int
    requested_at: datetime
    requested_by: str
    requested_by_name: str
    requested_event: UUID
    due_at: datetime
    checked_at: datetime | None
    approved_at: datetime | None
    approved_by_name: str | None
    declined_at: datetime | None
    declined_by_name: str | None
    declined_event: UUID | None
    refusal: ErasureRefusal | None
    destroyed_at: datetime | None
    sealed_facts: int | None
    index_rows: int | None
    confirmed: tuple[SuiteService, ...]
    certified_at: datetime | None
    overdue_at: datetime | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> "ErasureRow":
        codes: dict[str, Any] = {
            "kept_by": DeadlineRule(row["kept_by"]) if row["kept_by"] else None,
            "ground": ErasureGround(row["ground"]),
            "state": ErasureState(row["state"]),
            "refusal": ErasureRefusal(row["refusal"]) if row["refusal"] else None,
            "confirmed": tuple(map(SuiteService, row["confirmed"])),
        }
        return cls(**{name: codes[name] if name in codes else row[name] for name in cls.__slots__})

    def overdue(self, now: datetime) -> bool:
        return self.state not in OVER and now > self.due_at


async def request_erasure(unit: Unit, desk: "PrivacyDesk", record: UUID, command: RequestErasure) -> UUID:
    """Ask that what is held of a record's person be destroyed. Holds are checked at once. Returns the erasure's id."""
    matter = await desk.matters.find(unit.conn, record)
    return await request_for(unit, desk, matter, command.ground, command.reason)


async def request_for(unit: Unit, desk: "PrivacyDesk", matter: Matter, ground: ErasureGround, reason: str) -> UUID:
    """The same for a matter at hand. Raises DomainError when one runs already, or the person is erased."""
    known = await unit.conn.fetchval(
        "select state from erasure where person = $1 and state <> 'declined' order by number desc limit 1",
        matter.person,
    )
    if known == ErasureState.CERTIFIED:
        raise DomainError("erasure.done", None, Message("This has been erased already."))
    if known is not None:
        raise DomainError("erasure.runs", None, Message("An erasure of this has been asked for already."))
    about = {"person": matter.person, "record": matter.record}
    stream = await unit.stream(AGGREGATE, unit.ids(), evolve)
    requested = event_of(desk.service, ErasureRequested)(**about, ground=ground)
    checked = event_of(desk.service, ErasureHoldChecked)(**about, held=await _held(unit, matter.person))
    await stream.append(Fact(requested, {"reason": reason}), checked)
    return stream.id


async def approve(unit: Unit, desk: "PrivacyDesk", erasure_id: UUID, command: Approve) -> None:
    """Approve as a second person. Holds are checked again. From here on it is carried out, whatever crashes."""
    stream, erasure = await _load(unit, erasure_id, command.seen)
    await one_at_a_time(unit, erasure.person)
    row, held = await erasure_of(unit.conn, erasure_id), await _held(unit, erasure.person)
    kept_again = erasure.ground is ErasureGround.KEEPING_EXPIRED and await _kept_again(unit, desk, erasure.record)
    may_approve(erasure, requested_by=row.requested_by, by=unit.context.actor.subject, held=held, kept_again=kept_again)
    about = {"person": erasure.person, "record": erasure.record}
    facts: list[Event] = [event_of(desk.service, ErasureApproved)(**about)]
    if erasure.state is not ErasureState.FREE:
        facts.insert(0, event_of(desk.service, ErasureHoldChecked)(**about, held=False))
    await stream.append(*facts)


async def decline(unit: Unit, desk: "PrivacyDesk", erasure_id: UUID, command: Decline) -> None:
    """Do not erase, and say why."""
    stream, erasure = await _load(unit, erasure_id, command.seen)
    may_decline(erasure)
    event = event_of(desk.service, ErasureDeclined)(person=erasure.person, record=erasure.record, reason=command.reason)
    await stream.append(Fact(event, {"note": command.note} if command.note else {}))


async def carry_out(unit: Unit, desk: "PrivacyDesk", erasure_id: UUID) -> None:
    """Do what was approved and not done yet. May be repeated: destroying twice destroys once, and a step that was
    written down is not written again. The key goes first, outside this transaction; if this one fails, the next repeats it."""
    stream, erasure = await _load(unit, erasure_id)
    about = {"person": erasure.person, "record": erasure.record}
    if erasure.state is ErasureState.APPROVED:
        deleted = await unit.destroy_key(erasure.person, AGGREGATE)
        sealed = await unit.conn.fetchval(
            "select count(*) from journal where payload ->> 'person' = $1 and sealed is not null", str(erasure.person)
        )
        deleted += sum([await hook(unit, erasure.person) for hook in desk.on_erase])
        destroyed = event_of(desk.service, KeysDestroyed)
        await stream.append(destroyed(**about, sealed_facts=sealed, index_rows=deleted))
    if stream.state is not None and stream.state.state is ErasureState.DESTROYED:
        missing = {desk.myself} - stream.state.confirmed
        confirmed = event_of(desk.service, ErasureConfirmed)
        await stream.append(*(confirmed(**about, by_service=each) for each in sorted(missing)))
        await stream.append(event_of(desk.service, ErasureCertified)(**about))


async def tell_overdue(unit: Unit, desk: "PrivacyDesk", erasure_id: UUID) -> None:
    """Tell once that an erasure is not certified in time."""
    stream, erasure = await _load(unit, erasure_id)
    row = await erasure_of(unit.conn, erasure_id)
    if not erasure.overdue and erasure.state not in OVER and unit.context.at > row.due_at:
        event = event_of(desk.service, ErasureOverdue)
        await stream.append(event(person=erasure.person, record=erasure.record, due_at=row.due_at))


async def begun(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Erasures that were approved and are not certified."""
    rows = await conn.fetch(
        "select id from erasure where state in ('approved', 'destroyed') order by due_at limit $1", limit
    )
    return [row["id"] for row in rows]


async def late(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Erasures past their time of which that was not told yet."""
    rows = await conn.fetch(
        """
        select id from erasure where due_at < $1 and state not in ('declined', 'certified') and overdue_at is null
         order by due_at limit $2
        """,
        *(now, limit),
    )
    return [row["id"] for row in rows]


async def erasure_of(conn: asyncpg.Connection, erasure_id: UUID) -> ErasureRow:
    """Raises NotFound."""
    row = await conn.fetchrow("select * from erasure where id = $1", erasure_id)
    if row is None:
        raise NotFound(AGGREGATE, erasure_id)
    return ErasureRow.of(row)


async def tombstone(conn: asyncpg.Connection, person: UUID) -> ErasureRow | None:
    """What remains of an erased person; None for one who is not erased."""
    row = await conn.fetchrow(
        "select * from erasure where person = $1 and state in ('destroyed', 'certified') order by number desc limit 1",
        person,
    )
    return None if row is None else ErasureRow.of(row)


async def erasures_of(conn: asyncpg.Connection, record: UUID) -> list[ErasureRow]:
    """All erasures that were ever asked for a record, newest first."""
    rows = await conn.fetch("select * from erasure where record = $1 order by number desc", record)
    return [ErasureRow.of(row) for row in rows]


async def erasures(conn: asyncpg.Connection, page: Page) -> tuple[list[ErasureRow], str | None]:
    """One page of the erasures, newest first."""
    rows = await conn.fetch(
        "select * from erasure where $1::bigint is null or number < $1 order by number desc limit $2",
        *(page.below, page.fetch),
    )
    return page.cut([ErasureRow.of(row) for row in rows])


async def _held(unit: Unit, person: UUID) -> bool:
    return bool(
        await unit.conn.fetchval(
            "select exists (select from legal_hold where person = $1 and lifted_at is null)", person
        )
    )


async def _kept_again(unit: Unit, desk: "PrivacyDesk", record: UUID) -> bool:
    keeping = await keeping_now(unit, desk, record)
    return keeping is None or keeping.stage(unit.context.at) is not Stage.EXPIRED


async def _load(unit: Unit, erasure_id: UUID, seen: int | None = None) -> tuple[Stream[Erasure], Erasure]:
    return await unit.existing(AGGREGATE, erasure_id, evolve, seen)


def projector(desk: "PrivacyDesk") -> Projector:
    """Keeps the table `erasure`."""
    projector = Projector()
    projector.seen_through(AGGREGATE, "erasure")

    @projector.on(event_of(desk.service, ErasureRequested))
    async def requested(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, ErasureRequested)
        matter = await desk.matters.find(unit.conn, event.record)
        rules = await desk.rules.read(unit.conn)
        due = recorded.occurred_at + rules.period(DeadlineRule.ERASURE, recorded.occurred_at)
        rule = await unit.conn.fetchval("select rule from retention where record = $1", event.record)
        await unit.conn.execute(
            """
            insert into erasure (id, record, person, matter, kept_by, opened_at, closed_at, ground, state, version,
                                 requested_at, requested_by, requested_by_name, requested_event, due_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10, $11, $12, $13, $14)
            """,
            *(
                recorded.aggregateid,
                event.record,
                event.person,
                matter.number,
                rule,
                matter.opened_at,
                matter.closed_at,
            ),
            *(event.ground, recorded.version, recorded.occurred_at, recorded.actor.subject, recorded.actor.name),
            *(recorded.event_id, due),
        )

    for contract, columns in _STEPS.items():
        _note(projector, event_of(desk.service, contract), columns)

    @projector.on(event_of(desk.service, ErasureConfirmed))
    async def confirmed(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, ErasureConfirmed)
        await unit.conn.execute(
            "update erasure set version = $2, confirmed = confirmed || $3::text where id = $1",
            *(recorded.aggregateid, recorded.version, event.by_service.value),
        )

    @projector.on(event_of(desk.service, KeysDestroyed))
    async def nothing_kept(unit: Unit, recorded: Recorded) -> None:
        await unit.conn.execute(
            "update retention set erased_at = $2 where person = $1", recorded.event.person, recorded.occurred_at
        )

    return projector


_STEPS: Final[dict[type[Event], Callable[[Recorded], dict[str, object]]]] = {
    ErasureHoldChecked: lambda r: {
        "state": "held" if getattr(r.event, "held", False) else "free",
        "checked_at": r.occurred_at,
    },
    ErasureApproved: lambda r: {
        "state": "approved",
        "approved_at": r.occurred_at,
        "approved_by": r.actor.subject,
        "approved_by_name": r.actor.name,
    },
    ErasureDeclined: lambda r: {
        "state": "declined",
        "declined_at": r.occurred_at,
        "declined_by_name": r.actor.name,
        "declined_event": r.event_id,
        "refusal": getattr(r.event, "reason", None),
    },
    KeysDestroyed: lambda r: {
        "state": "destroyed",
        "destroyed_at": r.occurred_at,
        "sealed_facts": getattr(r.event, "sealed_facts", None),
        "index_rows": getattr(r.event, "index_rows", None),
    },
    ErasureCertified: lambda r: {"state": "certified", "certified_at": r.occurred_at},
    ErasureOverdue: lambda r: {"overdue_at": r.occurred_at},
}
"""What each step writes into the row."""


def _note(projector: Projector, event: type[Event], columns: Callable[[Recorded], dict[str, object]]) -> None:
    @projector.on(event)
    async def note(unit: Unit, recorded: Recorded) -> None:
        written = {"version": recorded.version, **columns(recorded)}
        places = ", ".join(f"{name} = ${number}" for number, name in enumerate(written, start=2))
        await unit.conn.execute(
            f"update erasure set {places} where id = $1",  # noqa: S608 - the column names stand above
            *(recorded.aggregateid, *written.values()),
        )
