"""Replaying what was parked: a whole stream in order, as a dry run first."""

from dataclasses import dataclass

from ansim.errors import AnsimError, NotFound
from ansim.inbox.parking import ParkedRow
from ansim.inbox.reaction import Outcome, Reaction
from ansim.inbox.reactor import Heard


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What happened, or in a dry run would happen, to one parked message. `error` is "" when it went well."""

    row: ParkedRow
    outcome: Outcome
    error: str = ""


class _DryRun(Exception):
    """Leaves the transaction of a dry run without a commit."""


async def replay_stream(reaction: Reaction, id: int, *, dry_run: bool) -> list[ReplayResult]:
    """Handle the parked message `id` and all others of its stream again, in sequence, in one transaction each.

    Idempotent: what already had its effect is a duplicate and has none. Stops at the first message that still cannot
    be handled; those behind it stay parked. A dry run changes nothing. Raises NotFound for an unknown id.
    """
    async with reaction.store.read() as conn:
        rows = await reaction.parking.rows(conn)
    chosen = next((row for row in rows if row.id == id), None)
    if chosen is None:
        raise NotFound("parked", str(id))
    if chosen.subject is None:
        stream = [chosen]
    else:
        stream = [row for row in rows if (row.source, row.subject) == (chosen.source, chosen.subject)]
    results: list[ReplayResult] = []
    for row in sorted(stream, key=lambda r: (r.sequence or 0, r.id)):
        result = await _replay_one(reaction, row, dry_run=dry_run)
        results.append(result)
        if result.error:
            break
    return results


async def _replay_one(reaction: Reaction, row: ParkedRow, *, dry_run: bool) -> ReplayResult:
    outcome = Outcome.parked
    try:
        async with reaction.store.read() as conn:
            message = await reaction.parking.raw(conn, row.id)
        envelope, event = reaction.read(message)
        async with reaction.store.unit(reaction.context(envelope)) as unit:
            outcome = await reaction.react(unit, message, Heard(event, envelope), replay=True)
            await unit.conn.execute("update parked set replayed_at = clock_timestamp() where id = $1", row.id)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return ReplayResult(row, outcome)
    except AnsimError as error:
        return ReplayResult(row, Outcome.parked, type(error).__name__)
    return ReplayResult(row, outcome)
