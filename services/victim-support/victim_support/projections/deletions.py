"""A deletion request's events → its row, and every look at the address."""

from typing import Final

from ansim.clock.stories import moments_of
from ansim.contracts.victim_support import (
    DeletionAcknowledged,
    DeletionAnswered,
    DeletionChecked,
    DeletionDeadlineMissed,
    DeletionDecided,
    DeletionEscalated,
    DeletionEvent,
    DeletionLocated,
    DeletionReappeared,
    DeletionRenotified,
    DeletionRequested,
    DeletionVerifiedGone,
    WatchAnswered,
    WatchEnded,
)
from ansim.journal import Projector, Recorded, Unit
from victim_support.domain.deletion import Deletion, clock, evolve
from victim_support.rulebook import RULES

projector: Final = Projector()
projector.seen_through("deletion", "deletion")


@projector.on(DeletionLocated)
async def add(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, DeletionLocated)
    await unit.conn.execute(
        """
        insert into deletion (id, case_id, person, version, state, platform, generation, previous, located_event, located_at)
        values ($1, $2, $3, $4, 'located', $5, $6, $7, $8, $9)
        """,
        *(recorded.aggregateid, event.case, event.person, recorded.version, event.platform, event.generation),
        *(event.previous, recorded.event_id, recorded.occurred_at),
    )


@projector.on(DeletionRequested)
async def mark_requested(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, DeletionRequested)
    await unit.conn.execute(
        "update deletion set channel = $2, requested_at = $3 where id = $1",
        *(recorded.aggregateid, event.channel, recorded.occurred_at),
    )


@projector.on(DeletionAnswered)
async def mark_answered(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, DeletionAnswered)
    await unit.conn.execute(
        "update deletion set action = $2, answered_at = $3 where id = $1",
        *(recorded.aggregateid, event.action, recorded.occurred_at),
    )


@projector.on(DeletionDecided)
async def mark_decided(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, DeletionDecided)
    await unit.conn.execute("update deletion set decision = $2 where id = $1", recorded.aggregateid, event.decision)


@projector.on(DeletionChecked)
async def add_check(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, DeletionChecked)
    await unit.conn.execute(
        "insert into deletion_check (deletion, number, result, checked_at, checked_by) values ($1, $2, $3, $4, $5)",
        *(recorded.aggregateid, event.number, event.result, recorded.occurred_at, recorded.actor.name),
    )
    await unit.conn.execute(
        "update deletion set last_result = $2, last_checked_at = $3 where id = $1",
        *(recorded.aggregateid, event.result, recorded.occurred_at),
    )


@projector.on(DeletionVerifiedGone)
async def mark_gone(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update deletion set gone_at = $2 where id = $1", recorded.aggregateid, recorded.occurred_at
    )


@projector.on(DeletionDeadlineMissed)
async def note_missed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, DeletionDeadlineMissed)
    await unit.conn.execute(
        "update deletion set missed = missed + 1, missed_rule = $2, missed_event = $3 where id = $1",
        *(recorded.aggregateid, event.rule, event.started_by),
    )


@projector.on(
    DeletionLocated,
    DeletionRequested,
    DeletionAcknowledged,
    DeletionAnswered,
    DeletionRenotified,
    DeletionEscalated,
    DeletionDecided,
    DeletionChecked,
    DeletionVerifiedGone,
    DeletionReappeared,
    DeletionDeadlineMissed,
)
async def keep_state_and_clock(unit: Unit, recorded: Recorded) -> None:
    """State, counts and clock are what the domain makes of all events; the row only repeats them."""
    assert isinstance(recorded.event, DeletionEvent)
    moments = await moments_of(unit, "deletion", recorded.aggregateid)
    state: Deletion | None = None
    for moment in moments:
        state = evolve(state, moment.event)
    assert state is not None
    running = clock(moments, await RULES.read(unit.conn))
    await unit.conn.execute(
        """
        update deletion
           set version = $2, state = $3, notified = $4, checks = $5, task = $6, clock_rule = $7, clock_started_by = $8,
               clock_event = $9, clock_started_at = $10, due_at = $11
         where id = $1
        """,
        *(recorded.aggregateid, recorded.version, state.state, state.notified, state.checks),
        *(
            (running.task, running.rule, running.started_by, running.started_event, running.started_at, running.due_at)
            if running
            else (None,) * 6
        ),
    )


@projector.on(WatchAnswered)
async def note_watch_answer(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, WatchAnswered)
    await unit.conn.execute(
        "update deletion_watch set answer = $2, answered_at = $3 where watch = $1",
        *(recorded.aggregateid, event.answer, recorded.occurred_at),
    )


@projector.on(WatchEnded)
async def end_watch(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute("update deletion_watch set ended = true where watch = $1", recorded.aggregateid)
