"""What is kept until when: a table worked out from the events, and what time alone brings about.

The table only finds records; whatever is done to one is decided on its events anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast
from uuid import UUID

import asyncpg

from ansim.clock import Moment
from ansim.contracts.codes import DeadlineRule, HoldReason
from ansim.contracts.privacy import ExpiryWarned, KeepingExpired, LegalHoldLifted, LegalHoldPlaced
from ansim.journal import Projector, Recorded, Unit
from ansim.privacy.events import event_of
from ansim.privacy.retention.holds import AGGREGATE, evolve
from ansim.privacy.retention.keep import Keeping, Stage, keeping_of

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk


@dataclass(frozen=True, slots=True)
class KeptRow:
    """Until when a record is kept, by which rule. `rule` is None while the record is open."""

    record: UUID
    number: int
    person: UUID
    matter: str
    rule: DeadlineRule | None
    started_at: datetime | None
    warn_at: datetime | None
    expires_at: datetime | None
    erase_at: datetime | None
    holds: int
    expired_for: datetime | None
    erased_at: datetime | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> "KeptRow":
        rule = DeadlineRule(row["rule"]) if row["rule"] else None
        return cls(rule=rule, **{name: row[name] for name in cls.__slots__ if name != "rule"})

    def stage(self, now: datetime) -> Stage:
        """As `Keeping.stage`."""
        if self.holds or self.warn_at is None or self.expires_at is None or self.erase_at is None:
            return Stage.KEPT
        passed = [stage for stage, at in zip(list(Stage)[1:], _ends(self), strict=True) if now >= at]
        return passed[-1] if passed else Stage.KEPT


def _ends(row: KeptRow) -> tuple[datetime, datetime, datetime]:
    ends = (row.warn_at, row.expires_at, row.erase_at)
    return cast("tuple[datetime, datetime, datetime]", ends)


@dataclass(frozen=True, slots=True)
class HoldRow:
    event: UUID
    number: int
    record: UUID
    person: UUID
    matter: str
    reason: HoldReason
    placed_at: datetime
    placed_by_name: str
    lifted_at: datetime | None
    lifted_by_name: str | None
    lifted_event: UUID | None

    @classmethod
    def of(cls, row: asyncpg.Record) -> "HoldRow":
        return cls(reason=HoldReason(row["reason"]), **{name: row[name] for name in cls.__slots__ if name != "reason"})


async def keeping_now(unit: Unit, desk: "PrivacyDesk", record: UUID) -> Keeping | None:
    """When the time of keeping ends, from the record's events."""
    moments = await desk.matters.moments(unit, record)
    kept = await unit.timeline(AGGREGATE, record)
    moments += [Moment(record, row.event, row.occurred_at, row.event_id) for row in kept]
    return keeping_of(moments, await desk.rules.read(unit.conn), desk.matters.kinds)


async def kept(conn: asyncpg.Connection, record: UUID) -> KeptRow | None:
    """Until when a record is kept, for its page and for the reporter's mailbox. None for one that was never closed."""
    row = await conn.fetchrow("select * from retention where record = $1", record)
    return None if row is None else KeptRow.of(row)


async def near_end(conn: asyncpg.Connection, now: datetime) -> list[KeptRow]:
    """Records whose time of keeping ends soon or has ended, soonest first."""
    rows = await conn.fetch(
        "select * from retention where erased_at is null and holds = 0 and warn_at <= $1 order by expires_at limit 200",
        now,
    )
    return [KeptRow.of(row) for row in rows]


async def holds(conn: asyncpg.Connection, record: UUID | None = None) -> list[HoldRow]:
    """The holds in force, longest first; with `record` all holds there ever were on it."""
    rows = await conn.fetch(
        """
        select * from legal_hold where case when $1::uuid is null then lifted_at is null else record = $1 end
         order by number limit 200
        """,
        record,
    )
    return [HoldRow.of(row) for row in rows]


async def work_out(unit: Unit, desk: "PrivacyDesk", record: UUID) -> None:
    """Write the row of a record anew. A record that was never closed and has no hold gets none."""
    matter, keeping = await desk.matters.find(unit.conn, record), await keeping_now(unit, desk, record)
    held = await unit.conn.fetchval("select count(*) from legal_hold where record = $1 and lifted_at is null", record)
    await unit.conn.execute(
        """
        insert into retention (record, person, matter, rule, started_by, started_at, warn_at, expires_at, erase_at, holds)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (record) do update
           set rule = excluded.rule, started_by = excluded.started_by, started_at = excluded.started_at,
               warn_at = excluded.warn_at, expires_at = excluded.expires_at, erase_at = excluded.erase_at,
               holds = excluded.holds
        """,
        *(record, matter.person, matter.number, *_columns(keeping), held),
    )


def _columns(keeping: Keeping | None) -> tuple[object, ...]:
    if keeping is None:
        return (None,) * 6
    return (
        *(keeping.rule, keeping.started_by, keeping.started_at),
        *(keeping.warn_at, keeping.expires_at, keeping.erase_at),
    )


def projector(desk: "PrivacyDesk") -> Projector:
    """Keeps the tables `retention` and `legal_hold`."""
    projector = Projector()
    kinds, placed = desk.matters.kinds, event_of(desk.service, LegalHoldPlaced)
    lifted = event_of(desk.service, LegalHoldLifted)

    @projector.on(placed)
    async def add_hold(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, LegalHoldPlaced)
        matter = await desk.matters.find(unit.conn, recorded.aggregateid)
        await unit.conn.execute(
            "insert into legal_hold (event, record, person, matter, reason, placed_at, placed_by_name)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            *(recorded.event_id, matter.record, matter.person, matter.number, event.reason),
            *(recorded.occurred_at, recorded.actor.name),
        )

    @projector.on(lifted)
    async def end_hold(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, LegalHoldLifted)
        await unit.conn.execute(
            "update legal_hold set lifted_at = $2, lifted_by_name = $3, lifted_event = $4 where event = $1",
            *(event.hold, recorded.occurred_at, recorded.actor.name, recorded.event_id),
        )

    @projector.on(event_of(desk.service, ExpiryWarned))
    async def warned(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, ExpiryWarned)
        await unit.conn.execute(
            "update retention set warned_for = $2 where record = $1", recorded.aggregateid, event.expires_at
        )

    @projector.on(event_of(desk.service, KeepingExpired))
    async def expired(unit: Unit, recorded: Recorded) -> None:
        event = recorded.event
        assert isinstance(event, KeepingExpired)
        await unit.conn.execute(
            "update retention set expired_for = $2 where record = $1", recorded.aggregateid, event.expires_at
        )

    @projector.on(*kinds.ends, placed, lifted)
    async def record_changed(unit: Unit, recorded: Recorded) -> None:
        await work_out(unit, desk, recorded.aggregateid)

    @projector.on(*kinds.reopens, *kinds.adds)
    async def something_added(unit: Unit, recorded: Recorded) -> None:
        """Before the first end nothing is kept yet, so that work on an open record costs nothing here."""
        found = await unit.conn.fetchrow("select record from retention where person = $1", recorded.event.person)
        if found is not None:
            await work_out(unit, desk, found["record"])

    return projector


async def to_warn(conn: asyncpg.Connection, now: datetime, limit: int) -> Sequence[UUID]:
    """Records of which staff have to be told that their time of keeping ends."""
    rows = await conn.fetch(
        """
        select record from retention
         where erased_at is null and holds = 0 and warn_at <= $1 and warned_for is distinct from expires_at
         order by warn_at limit $2
        """,
        *(now, limit),
    )
    return [row["record"] for row in rows]


async def warn(unit: Unit, desk: "PrivacyDesk", record: UUID) -> None:
    """Tell it once for each end. A record that got new content or a hold meanwhile is left alone."""
    keeping = await keeping_now(unit, desk, record)
    matter, row = await desk.matters.find(unit.conn, record), await kept(unit.conn, record)
    if keeping is None or row is None or keeping.stage(unit.context.at) is Stage.KEPT:
        return
    event = event_of(desk.service, ExpiryWarned)
    stream = await unit.stream(AGGREGATE, record, evolve)
    await stream.append(
        event(person=matter.person, rule=keeping.rule, started_by=keeping.started_by, expires_at=keeping.expires_at)
    )
