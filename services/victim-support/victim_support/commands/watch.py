"""Asking monitoring to look out for what was seen gone, and hearing what it says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from ansim.contracts.codes import Platform, WatchAnswer
from ansim.journal import Unit
from victim_support.domain import watch as watches


async def ask_to_watch(unit: Unit, deletion: UUID, platform: Platform) -> None:
    """An event under an id and a pseudonym of its own."""
    watch = unit.ids()
    with _apart(unit):
        stream = await unit.stream("watch", watch, watches.evolve)
        await stream.append(*watches.request(unit.ids(), platform))
    await unit.conn.execute("insert into deletion_watch (watch, deletion) values ($1, $2)", watch, deletion)


async def end_watch(unit: Unit, deletion: UUID) -> None:
    """Monitoring need not look any more: what it looked out for is back."""
    watch = await unit.conn.fetchval("select watch from deletion_watch where deletion = $1 and not ended", deletion)
    if watch is None:
        return
    with _apart(unit):
        stream = await unit.stream("watch", watch, watches.evolve)
        assert stream.state is not None, "a watch in the table was asked for"
        await stream.append(*watches.end(stream.state))


async def note_watch_answer(unit: Unit, watch: UUID, answer: WatchAnswer, heard: UUID) -> None:
    """Note what monitoring said. A watch that we did not ask for is somebody else's."""
    stream = await unit.stream("watch", watch, watches.evolve)
    if stream.state is not None:
        await stream.append(*watches.note_answer(stream.state, answer, heard))


@contextmanager
def _apart(unit: Unit) -> Iterator[None]:
    """What is recorded inside shares no correlation with the rest of the work: on the topic it would lead to the case."""
    whole = unit.context
    unit.context = replace(whole, correlationid=unit.ids(), causationid=None)
    try:
        yield
    finally:
        unit.context = whole
