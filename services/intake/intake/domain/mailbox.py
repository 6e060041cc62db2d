"""A reporter's mailbox: open → closed by the reporter | expired. DOMAIN §4.

Messages go both ways. Whose turn it is follows from them: after the reporter wrote it is ours, until we answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from ansim.clock import Clock, Moment, Rules
from ansim.contracts.base import Event
from ansim.contracts.codes import DeadlineRule, Language, MessageAuthor
from ansim.contracts.intake import (
    MailboxClosed,
    MailboxDeadlineMissed,
    MailboxEvent,
    MailboxExpired,
    MailboxMessageWritten,
    MailboxOpened,
    MailboxReceiptConfirmed,
    MailboxVisited,
)
from ansim.errors import DomainError, Message

MOST_WAITING: Final = 20
"""A reporter may write so many messages before we answer; more would only bury the first."""


class MailboxState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


class MailboxTask(StrEnum):
    REPLY = "reply"


class MailboxStart(StrEnum):
    WRITTEN = "mailbox.message_written"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`waiting`: messages of the reporter since our last answer."""

    person: UUID
    proof: UUID
    language: Language
    state: MailboxState = MailboxState.OPEN
    confirmed: bool = False
    waiting: int = 0
    missed: frozenset[tuple[DeadlineRule, UUID]] = frozenset()


def evolve(mailbox: Mailbox | None, event: Event) -> Mailbox:
    """The mailbox after `event`. Raises ValueError for a stream that no decision could write."""
    if isinstance(event, MailboxOpened):
        return Mailbox(event.person, event.proof, event.language)
    if mailbox is None:
        raise ValueError(f"no mailbox can begin with {event.type_name()}")
    match event:
        case MailboxReceiptConfirmed():
            return replace(mailbox, confirmed=True)
        case MailboxMessageWritten(author=MessageAuthor.REPORTER):
            return replace(mailbox, waiting=mailbox.waiting + 1)
        case MailboxMessageWritten():
            return replace(mailbox, waiting=0)
        case MailboxClosed():
            return replace(mailbox, state=MailboxState.CLOSED)
        case MailboxExpired():
            return replace(mailbox, state=MailboxState.EXPIRED)
        case MailboxDeadlineMissed():
            return replace(mailbox, missed=mailbox.missed | {(event.rule, event.started_by)})
        case MailboxVisited():
            return mailbox
        case _:
            raise ValueError(f"no mailbox can follow from {event.type_name()} here")


def open_mailbox(mailbox: Mailbox | None, *, person: UUID, proof: UUID, language: Language) -> list[MailboxEvent]:
    """Every report has one, from the moment it arrives."""
    if mailbox is not None:
        return []
    return [MailboxOpened(person=person, proof=proof, language=language)]


def confirm_receipt(mailbox: Mailbox) -> list[MailboxEvent]:
    return [] if mailbox.confirmed else [MailboxReceiptConfirmed(person=mailbox.person)]


def visit(mailbox: Mailbox, *, today_already: bool) -> list[MailboxEvent]:
    """The reporter came back. Whoever has the number has it written down."""
    _must_be_open(mailbox)
    told = [] if today_already else [MailboxVisited(person=mailbox.person)]
    return [*confirm_receipt(mailbox), *told]


def write(mailbox: Mailbox, author: MessageAuthor) -> list[MailboxEvent]:
    """A message, whose text is sealed beside the event."""
    _must_be_open(mailbox)
    if author is MessageAuthor.REPORTER and mailbox.waiting >= MOST_WAITING:
        raise DomainError(
            "answer_first",
            "text",
            Message("We have your messages and answer soon. If you are in danger now, call 112."),
        )
    return [MailboxMessageWritten(person=mailbox.person, author=author)]


def close(mailbox: Mailbox) -> list[MailboxEvent]:
    _must_be_open(mailbox)
    return [MailboxClosed(person=mailbox.person)]


def expire(mailbox: Mailbox) -> list[MailboxEvent]:
    return [MailboxExpired(person=mailbox.person)] if mailbox.state is MailboxState.OPEN else []


def reply_clock(moments: Sequence[Moment], rules: Rules) -> Clock | None:
    """Our time to answer: from the reporter's first message that we have not answered yet."""
    since: Moment | None = None
    for moment in moments:
        match moment.event:
            case MailboxMessageWritten(author=MessageAuthor.REPORTER):
                since = since or moment
            case MailboxMessageWritten() | MailboxClosed() | MailboxExpired():
                since = None
    if since is None:
        return None
    due_at = since.at + rules.period(DeadlineRule.REPLY, since.at)
    return Clock(MailboxTask.REPLY, DeadlineRule.REPLY, MailboxStart.WRITTEN, since.id, since.at, due_at)


def note_missed(mailbox: Mailbox, ran_out: Sequence[Clock]) -> list[MailboxEvent]:
    """A fact for each clock that ran out and was not told yet."""
    return [
        MailboxDeadlineMissed(
            person=mailbox.person,
            rule=clock.rule,
            started_by=clock.started_event,
            started_at=clock.started_at,
            due_at=clock.due_at,
        )
        for clock in ran_out
        if clock.key not in mailbox.missed
    ]


def _must_be_open(mailbox: Mailbox) -> None:
    if mailbox.state is not MailboxState.OPEN:
        raise DomainError("mailbox_closed", None, Message("This mailbox is closed."))
