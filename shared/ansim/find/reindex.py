"""Write the blind index anew from the journal: for rows sealed before it existed, and after a change of keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from ansim.journal import Actor, Context, Recorded, Unit
from ansim.journal.postgres import recorded_from

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

BATCH: Final = 200

_COUNT: Final = "select count(*) from journal where type = any($1) and sealed is not null"
_NEXT: Final = """
select * from journal where type = any($1) and sealed is not null and event_id > $2 order by event_id limit $3
"""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What came of it so far. Texts of the `erased` can never be opened again and are in no index."""

    total: int
    done: int = 0
    erased: int = 0


async def reindex(kit: "Kit", tell: Callable[[Reindexed], None]) -> Reindexed:
    """Replaces the rows of every event with searchable texts, some hundred in each transaction.

    Safe beside a running service and to be repeated at any time: a second run changes nothing. Whose texts were opened for
    it is on the access record.
    """
    types = [event.type_name() for event in kit.service.projector.searched]
    async with kit.store.read() as conn:
        state = Reindexed(await conn.fetchval(_COUNT, types))
    tell(state)
    last = UUID(int=0)
    while True:
        context = Context(Actor(f"system:{kit.service.slug}", "system"), datetime.now(UTC), uuid4(), all_teams=True)
        async with kit.store.unit(context) as unit:
            rows = [recorded_from(row) for row in await unit.conn.fetch(_NEXT, types, last, BATCH)]
            if not rows:
                return state
            last = rows[-1].event_id
            persons = {row.event.person for row in rows}
            await kit.access.record_list(unit.conn, context.actor, "indexed", persons, "blind index")
            erased = await _write(kit, unit, rows)
        state = Reindexed(state.total, state.done + len(rows), state.erased + erased)
        tell(state)


async def _write(kit: "Kit", unit: Unit, rows: list[Recorded]) -> int:
    """Gives how many belonged to somebody whose key is destroyed."""
    await kit.vault.prefetch({row.event.person for row in rows})
    erased = 0
    for row in rows:
        assert row.sealed is not None, "asked for in the query"
        texts = await kit.vault.open(row.event.person, row.sealed, row.event_id)
        await kit.vault.blind.forget_event(unit.conn, row.event_id)
        if texts is None:
            erased += 1
        else:
            await unit.index_texts(row, texts)
    return erased
