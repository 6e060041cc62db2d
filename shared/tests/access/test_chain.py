"""The access record is proof against alteration: whatever is changed, deleted or slipped in is found, and where."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple
from uuid import uuid4

import asyncpg
import pytest

from ansim.access import AccessLog, Action
from ansim.access import chain as chain_room
from ansim.access.chain import Finding, Head, Sealer, Wrong, head_of, verify
from ansim.journal import Actor
from ansim.testing.servers import ServiceDatabase

OFFICER = Actor("intake-officer", "intake_officer", "한서윤 (가상)")
KEY = secrets.token_bytes(32)


class Record(NamedTuple):
    """The service's own way to its record, and a database administrator's."""

    pool: asyncpg.Pool
    admin: asyncpg.Connection
    sealer: Sealer

    async def look(self, times: int = 1) -> None:
        async with self.pool.acquire() as conn, conn.transaction():
            await AccessLog().record_list(conn, OFFICER, Action.listed, [uuid4() for _ in range(times)], "report queue")

    async def check(self, known: Head | None = None) -> tuple[Finding, ...]:
        async with self.pool.acquire() as conn:
            return (await verify(conn, KEY, known)).findings  # type: ignore[arg-type]


@pytest.fixture
async def record(service_database: Callable[[str], ServiceDatabase]) -> AsyncIterator[Record]:
    database = service_database("intake")
    admin = await asyncpg.connect(database.owner_url)
    async with asyncpg.create_pool(database.url, min_size=1, max_size=4) as pool:
        made = Record(pool, admin, Sealer(pool, KEY))
        await made.look(5)
        assert await made.sealer.seal() == 5
        yield made
    await admin.close()


async def test_a_record_that_nobody_touched_is_whole(record: Record) -> None:
    await record.look(3)
    await record.sealer.seal()

    async with record.pool.acquire() as conn:
        verdict = await verify(conn, KEY)  # type: ignore[arg-type]
    assert (verdict.whole, verdict.entries, verdict.head.link) == (True, 8, 8)


@pytest.mark.parametrize(
    "column", ["actor = 'x'", "person = gen_random_uuid()", "at = at + interval '1 us'", "what = ''", "person = null"]
)
async def test_a_changed_entry_is_found_whatever_was_changed(record: Record, column: str) -> None:
    await record.admin.execute(f"update access_record set {column} where id = 3")

    assert await record.check() == (Finding(Wrong.CHANGED, 3, 3),)


async def test_a_deleted_entry_is_found(record: Record) -> None:
    await record.admin.execute("delete from access_record where id = 2")

    assert await record.check() == (Finding(Wrong.DELETED, 2, 2),)


async def test_an_entry_deleted_together_with_its_link_is_found(record: Record) -> None:
    await record.admin.execute("delete from access_record where id = 2")
    await record.admin.execute("delete from access_chain where record = 2")

    assert await record.check() == (Finding(Wrong.LINK_MISSING, 2, None),)


async def test_links_moved_up_over_a_deleted_entry_are_found(record: Record) -> None:
    await record.admin.execute("delete from access_record where id = 2")
    await record.admin.execute("delete from access_chain where record = 2")
    for link in (3, 4, 5):
        await record.admin.execute("update access_chain set link = $1 where link = $2", link - 1, link)

    assert Finding(Wrong.CHANGED, 2, 3) in await record.check()


async def test_an_entry_slipped_in_among_sealed_ones_is_found(record: Record) -> None:
    await record.admin.execute(
        "insert into access_record (id, at, actor, role, action, what, place) overriding system value"
        " values (1000, now() - interval '1 day', 'x', 'x', 'read', 'x', 'x')"
    )

    assert await record.check() == (Finding(Wrong.INSERTED, None, 1000),)


async def test_two_entries_that_changed_places_are_found(record: Record) -> None:
    await record.admin.execute("update access_chain set record = -1 where link = 2")
    await record.admin.execute("update access_chain set record = 2 where link = 3")
    await record.admin.execute("update access_chain set record = 3 where link = 2")

    assert [finding.wrong for finding in await record.check()] == [Wrong.CHANGED, Wrong.CHANGED]


async def test_an_end_that_was_cut_off_is_found_with_a_head_written_down_before(record: Record) -> None:
    written_down = await head_of(record.admin)
    await record.admin.execute("delete from access_record where id = 5")
    await record.admin.execute("delete from access_chain where record = 5")

    assert await record.check() == ()
    assert await record.check(written_down) == (Finding(Wrong.CUT_OFF, 5, None),)


async def test_whoever_lacks_the_key_cannot_make_a_chain_that_holds(record: Record) -> None:
    await record.admin.execute("update access_record set actor = 'x' where id = 1")
    await record.admin.execute("delete from access_chain")
    await Sealer(record.pool, secrets.token_bytes(32)).seal()

    assert len(await record.check()) == 5


async def test_an_entry_that_commits_late_gets_its_link_later(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_room, "SETTLING_SECONDS", 0.0)
    async with record.pool.acquire() as conn:
        late = conn.transaction()
        await late.start()
        await AccessLog().record(conn, OFFICER, Action.read, uuid4(), "report")
        await record.look(2)
        assert [await record.sealer.seal() for _ in range(3)] == [2, 0, 0]
        await late.commit()

    assert await record.sealer.seal() == 1
    assert await record.check() == ()
    rows = await record.admin.fetch("select record from access_chain order by link")
    assert [row["record"] for row in rows] == [1, 2, 3, 4, 5, 7, 8, 6]


async def test_settled_entries_are_not_looked_for_again(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_room, "SETTLING_SECONDS", 0.0)
    async with asyncio.timeout(20):  # transactions of other tests on the same server have to end first
        while await record.admin.fetchval("select up_to from access_sealed") != 5:
            assert await record.sealer.seal() == 0
            await asyncio.sleep(0.01)


async def test_two_sealers_take_turns(record: Record) -> None:
    await record.look()
    async with record.pool.acquire() as conn, conn.transaction():
        await conn.execute("select pg_advisory_xact_lock($1)", chain_room._LOCK)
        assert await record.sealer.seal() == 0

    assert await record.sealer.seal() == 1


@pytest.mark.parametrize("statement", ["update access_chain set seal = seal", "delete from access_chain"])
async def test_the_service_itself_cannot_change_the_chain(record: Record, statement: str) -> None:
    async with record.pool.acquire() as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)


@pytest.mark.parametrize("text", ["", "x:y", "12", "12:zz", f"12:{'z' * 64}"])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"digits|literal|hexadecimal"):
        Head.read(text)
    assert Head.read(str(Head(7, b"\x01" * 32))) == Head(7, b"\x01" * 32)
