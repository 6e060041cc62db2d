"""Consents: asking, the answer, narrowing, withdrawing, and what takes their place."""

from datetime import date
from uuid import UUID

from pydantic import Field

from ansim.contracts.codes import (
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    LegalBasis,
    OverrideReason,
)
from ansim.errors import DomainError
from ansim.journal import Stream, Unit
from ansim.web.commands import Command
from ansim.web.said import SEOUL
from victim_support.commands import loading
from victim_support.domain import consent as consents


class Question(Command):
    purpose: ConsentPurpose
    recipient: ConsentRecipient
    asked_of: ConsentBy


class AskConsent(Question):
    """`seen` is the version of the case: what is known of the guardian decides who is asked."""

    case: UUID
    seen: int | None = None


class Scope(Command):
    """What is handed over, what expressly not, until and with which day."""

    content: frozenset[ConsentContent] = Field(min_length=1)
    withheld: frozenset[ConsentContent] = frozenset()
    until: date


class AboutConsent(Command):
    consent: UUID
    seen: int | None = None


class GiveConsent(AboutConsent, Scope):
    pass


class NarrowConsent(AboutConsent, Scope):
    pass


class DeclineConsent(AboutConsent):
    pass


class WithdrawConsent(AboutConsent):
    pass


class OtherBasis(Command):
    purpose: ConsentPurpose
    recipient: ConsentRecipient
    content: frozenset[ConsentContent] = Field(min_length=1)
    until: date
    basis: LegalBasis
    reason: OverrideReason


class OverrideConsent(OtherBasis):
    case: UUID
    seen: int | None = None


async def ask_consent(unit: Unit, command: AskConsent) -> UUID:
    """Returns the consent's id."""
    case_stream, case = await loading.case(unit, command.case)
    case_stream.expect(command.seen)
    stream = await unit.stream("consent", unit.ids(), consents.evolve)
    await stream.append(*consents.ask(case, command.case, command.purpose, command.recipient, command.asked_of))
    return stream.id


async def give_consent(unit: Unit, command: GiveConsent) -> UUID:
    """Returns the case's id, as all that follow."""
    stream, consent = await _consent(unit, command)
    _, case = await loading.case(unit, consent.case)
    today = unit.context.at.astimezone(SEOUL).date()
    await stream.append(*consents.give(consent, case, command.content, command.withheld, command.until, today=today))
    return consent.case


async def decline_consent(unit: Unit, command: DeclineConsent) -> UUID:
    stream, consent = await _consent(unit, command)
    await stream.append(*consents.decline(consent))
    return consent.case


async def narrow_consent(unit: Unit, command: NarrowConsent) -> UUID:
    stream, consent = await _consent(unit, command)
    await stream.append(*consents.narrow(consent, command.content, command.withheld, command.until))
    return consent.case


async def withdraw_consent(unit: Unit, command: WithdrawConsent) -> UUID:
    stream, consent = await _consent(unit, command)
    await stream.append(*consents.withdraw(consent))
    return consent.case


async def override_consent(unit: Unit, command: OverrideConsent) -> UUID:
    """Hand over on another legal basis than consent. Returns the id of what stands in the consent's place."""
    case_stream, case = await loading.case(unit, command.case)
    case_stream.expect(command.seen)
    stream = await unit.stream("consent", unit.ids(), consents.evolve)
    today = unit.context.at.astimezone(SEOUL).date()
    await stream.append(
        *consents.override(
            case,
            command.case,
            command.purpose,
            command.recipient,
            command.content,
            command.until,
            command.basis,
            command.reason,
            today=today,
        )
    )
    return stream.id


async def expire_consent(unit: Unit, consent_id: UUID) -> None:
    """Note that a consent's day has passed. Does nothing to one that ended before or still holds."""
    stream = await unit.stream("consent", consent_id, consents.evolve)
    if stream.state is not None:
        await stream.append(*consents.expire(stream.state, today=unit.context.at.astimezone(SEOUL).date()))


async def need_consent(unit: Unit, case_id: UUID, need: consents.Need, field: str | None = None) -> None:
    """Let a command go on only within what was consented to, or what rests on another basis. Raises DomainError
    `consent.missing`, at the `field` that names the receiver.

    The rows are held until the unit ends, so a withdrawal comes before what it stops or after what was done: never between.
    """
    rows = await unit.conn.fetch("select consent_id from consent where case_id = $1 order by number for share", case_id)
    streams = [await unit.stream("consent", row["consent_id"], consents.evolve) for row in rows]
    known = [stream.state for stream in streams if stream.state is not None]
    if consents.lacking(known, need, unit.context.at.astimezone(SEOUL).date()):
        raise DomainError("consent.missing", field, need.refusal)


async def _consent(unit: Unit, command: AboutConsent) -> tuple[Stream[consents.Consent], consents.Consent]:
    return await unit.existing("consent", command.consent, consents.evolve, command.seen)
