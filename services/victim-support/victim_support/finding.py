"""What can be found in victim support: a case or referral by its number, a case by the exact name or telephone number."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import asyncpg

from ansim.access import Role
from ansim.errors import Message
from ansim.find import Finder, Hit
from ansim.vault import SearchField
from victim_support.domain.referral import ReferralState

_NUMBER: Final = re.compile(r"\s*(?:(?P<letter>[VvEe])\s*[-–]?\s*)?(?P<digits>\d{1,15})\s*", re.ASCII)

_CASES: Final = "select case_id, number, person, state, opened_at from support_case"
_REFERRALS: Final = "select referral, number, person, state, received_at from referral"

_REFERRAL_STATES: Final = {
    ReferralState.RECEIVED: Message("Received, answer due from us"),
    ReferralState.ACCEPTED: Message("Accepted"),
    ReferralState.REJECTED: Message("Refused"),
    ReferralState.TAKEN_BACK: Message("Taken back by the sender"),
    ReferralState.IN_PROGRESS: Message("Accepted, under way"),
    ReferralState.ON_HOLD: Message("On hold"),
    ReferralState.COMPLETED: Message("Accepted, case closed"),
    ReferralState.DECLINED_AFTER_ACCEPTANCE: Message("Declined after acceptance"),
}


async def by_number(conn: asyncpg.Connection, text: str) -> list[Hit]:
    """V-12 is a case, E-12 a referral, 12 may be either."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return []
    letter, number = (match["letter"] or "").upper(), int(match["digits"])
    found: list[Hit] = []
    if letter in ("", "V"):
        found += map(_case, await conn.fetch(f"{_CASES} where number = $1", number))
    if letter in ("", "E"):
        found += map(_referral, await conn.fetch(f"{_REFERRALS} where number = $1", number))
    return found


async def cases_of_ids(conn: asyncpg.Connection, ids: Sequence[UUID]) -> list[Hit]:
    """Those of these cases that whoever asks may see."""
    return [_case(row) for row in await conn.fetch(f"{_CASES} where case_id = any($1)", list(ids))]


async def referrals_of_ids(conn: asyncpg.Connection, ids: Sequence[UUID]) -> list[Hit]:
    """Referrals whose person told intake a number. Those that whoever asks may see."""
    return [_referral(row) for row in await conn.fetch(f"{_REFERRALS} where referral = any($1)", list(ids))]


def _case(row: asyncpg.Record) -> Hit:
    state = Message("Closed") if row["state"] == "closed" else Message("Open")
    where = f"/cases/{row['case_id']}"
    name, title = f"V-{row['number']}", Message("Case")
    return Hit("case", row["case_id"], row["person"], name, title, state, row["opened_at"], where)


def _referral(row: asyncpg.Record) -> Hit:
    state = _REFERRAL_STATES.get(row["state"], Message("Referral"))
    where = f"/referrals/{row['referral']}"
    name, title = f"E-{row['number']}", Message("Referral")
    return Hit("referral", row["referral"], row["person"], name, title, state, row["received_at"], where)


FINDER: Final = Finder(
    number_title=Message("Case or referral number"),
    number_hint=Message("V-12 or E-12, as it stands on the screen"),
    by_number=by_number,
    records={"case": cases_of_ids, "referral": referrals_of_ids},
    identifiers=frozenset({Role.support_worker}),
    fields=(SearchField.NAME, SearchField.PHONE),
)
