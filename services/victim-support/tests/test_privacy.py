"""Disclosure, keeping and erasure in victim support, through its real tables, pages and API."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ansim.access import Role
from ansim.clock.sweeper import Sweeper
from ansim.contracts.codes import DeadlineRule, ErasureGround
from ansim.errors import Retriable
from ansim.journal import Actor, Context, Unit
from ansim.privacy.erasure.keeping import Approve, RequestErasure, approve, request_erasure, tombstone
from ansim.privacy.retention.keeping import kept
from ansim.relay import Leader
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, Clients
from victim_support.commands import CloseCase, close_case
from victim_support.privacy import PRIVACY

from .conftest import planned_case

WHY, BECAUSE = "(가상) 표지어-느티나무", "(가상) 표지어-단풍나무"
SUPERVISOR = Actor("supervisor", "supervisor", "백나루 (가상)")
OFFICER = Actor("privacy-officer", "privacy_officer", "임보라 (가상)")


@pytest.fixture
def people(kit: Kit, client_for: ClientFor) -> Clients:
    return Clients(kit, client_for)


def as_(actor: Actor, at: datetime | None = None) -> Context:
    return Context(actor, at or datetime.now(UTC), uuid4(), all_teams=True)


async def sweep(kit: Kit, now: datetime | None = None) -> None:
    await Sweeper("victim-support", PRIVACY.sweeps, kit.store, Leader("unused")).sweep(now or datetime.now(UTC))


async def closed_case(kit: Kit, outcome: str = "goals_met") -> UUID:
    case = await planned_case(kit.store)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await close_case(unit, CloseCase.model_validate({"case": case, "outcome": outcome}))
    return case


async def steps(kit: Kit) -> list[str]:
    async with kit.store.read(as_(SUPERVISOR)) as conn:
        rows = await conn.fetch("select type from journal where aggregatetype = 'erasure' order by version")
    return [row["type"].split(".")[4] for row in rows]


async def test_a_supervisor_sees_a_name_only_by_the_custodians_decision(kit: Kit, people: Clients) -> None:
    """GlobaLeaks #2402, #3609: asked with a reason, decided by a second person, both reasons delivered."""
    case = await planned_case(kit.store)
    direct = await people.get(Role.supervisor, f"/cases/{case}/person")
    page = (await people.post(Role.supervisor, f"/cases/{case}/disclosure", reason=WHY)).headers["location"]
    own = await people.post(Role.supervisor, f"{page}/decide", decision="grant", reason=BECAUSE)
    await people.post(Role.custodian, f"{page}/decide", decision="grant", reason=BECAUSE)

    looked = await people.post(Role.supervisor, f"{page}/view")

    assert (direct.status_code, direct.headers["location"]) == (303, f"/cases/{case}/disclosure")
    assert own.status_code == 403
    assert "김가온 (가상)" in looked.text
    assert WHY in looked.text
    assert BECAUSE in looked.text


async def test_a_refusal_reaches_the_asker_with_its_reason(kit: Kit, people: Clients) -> None:
    """GlobaLeaks #2402, #3609: the requester sees why."""
    case = await planned_case(kit.store)
    page = (await people.post(Role.supervisor, f"/cases/{case}/disclosure", reason=WHY)).headers["location"]
    await people.post(Role.custodian, f"{page}/decide", decision="refuse", reason=BECAUSE)

    shown = (await people.get(Role.supervisor, page)).text
    looked = await people.post(Role.supervisor, f"{page}/view")

    assert BECAUSE in shown
    assert looked.status_code == 422
    assert "김가온" not in looked.text


@pytest.mark.parametrize(
    ("outcome", "rule", "days"),
    [("goals_met", DeadlineRule.RETAIN_SUPPORTED, 3650), ("contact_lost", DeadlineRule.RETAIN_CONTACT_LOST, 2555)],
)
async def test_a_case_is_kept_as_long_as_its_outcome_says(
    kit: Kit, outcome: str, rule: DeadlineRule, days: int
) -> None:
    """GlobaLeaks #3591: the class of keeping follows the outcome."""
    case = await closed_case(kit, outcome)

    async with kit.store.read(as_(SUPERVISOR)) as conn:
        row = await kept(conn, case)
    assert row is not None
    assert row.started_at is not None
    assert row.expires_at is not None
    assert (row.rule, row.expires_at - row.started_at) == (rule, timedelta(days=days))


async def test_an_erased_case_keeps_number_and_dates_and_not_a_word(kit: Kit, people: Clients) -> None:
    """GlobaLeaks #1039: a content-free tombstone; codes and counts remain."""
    case = await closed_case(kit)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        matter = await PRIVACY.matters.find(unit.conn, case)
        command = RequestErasure(ground=ErasureGround.PERSON_ASKED, reason=WHY)
        erasure = await request_erasure(unit, PRIVACY, case, command)
    async with kit.store.unit(as_(OFFICER)) as unit:
        await approve(unit, PRIVACY, erasure, Approve())

    await sweep(kit)

    page = (await people.get(Role.supervisor, f"/cases/{case}")).text
    certificate = await people.get(Role.privacy_officer, f"/erasures/{erasure}/certificate")
    async with kit.store.read(as_(SUPERVISOR)) as conn:
        stone = await tombstone(conn, matter.person)
    assert "Erased on" in page
    assert "김가온" not in page
    assert certificate.status_code == 200
    assert stone is not None
    assert (stone.matter, stone.kept_by) == (matter.number, DeadlineRule.RETAIN_SUPPORTED)


async def test_a_crash_between_key_store_and_journal_ends_as_if_there_had_been_none(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await closed_case(kit)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        command = RequestErasure(ground=ErasureGround.NOT_NEEDED, reason=WHY)
        erasure = await request_erasure(unit, PRIVACY, case, command)
    async with kit.store.unit(as_(OFFICER)) as unit:
        await approve(unit, PRIVACY, erasure, Approve())
    destroy = Unit.destroy_key

    async def dies(unit: Unit, person: UUID, what: str) -> int:
        await destroy(unit, person, what)
        raise Retriable("the process ends between the two databases")

    with monkeypatch.context() as patch:
        patch.setattr(Unit, "destroy_key", dies)
        with pytest.raises(Retriable):
            await sweep(kit)
    await sweep(kit)

    expected = ["requested", "hold_checked", "approved", "keys_destroyed", "confirmed", "certified"]
    assert await steps(kit) == expected


async def test_the_record_of_a_case_tells_of_it_in_words(kit: Kit, people: Clients) -> None:
    case = await closed_case(kit)
    await people.post(Role.supervisor, f"/cases/{case}/disclosure", reason=WHY)
    await people.post(Role.supervisor, f"/cases/{case}/keeping/hold", reason="court")

    page = (await people.get(Role.supervisor, f"/cases/{case}/record")).text

    assert "Asked to see who the person is" in page
    assert "Legal hold placed" in page
    assert "느티나무" not in page
