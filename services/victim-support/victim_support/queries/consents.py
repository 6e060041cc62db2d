"""Consents: those of a case, and one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self
from uuid import UUID

import asyncpg

from ansim.contracts.codes import (
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    LegalBasis,
    OverrideReason,
)
from ansim.errors import NotFound
from victim_support.domain.consent import IN_FORCE, Consent, ConsentState, Need, lacking

_CONSENT: Final = """
select o.*, c.number as case_number, c.person, c.state as case_state from consent o join support_case c using (case_id)
"""


@dataclass(frozen=True, slots=True)
class ConsentRow:
    consent_id: UUID
    number: int
    case_id: UUID
    case_number: int
    person: UUID
    purpose: ConsentPurpose
    recipient: ConsentRecipient
    asked_of: ConsentBy | None
    state: ConsentState
    content: frozenset[ConsentContent]
    withheld: frozenset[ConsentContent]
    until: date | None
    basis: LegalBasis | None
    reason: OverrideReason | None
    begun_at: datetime
    changed_at: datetime
    version: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        codes = {
            "purpose": ConsentPurpose(row["purpose"]),
            "recipient": ConsentRecipient(row["recipient"]),
            "asked_of": ConsentBy(row["asked_of"]) if row["asked_of"] else None,
            "state": ConsentState(row["state"]),
            "content": frozenset(map(ConsentContent, row["content"])),
            "withheld": frozenset(map(ConsentContent, row["withheld"])),
            "basis": LegalBasis(row["basis"]) if row["basis"] else None,
            "reason": OverrideReason(row["reason"]) if row["reason"] else None,
        }
        return cls(**{field: codes.get(field, row[field]) for field in cls.__slots__})

    @property
    def consent(self) -> Consent:
        return Consent(
            self.case_id,
            self.person,
            self.purpose,
            self.recipient,
            self.state,
            self.asked_of,
            self.content,
            self.withheld,
            self.until,
        )

    def holds(self, on: date) -> bool:
        return self.state in IN_FORCE and self.until is not None and on <= self.until


async def consents_of(conn: asyncpg.Connection, case_id: UUID) -> list[ConsentRow]:
    """Those of a case: what is in force or asked first, then what ended."""
    rows = await conn.fetch(
        f"""
        {_CONSENT} where o.case_id = $1
        order by o.state in ('declined', 'withdrawn', 'expired'), o.number
        """,
        case_id,
    )
    return [ConsentRow.of(row) for row in rows]


async def consent(conn: asyncpg.Connection, consent_id: UUID) -> ConsentRow:
    """Raises NotFound."""
    row = await conn.fetchrow(f"{_CONSENT} where o.consent_id = $1", consent_id)
    if row is None:
        raise NotFound("consent", consent_id)
    return ConsentRow.of(row)


async def missing(conn: asyncpg.Connection, case_id: UUID, needs: Iterable[Need], on: date) -> list[Need]:
    """Those of `needs` that no consent of the case covers on this day: for pages that say it before somebody tries."""
    known = [row.consent for row in await consents_of(conn, case_id)]
    return [need for need in needs if lacking(known, need, on)]
