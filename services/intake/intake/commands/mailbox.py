"""What a reporter and the staff do with a mailbox."""

from uuid import UUID

from ansim.clock import missed
from ansim.clock.stories import moments_of
from ansim.contracts.codes import Language, MessageAuthor
from ansim.journal import Fact, Stream, Unit
from ansim.web.said import SEOUL

from ..domain import mailbox as mailboxes
from ..domain.mailbox import Mailbox, reply_clock
from ..rulebook import RULES
from .loading import load_report
from .models import WriteToReporter


async def open_mailbox(unit: Unit, report_id: UUID, person: UUID, language: Language) -> None:
    """The mailbox of a report that has none yet. Raises VersionConflict when somebody else opened it meanwhile."""
    stream = unit.begin("mailbox", report_id, mailboxes.evolve)
    await stream.append(*mailboxes.open_mailbox(stream.state, person=person, proof=unit.ids(), language=language))


async def confirm_receipt(unit: Unit, report_id: UUID) -> None:
    """The number is written down."""
    stream, mailbox = await load_mailbox(unit, report_id)
    await stream.append(*mailboxes.confirm_receipt(mailbox))


async def visit_mailbox(unit: Unit, report_id: UUID) -> None:
    """The reporter is here with the number. Raises DomainError when the mailbox is closed.

    Reports older than mailboxes get theirs now.
    """
    stream = await unit.stream("mailbox", report_id, mailboxes.evolve)
    if stream.state is None:
        _, report = await load_report(unit, report_id)
        language = await unit.conn.fetchval("select language from report where id = $1", report_id)
        await open_mailbox(unit, report_id, report.person, Language(language))
    stream, mailbox = await load_mailbox(unit, report_id)
    last = await unit.conn.fetchval("select visited_at from mailbox where report = $1", report_id)
    today = last is not None and last.astimezone(SEOUL).date() == unit.context.at.astimezone(SEOUL).date()
    await stream.append(*mailboxes.visit(mailbox, today_already=today))


async def write_to_centre(unit: Unit, report_id: UUID, text: str) -> None:
    """The reporter writes. The clock of our answer starts, unless it runs already."""
    await _write(unit, report_id, MessageAuthor.REPORTER, text)


async def write_to_reporter(unit: Unit, command: WriteToReporter) -> None:
    """Staff write. That ends the clock of the answer."""
    stream, _ = await load_mailbox(unit, command.report)
    stream.expect(command.seen)
    await _write(unit, command.report, MessageAuthor.STAFF, command.text)
    await tell_missed_of_mailbox(unit, command.report)


async def close_mailbox(unit: Unit, report_id: UUID) -> None:
    """The reporter closes it for good."""
    stream, mailbox = await load_mailbox(unit, report_id)
    await stream.append(*mailboxes.close(mailbox))
    await tell_missed_of_mailbox(unit, report_id)


async def expire_mailbox(unit: Unit, report_id: UUID) -> None:
    stream, mailbox = await load_mailbox(unit, report_id)
    await stream.append(*mailboxes.expire(mailbox))


async def tell_missed_of_mailbox(unit: Unit, report_id: UUID) -> None:
    """Tell of each answer that came too late or is late now, once."""
    rules = await RULES.read(unit.conn)
    moments = await moments_of(unit, "mailbox", report_id)
    ran_out = missed(moments, lambda story: reply_clock(story, rules), unit.context.at)
    if ran_out:
        stream, mailbox = await load_mailbox(unit, report_id)
        await stream.append(*mailboxes.note_missed(mailbox, ran_out))


async def load_mailbox(unit: Unit, report_id: UUID) -> tuple[Stream[Mailbox], Mailbox]:
    """Raises NotFound."""
    return await unit.existing("mailbox", report_id, mailboxes.evolve)


async def _write(unit: Unit, report_id: UUID, author: MessageAuthor, text: str) -> None:
    stream, mailbox = await load_mailbox(unit, report_id)
    await stream.append(*(Fact(event, {"text": text}) for event in mailboxes.write(mailbox, author)))
