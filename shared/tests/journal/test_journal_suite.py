"""One suite for every way of keeping a journal: the real one and its twin in memory."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from ansim.contracts.codes import LeftReason
from ansim.contracts.monitoring import VolunteerLeft, VolunteerVetted
from ansim.errors import VersionConflict
from ansim.journal import Actor, Journal, MemoryJournal, PostgresJournal, Recorded
from ansim.testing.servers import ServiceDatabase


@pytest.fixture(params=["memory", "postgres"])
async def journal(
    request: pytest.FixtureRequest,
) -> AsyncIterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal()
        return
    make: Callable[[str], ServiceDatabase] = request.getfixturevalue("service_database")
    conn = await asyncpg.connect(make("monitoring").url)
    async with conn.transaction():
        yield PostgresJournal(conn)
    await conn.close()


def a_row(stream: UUID, version: int) -> Recorded:
    now = datetime.now(UTC)
    return Recorded(
        event_id=uuid4(),
        aggregatetype="volunteer",
        aggregateid=stream,
        version=version,
        event=VolunteerVetted(person=stream),
        sealed=b"sealed" if version == 1 else None,
        actor=Actor("someone", "coordinator", "Kim (invented)"),
        correlationid=uuid4(),
        causationid=None,
        occurred_at=now,
        recorded_at=now,
    )


async def test_a_stream_comes_back_in_version_order_and_whole(journal: Journal) -> None:
    stream = uuid4()
    rows = [a_row(stream, 1), a_row(stream, 2), a_row(stream, 3)]
    await journal.append(rows[:2])
    await journal.append(rows[2:])

    assert await journal.load("volunteer", stream) == rows


async def test_streams_do_not_mix(journal: Journal) -> None:
    mine, other = uuid4(), uuid4()
    await journal.append([a_row(mine, 1)])
    await journal.append([a_row(other, 1), a_row(other, 2)])

    assert [r.version for r in await journal.load("volunteer", mine)] == [1]
    assert await journal.load("sighting", mine) == []


async def test_a_version_that_is_taken_is_a_conflict(journal: Journal) -> None:
    stream = uuid4()
    await journal.append([a_row(stream, 1)])

    with pytest.raises(VersionConflict) as conflict:
        await journal.append([a_row(stream, 1)])
    assert conflict.value.aggregateid == stream


async def test_an_event_is_found_by_its_id(journal: Journal) -> None:
    row = a_row(uuid4(), 1)
    await journal.append([row])

    assert await journal.find(row.event_id) == row
    assert await journal.find(uuid4()) is None


def test_a_reason_is_part_of_the_fact() -> None:
    left = VolunteerLeft(person=uuid4(), reason=LeftReason.WELL_BEING)
    assert left.model_dump(mode="json")["reason"] == "well_being"
