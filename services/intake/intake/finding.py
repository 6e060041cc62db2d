"""What can be found at intake: a report by its number or its receipt, or by the telephone number in its contact."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg

from ansim.access import Role
from ansim.errors import Message
from ansim.find import Finder, Hit
from ansim.vault import SearchField

from . import queries
from .domain.receipt import read_receipt
from .domain.report import ReportState
from .queries import ReportRow
from .receipts import Receipts

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

STATES: Final = {
    ReportState.SUBMITTED: Message("Not read yet"),
    ReportState.ACKNOWLEDGED: Message("Read, not judged yet"),
    ReportState.TRIAGED: Message("Judged, under way"),
    ReportState.CLOSED: Message("Closed"),
}

_NUMBER: Final = re.compile(r"\s*(?:[Rr]\s*[-–]?\s*)?(\d{1,15})\s*", re.ASCII)


def finder(kit: "Kit") -> Finder:
    receipts = Receipts(kit.settings)

    async def by_number(conn: asyncpg.Connection, text: str) -> list[Hit]:
        """R-1001, 1001, or the number of a receipt as the reporter tells it. Of a receipt only a digest is compared."""
        receipt = read_receipt(text)
        if receipt is not None:
            found = await queries.report_of_receipt(conn, await receipts.digest(receipt))
            return await _reports(conn, [found] if found else [])
        match = _NUMBER.fullmatch(text)
        return [_hit(row) for row in await queries.reports_numbered(conn, int(match[1]))] if match else []

    return Finder(
        number_title=Message("Report or receipt number"),
        number_hint=Message("R-1001, or all digits of a receipt as told by the reporter"),
        by_number=by_number,
        records={"report": _reports},
        identifiers=frozenset({Role.intake_officer}),
        fields=(SearchField.PHONE,),
    )


async def _reports(conn: asyncpg.Connection, ids: Sequence[UUID]) -> list[Hit]:
    return [_hit(row) for row in await queries.reports_of_ids(conn, ids)]


def _hit(row: ReportRow) -> Hit:
    title = Message("Report")
    return Hit("report", row.id, row.person, row.name, title, STATES[row.state], row.submitted_at, f"/reports/{row.id}")
