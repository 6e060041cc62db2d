"""What the two busiest pages ask of the database. Each question is a round trip while somebody waits, and at fifty reports a
second they decide how long the last one waits: whoever adds one raises the number here and says what it is worth."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from ansim.runtime import Kit

from .conftest import Desk
from .test_public_pages import send

REPORT: dict[str, Any] = {
    "reporter_role": "witness",
    "about_minor": "unknown",
    "seen_on": "website",
    "harm_types": ["other"],
    "narrative": "(가상) 물푸레",
}


@asynccontextmanager
async def asked(kit: Kit) -> AsyncIterator[list[str]]:
    """The questions on the one connection that requests take while they come one after another."""
    questions: list[str] = []

    def note(record: Any) -> None:
        questions.append(" ".join(record.query.split()))

    async with kit.store.pool.acquire() as conn:
        conn.add_query_logger(note)
    yield questions
    async with kit.store.pool.acquire() as conn:
        conn.remove_query_logger(note)


async def test_a_report_is_taken_in_with_few_questions(kit: Kit, public: httpx2.AsyncClient) -> None:
    await send(public, 5, **REPORT)
    async with asked(kit) as questions:
        assert (await send(public, 5, **REPORT)).status_code == 303
    assert questions[0].startswith("BEGIN")
    assert questions[-1].startswith("COMMIT")
    assert len(questions) <= 15, "\n".join(questions)


async def test_the_queue_asks_the_same_however_much_it_shows(kit: Kit, desk: Desk, officer: httpx2.AsyncClient) -> None:
    await officer.get("/triage")
    async with asked(kit) as empty:
        await officer.get("/triage")
    for _ in range(3):
        await desk.referred()
    async with asked(kit) as full:
        await officer.get("/triage")
    assert full == empty
    assert len(full) <= 8, "\n".join(full)
