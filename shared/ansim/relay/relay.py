"""The relay's loop: claim, send, stamp."""

import asyncio
from dataclasses import dataclass, field
from time import monotonic

import asyncpg
import structlog

from ansim.contracts import TOPICS, Envelope, encode, schema_uri, source_of
from ansim.errors import Fatal, Retriable
from ansim.journal.facts import Recorded
from ansim.journal.postgres import recorded_from
from ansim.journal.store import AWAY
from ansim.relay.broker import Broker, Outgoing
from ansim.relay.leader import Leader, LeadershipLost

BATCH = 500
IDLE_SECONDS = 0.05
BACKOFF_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)

_CLAIM = """
select * from journal where position is null order by entry limit $1
"""
_CLAIMED = """
select * from journal where event_id = any($1::uuid[]) order by array_position($1::uuid[], event_id)
"""
_STAMP = """
with stamped as (
    update journal set position = stamp.position
    from unnest($1::uuid[], $2::bigint[]) as stamp(event_id, position)
    where journal.event_id = stamp.event_id and journal.position is null
)
update relay_state set position = position + $3::int, claimed = claimed[$3::int + 1:]
"""


@dataclass
class RelayState:
    """What operations may know of a relay. `beat` is monotonic seconds of the last sign of progress."""

    leading: bool = False
    published: int = 0
    broker_away_since: float | None = None
    beat: float = field(default_factory=monotonic)


class Relay:
    """Publishes one service's journal.

    Promises: every committed event is acknowledged by the broker before it gets its position; positions run 1, 2, 3 …
    without a gap in the order of publishing; events of one stream are published in version order. The batch's order
    is written down before it is sent, so a successor repeats an interrupted batch with the same positions. A crash
    between acknowledgement and stamp repeats messages: every consumer absorbs duplicates.
    """

    def __init__(self, service: str, leader: Leader, broker: Broker, *, committed: asyncio.Event | None = None) -> None:
        self._service = service
        self._leader = leader
        self._broker = broker
        self._committed = committed or asyncio.Event()
        self._log = structlog.get_logger("relay").bind(service=service)
        self.state = RelayState()

    async def run(self, stopping: asyncio.Event) -> None:
        """Publish until `stopping` is set; then finish the batch in hand and give the lock up."""
        failures = 0
        try:
            while not stopping.is_set():
                self.state.beat = monotonic()
                try:
                    count = await self.publish_once()
                    failures = 0
                except (Retriable, LeadershipLost) as error:
                    self._log.warning("relay_waits", reason=type(error).__name__)
                    count, failures = 0, failures + 1
                if count < BATCH and not stopping.is_set():
                    pause = IDLE_SECONDS if not failures else BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1]
                    await self._rest(pause, stopping, hint=not failures)
        finally:
            self.state.leading = False
            await self._leader.release()
            await self._broker.close()

    async def _rest(self, seconds: float, stopping: asyncio.Event, *, hint: bool) -> None:
        """Sleep, but wake at once for a commit in this process or for the end."""
        waits = [asyncio.create_task(stopping.wait())]
        if hint:
            waits.append(asyncio.create_task(self._committed.wait()))
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in waits:
            task.cancel()

    async def publish_once(self) -> int:
        """Publish one batch; returns its size, 0 when there is nothing or another process leads.

        Raises Retriable (broker or database away, nothing lost) or LeadershipLost.
        """
        if not self.state.leading:
            self.state.leading = await self._leader.acquire()
            if not self.state.leading:
                return 0
            self._log.info("relay_leads")
        conn = self._leader.conn
        if conn is None:
            raise LeadershipLost
        self._committed.clear()
        try:
            start, rows = await self._claim(conn)
            if not rows:
                return 0
            sent = await self._send(start, rows)
            await self._stamp(conn, start, rows[:sent])
        except (*AWAY, asyncpg.InterfaceError) as error:
            self.state.leading = False
            await self._leader.release()
            raise LeadershipLost from error
        self.state.published += sent
        return sent

    async def _claim(self, conn: asyncpg.Connection) -> tuple[int, list[Recorded]]:
        """The batch to send and the position before its first event: an interrupted one first, else the next."""
        state = await conn.fetchrow("select position, claimed from relay_state")
        if state is None:
            raise Fatal("relay_state is empty: run the migrations")
        if state["claimed"]:
            rows = await conn.fetch(_CLAIMED, state["claimed"])
        else:
            rows = await conn.fetch(_CLAIM, BATCH)
            if rows:
                await conn.execute("update relay_state set claimed = $1", [row["event_id"] for row in rows])
        return state["position"], [recorded_from(row) for row in rows]

    async def _send(self, start: int, rows: list[Recorded]) -> int:
        messages = [self._message(row, start + number) for number, row in enumerate(rows, start=1)]
        try:
            sent = await self._broker.publish(messages)
        except Retriable:
            if self.state.broker_away_since is None:
                self.state.broker_away_since = monotonic()
            raise
        self.state.broker_away_since = None
        return sent

    async def _stamp(self, conn: asyncpg.Connection, start: int, rows: list[Recorded]) -> None:
        """Mark acknowledged events published, in one statement with the new last position."""
        ids = [row.event_id for row in rows]
        await conn.execute(_STAMP, ids, [start + number for number in range(1, len(ids) + 1)], len(ids))

    def _message(self, row: Recorded, position: int) -> Outgoing:
        event = row.event
        envelope = Envelope(
            id=row.event_id,
            source=source_of(self._service),
            type=event.type_name(),
            subject=row.aggregateid,
            time=row.occurred_at,
            recordedtime=row.recorded_at,
            dataschema=schema_uri(type(event)),
            sequence=row.version,
            position=position,
            correlationid=row.correlationid,
            causationid=row.causationid,
            partitionkey=event.person,
            data=event.model_dump(mode="json", exclude_none=True),
        )
        return Outgoing(TOPICS[self._service].name, str(event.person).encode(), encode(envelope))
