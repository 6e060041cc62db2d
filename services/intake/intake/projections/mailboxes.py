"""A mailbox's events → its row and the list of its messages. The texts stay sealed with the events."""

from typing import Final

from ansim.clock.stories import moments_of
from ansim.contracts.codes import MessageAuthor
from ansim.contracts.intake import (
    MailboxClosed,
    MailboxDeadlineMissed,
    MailboxExpired,
    MailboxMessageWritten,
    MailboxOpened,
    MailboxReceiptConfirmed,
    MailboxVisited,
)
from ansim.journal import Projector, Recorded, Unit

from ..domain.mailbox import reply_clock
from ..rulebook import RULES
from .clocks import keep

PROJECTOR: Final = Projector()


@PROJECTOR.on(MailboxOpened)
async def add_mailbox(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, MailboxOpened)
    await unit.conn.execute(
        "insert into mailbox (report, person, version, state, proof, language, opened_at, active_at)"
        " values ($1, $2, $3, 'open', $4, $5, $6, $6)",
        *(recorded.aggregateid, event.person, recorded.version, event.proof, event.language, recorded.occurred_at),
    )


@PROJECTOR.on(MailboxReceiptConfirmed)
async def mark_confirmed(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update mailbox set version = $2, confirmed_at = $3 where report = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at),
    )


@PROJECTOR.on(MailboxVisited)
async def mark_visited(unit: Unit, recorded: Recorded) -> None:
    await unit.conn.execute(
        "update mailbox set version = $2, visits = visits + 1, visited_at = $3, active_at = $3 where report = $1",
        *(recorded.aggregateid, recorded.version, recorded.occurred_at),
    )


@PROJECTOR.on(MailboxMessageWritten)
async def add_message(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, MailboxMessageWritten)
    by_reporter = event.author is MessageAuthor.REPORTER
    await unit.conn.execute(
        "insert into mailbox_message (report, author, event, written_at) values ($1, $2, $3, $4)",
        *(recorded.aggregateid, event.author, recorded.event_id, recorded.occurred_at),
    )
    await unit.conn.execute(
        """
        update mailbox
           set version = $2, active_at = $3, waiting = case when $4 then waiting + 1 else 0 end,
               first_reply_at = case when $4 then first_reply_at else coalesce(first_reply_at, $3) end
         where report = $1
        """,
        *(recorded.aggregateid, recorded.version, recorded.occurred_at, by_reporter),
    )


@PROJECTOR.on(MailboxClosed, MailboxExpired)
async def mark_ended(unit: Unit, recorded: Recorded) -> None:
    state = "closed" if isinstance(recorded.event, MailboxClosed) else "expired"
    await unit.conn.execute(
        "update mailbox set version = $2, state = $3, ended_at = $4, waiting = 0 where report = $1",
        *(recorded.aggregateid, recorded.version, state, recorded.occurred_at),
    )


@PROJECTOR.on(MailboxDeadlineMissed)
async def note_missed(unit: Unit, recorded: Recorded) -> None:
    event = recorded.event
    assert isinstance(event, MailboxDeadlineMissed)
    await unit.conn.execute(
        "update mailbox set version = $2, missed = missed + 1, missed_rule = $3, missed_event = $4 where report = $1",
        *(recorded.aggregateid, recorded.version, event.rule, event.started_by),
    )


@PROJECTOR.on(MailboxMessageWritten, MailboxClosed, MailboxExpired)
async def set_clock(unit: Unit, recorded: Recorded) -> None:
    rules = await RULES.read(unit.conn)
    moments = await moments_of(unit, "mailbox", recorded.aggregateid)
    await keep(unit, "mailbox", recorded.aggregateid, reply_clock(moments, rules))
