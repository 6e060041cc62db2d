"""Handling one message: decode, dedupe, check the order, react, all in one transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from ansim.contracts import Envelope, Event, decode
from ansim.errors import ParkReason, Poison
from ansim.inbox.messages import Message
from ansim.inbox.parking import Parking, StreamName
from ansim.inbox.reactor import Heard, Reactor
from ansim.journal import Actor, Context, Store, Unit
from ansim.journal.unit import new_id


class Outcome(StrEnum):
    """What became of a message."""

    ignored = "ignored"
    reacted = "reacted"
    duplicate = "duplicate"
    behind_parked = "behind_parked"
    parked = "parked"


@dataclass(frozen=True, slots=True)
class Reaction:
    """One consumer's way with a message."""

    service: str
    reactor: Reactor
    store: Store
    parking: Parking

    async def handle(self, message: Message) -> Outcome:
        """Handle a message in a transaction of its own. Raises Poison (to be parked by the caller) or Retriable."""
        envelope, event = self.read(message)
        if not self.reactor.listens_to(type(event)):
            return Outcome.ignored
        async with self.store.unit(self.context(envelope)) as unit:
            return await self.react(unit, message, Heard(event, envelope))

    @staticmethod
    def read(message: Message) -> tuple[Envelope, Event]:
        """The event in a message. Raises Poison; the key must be the event's own partition key and nothing else."""
        envelope = decode(message.value)
        if message.key != str(envelope.partitionkey).encode():
            raise Poison(ParkReason.bad_key)
        return envelope, envelope.event()

    def context(self, envelope: Envelope) -> Context:
        """An effect is as far back in time as its cause was when it was recorded: history stays history."""
        backdated = max(envelope.recordedtime - envelope.time, envelope.time - envelope.time)
        return Context(
            actor=Actor(f"system:{self.service}", "system"),
            at=datetime.now(UTC) - backdated,
            correlationid=envelope.correlationid,
            causationid=envelope.id,
            all_teams=True,
        )

    async def react(self, unit: Unit, message: Message, heard: Heard, *, replay: bool = False) -> Outcome:
        """Dedupe, check the order, run the handlers. A replay may pass messages parked in the same stream; an event that
        restates its stream passes them too, and what is missing before it."""
        envelope, consumer = heard.envelope, self.parking.consumer
        in_order = not heard.event.restates
        if in_order and not replay and await self.parking.holds(unit.conn, envelope.source, envelope.subject):
            await self.parking.park(unit, message, ParkReason.behind_parked, "", 1, name_of(envelope))
            return Outcome.behind_parked
        last = await unit.conn.fetchval(
            "select sequence from inbox_stream where consumer = $1 and source = $2 and subject = $3 for update",
            *(consumer, envelope.source, envelope.subject),
        )
        if envelope.sequence <= (last or 0):
            return Outcome.duplicate
        if in_order and envelope.sequence > (last or 0) + 1:
            raise Poison(ParkReason.sequence_gap)
        if not await unit.conn.fetchval(
            "insert into inbox (consumer, source, id) values ($1, $2, $3) on conflict do nothing returning true",
            *(consumer, envelope.source, envelope.id),
        ):
            return Outcome.duplicate
        await unit.conn.execute(
            "insert into inbox_stream (consumer, source, subject, sequence) values ($1, $2, $3, $4)"
            " on conflict (consumer, source, subject) do update set sequence = excluded.sequence",
            *(consumer, envelope.source, envelope.subject, envelope.sequence),
        )
        for handler in self.reactor.handlers(type(heard.event)):
            await handler(unit, heard)
        return Outcome.reacted

    async def park(self, message: Message, reason: ParkReason, error: str, attempts: int) -> None:
        """Park a message in a transaction of its own, with whatever of its place can be read."""
        context = Context(Actor(f"system:{self.service}", "system"), datetime.now(UTC), new_id(), all_teams=True)
        async with self.store.unit(context) as unit:
            await self.parking.park(unit, message, reason, error, attempts, place_of(message))


def name_of(envelope: Envelope) -> StreamName:
    return StreamName(envelope.source, envelope.subject, envelope.sequence, envelope.id, envelope.type)


def place_of(message: Message) -> StreamName:
    """The stream of a message if its envelope can be read at all."""
    try:
        return name_of(decode(message.value))
    except Poison:
        return StreamName()
