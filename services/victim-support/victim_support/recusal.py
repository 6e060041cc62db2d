"""Recusal in victim support: by a case, from everything the service holds of its person."""

from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Role
from ansim.contracts.victim_support import PersonReadmitted, PersonRecused
from ansim.errors import Message
from ansim.recusal import Recusals
from ansim.recusal.screen import RecusalDesk, Subject
from victim_support import queries
from victim_support.commands.assignment import let_go

ROLES: Final = (Role.support_worker, Role.deletion_officer, Role.supervisor)
RECUSALS: Final = Recusals(PersonRecused, PersonReadmitted)


async def _find(conn: asyncpg.Connection, case_id: UUID) -> Subject:
    case = await queries.case(conn, case_id)
    return Subject(case.person, Message("Case {number}", number=f"V-{case.number}"))


DESK: Final = RecusalDesk(RECUSALS, "cases", ROLES, _find, let_go, "/cases?show=mine")
