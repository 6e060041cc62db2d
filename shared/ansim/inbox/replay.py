"""Replaying what was parked: a whole stream in order, as a dry run first."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from ansim.errors import AnsimError, NotFound
from ansim.inbox.parking import ParkedRow
from ansim.inbox.reaction import Outcome, Reaction
from ansim.inbox.reactor import Heard
from ansim.journal import Actor, Context, Unit
from ansim.journal.unit import new_id


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What happened, or in a dry run would happen, to one parked message. `error` is "" when it went well."""

    row: ParkedRow
    outcome: Outcome
    error: str = ""


class _DryRun(Exception):
    """Leaves the transaction of a dry run without a commit."""


async def replay_stream(reaction: Reaction, id: int, *, dry_run: bool) -> list[ReplayResult]:
    """Handle the parked message `id` and all others of its stream again, in sequence.

    Idempotent: what already had its effect is a duplicate and has none. Stops at the first message that still cannot
    be handled; those behind it stay parked. Each message has a transaction of its own, except in a dry run, which
    tries them all in one and changes nothing. Raises NotFound for an unknown id.
    """
    stream = await _stream_of(reaction, id)
    results: list[ReplayResult] = []
    if not dry_run:
        for row in stream:
            async with _unit(reaction, row) as unit:
                results.append(await _replay_one(reaction, unit, row))
            if results[-1].error:
                break
        return results
    try:
        async with _unit(reaction, stream[0]) as unit:
            for row in stream:
                results.append(await _replay_one(reaction, unit, row))
                if results[-1].error:
                    break
            raise _DryRun
    except _DryRun:
        return results


async def _stream_of(reaction: Reaction, id: int) -> list[ParkedRow]:
    async with reaction.store.read() as conn:
        rows = await reaction.parking.rows(conn)
    chosen = next((row for row in rows if row.id == id), None)
    if chosen is None:
        raise NotFound("parked", str(id))
    if chosen.subject is None:
        return [chosen]
    stream = [row for row in rows if (row.source, row.subject) == (chosen.source, chosen.subject)]
    return sorted(stream, key=lambda row: (row.sequence or 0, row.id))


def _unit(reaction: Reaction, row: ParkedRow) -> AbstractAsyncContextManager[Unit]:
    actor = Actor(f"system:{reaction.service}", "system")
    return reaction.store.unit(Context(actor, datetime.now(UTC), row.event_id or new_id(), all_teams=True))


async def _replay_one(reaction: Reaction, unit: Unit, row: ParkedRow) -> ReplayResult:
    """Handle one parked message inside a savepoint, so that a failure leaves the unit usable."""
    try:
        async with unit.conn.transaction():
            message = await reaction.parking.raw(unit.conn, row.id)
            envelope, event = reaction.read(message)
            unit.context = reaction.context(envelope)
            outcome = await reaction.react(unit, message, Heard(event, envelope), replay=True)
            await unit.conn.execute("update parked set replayed_at = clock_timestamp() where id = $1", row.id)
    except AnsimError as error:
        return ReplayResult(row, Outcome.parked, type(error).__name__)
    return ReplayResult(row, outcome)
