"""Erasure at intake, from the asking to the certificate, and what it finds in its way."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ansim.access import Role
from ansim.contracts.codes import ErasureGround, HoldReason
from ansim.errors import DomainError, Retriable
from ansim.journal import Unit
from ansim.privacy.erasure.keeping import Approve, RequestErasure, approve, request_erasure, tombstone
from ansim.privacy.retention.holds import LiftHold, PlaceHold, lift_hold, place_hold
from ansim.runtime import Kit
from ansim.testing.kits import Clients
from intake.privacy import PRIVACY

from .conftest import Desk, context
from .privacy_stage import OFFICER, SUPERVISOR, WHY, as_, asked, closed, sweep


@dataclass
class Erased:
    report: UUID
    person: UUID
    erasure: UUID


@pytest.fixture
async def approved(desk: Desk, kit: Kit) -> Erased:
    report = await closed(desk, contact="010-0000-4321 (가상)")
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        matter = await PRIVACY.matters.find(unit.conn, report)
        command = RequestErasure(ground=ErasureGround.PERSON_ASKED, reason=WHY)
        erasure = await request_erasure(unit, PRIVACY, report, command)
    async with kit.store.unit(as_(OFFICER)) as unit:
        await approve(unit, PRIVACY, erasure, Approve())
    return Erased(report, matter.person, erasure)


async def steps(desk: Desk) -> list[str]:
    rows = await desk.rows("select type from journal where aggregatetype = 'erasure' order by version")
    return [row["type"].split(".")[4] for row in rows]


async def test_an_erasure_goes_all_its_steps_in_order(desk: Desk, kit: Kit, approved: Erased) -> None:
    assert await steps(desk) == ["requested", "hold_checked", "approved"]

    await sweep(kit)
    await sweep(kit)

    all_steps = ["requested", "hold_checked", "approved", "keys_destroyed", "confirmed", "certified"]
    assert await steps(desk) == all_steps


async def test_after_an_erasure_nobody_reads_a_word_and_the_page_says_so(
    desk: Desk, kit: Kit, people: Clients, approved: Erased
) -> None:
    """GlobaLeaks #1039: a content-free tombstone stays, with number, class and dates."""
    await sweep(kit)

    page = await people.get(Role.intake_officer, f"/reports/{approved.report}/narrative")

    assert page.status_code == 200
    assert "Erased on" in page.text
    assert "물푸레" not in page.text
    assert "4321" not in page.text
    async with kit.store.unit(context()) as unit:
        stone = await tombstone(unit.conn, approved.person)
    assert stone is not None
    assert (stone.matter[:2], stone.kept_by) == ("R-", "retain_answered")
    assert await desk.rows("select * from blind_index where person = $1", approved.person) == []


async def test_the_certificate_says_what_was_destroyed_by_whom_and_until_when_backups_matter(
    desk: Desk, kit: Kit, people: Clients, approved: Erased
) -> None:
    own = f"/erasures/{approved.erasure}/certificate"
    early = await people.get(Role.privacy_officer, own)
    await sweep(kit)

    page = await people.get(Role.privacy_officer, own)
    document = (await people.get(Role.privacy_officer, f"/api/v1{own}")).json()

    assert early.status_code == 404
    assert page.status_code == 200
    assert "임보라 (가상)" in page.text
    assert document["approved_by_name"] == "임보라 (가상)"
    assert document["sealed_facts"] >= 2
    assert document["index_rows"] == 1
    assert document["confirmed"] == ["intake"]
    destroyed = datetime.fromisoformat(document["destroyed_at"])
    assert datetime.fromisoformat(document["complete_at"]) - destroyed == timedelta(days=35)


async def test_a_crash_after_the_key_is_gone_ends_as_if_there_had_been_none(
    desk: Desk, kit: Kit, approved: Erased, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key store and the journal are two databases: destroyed in one, not yet written down in the other."""
    destroy = Unit.destroy_key

    async def dies(unit: Unit, person: UUID, what: str) -> int:
        await destroy(unit, person, what)
        raise Retriable("the process ends between the two databases")

    with monkeypatch.context() as patch:
        patch.setattr(Unit, "destroy_key", dies)
        with pytest.raises(Retriable):
            await sweep(kit)
    half = await steps(desk)
    gone = await kit.vault.open(approved.person, b"\x01\x00", uuid4())

    await sweep(kit)

    assert half == ["requested", "hold_checked", "approved"]
    assert gone is None
    assert (await steps(desk))[3:] == ["keys_destroyed", "confirmed", "certified"]
    erased = await desk.rows("select * from access_record where action = 'erased'")
    assert len(erased) == 1


async def test_a_key_store_that_is_away_puts_the_erasure_off_and_loses_nothing(
    desk: Desk, kit: Kit, approved: Erased, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(person: UUID) -> None:
        raise Retriable("the key store is away")

    with monkeypatch.context() as patch:
        patch.setattr(kit.vault, "destroy", away)
        with pytest.raises(Retriable):
            await sweep(kit)

    assert (await steps(desk))[-1] == "approved"
    await sweep(kit)
    assert (await steps(desk))[-1] == "certified"


async def test_nobody_approves_their_own_request(desk: Desk, people: Clients) -> None:
    report = await closed(desk)
    fields = {"ground": "person_asked", "reason": WHY}
    page = (await people.post(Role.supervisor, f"/reports/{report}/keeping/erasure", **fields)).headers["location"]

    own = await people.post(Role.supervisor, f"{page}/approve")
    second = await people.post(Role.privacy_officer, f"{page}/approve")
    third = await people.post(Role.privacy_officer, f"{page}/decline", reason="still_needed")

    assert (own.status_code, second.status_code, third.status_code) == (422, 303, 422)


async def test_a_legal_hold_stands_against_an_erasure_until_it_is_lifted(desk: Desk, kit: Kit) -> None:
    report = await closed(desk)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        hold = await place_hold(unit, PRIVACY, report, PlaceHold(reason=HoldReason.INVESTIGATION))
        command = RequestErasure(ground=ErasureGround.PERSON_ASKED, reason=WHY)
        erasure = await request_erasure(unit, PRIVACY, report, command)
    with pytest.raises(DomainError) as refused:
        async with kit.store.unit(as_(OFFICER)) as unit:
            await approve(unit, PRIVACY, erasure, Approve())
    assert refused.value.rule == "erasure.held"

    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await lift_hold(unit, PRIVACY, report, LiftHold(hold=hold))
    async with kit.store.unit(as_(OFFICER)) as unit:
        await approve(unit, PRIVACY, erasure, Approve())

    assert await steps(desk) == ["requested", "hold_checked", "hold_checked", "approved"]


async def test_a_hold_comes_too_late_for_what_is_approved(kit: Kit, approved: Erased) -> None:
    with pytest.raises(DomainError) as refused:
        async with kit.store.unit(as_(SUPERVISOR)) as unit:
            await place_hold(unit, PRIVACY, approved.report, PlaceHold(reason=HoldReason.COURT))
    assert refused.value.rule == "hold.too_late"


async def test_nothing_is_added_to_an_erased_person(kit: Kit, people: Clients, approved: Erased) -> None:
    """Whoever writes to an erased reporter is told, not shown a failure."""
    await sweep(kit)

    answer = await people.api(Role.intake_officer, f"/reports/{approved.report}/messages", text="(가상) 답")

    assert answer.status_code == 410
    assert answer.json()["title"] == "This has been erased"


async def test_an_erasure_that_takes_too_long_is_told_once(desk: Desk, kit: Kit) -> None:
    report = await closed(desk)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await request_erasure(unit, PRIVACY, report, RequestErasure(ground=ErasureGround.NOT_NEEDED, reason=WHY))
    late = datetime.now(UTC) + timedelta(days=6)

    await sweep(kit, late)
    await sweep(kit, late)

    assert (await steps(desk)).count("overdue") == 1


async def test_codes_and_counts_are_the_same_before_and_after_an_erasure(
    desk: Desk, kit: Kit, approved: Erased
) -> None:
    """What figures are counted from (`payload`) is untouched: reconciling reads no sealed column."""
    facts = "select event_id, type, payload, occurred_at from journal where aggregatetype <> 'erasure' order by entry"
    before = await desk.rows(facts)

    await sweep(kit)

    assert await desk.rows(facts) == before


async def test_the_course_of_events_tells_it_all_in_words(desk: Desk, kit: Kit, people: Clients) -> None:
    report = await closed(desk)
    await asked(people, report)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await place_hold(unit, PRIVACY, report, PlaceHold(reason=HoldReason.AUDIT))
        await request_erasure(unit, PRIVACY, report, RequestErasure(ground=ErasureGround.NOT_NEEDED, reason=WHY))

    page = (await people.get(Role.intake_officer, f"/reports/{report}")).text

    told = (
        "Asked to see who the person is",
        "Legal hold placed",
        "A legal hold forbids the erasure",
        "Erasure asked for",
    )
    assert [words for words in told if words not in page] == []
