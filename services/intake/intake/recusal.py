"""Recusal at intake: by a report, from everything that intake holds of its person."""

from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Role
from ansim.contracts.intake import PersonReadmitted, PersonRecused
from ansim.errors import Message
from ansim.journal import Unit
from ansim.recusal import Recusals
from ansim.recusal.screen import RecusalDesk, Subject

from . import queries
from .commands import ReleaseReport, release_report

RECUSALS: Final = Recusals(PersonRecused, PersonReadmitted)

_CLAIMED: Final = "select id from report where person = $1 and claimed_by = $2 and state <> 'closed'"


async def _find(conn: asyncpg.Connection, report_id: UUID) -> Subject:
    report = await queries.report(conn, report_id)
    return Subject(report.person, Message("Report {number}", number=report.name))


async def _give_back(unit: Unit, person: UUID, account: str, member: UUID) -> None:
    """Whoever may not see a report does not go on working on it."""
    for row in await unit.conn.fetch(_CLAIMED, person, account):
        await release_report(unit, ReleaseReport(report=row["id"]))


DESK: Final = RecusalDesk(RECUSALS, "reports", (Role.intake_officer, Role.supervisor), _find, _give_back, "/triage")
