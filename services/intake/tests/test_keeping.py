"""How long intake keeps what it was told, and what stands against its end."""

from datetime import UTC, datetime, timedelta

import pytest

from ansim.access import Role
from ansim.errors import DomainError
from ansim.privacy.erasure.keeping import Approve, approve, erasures_of, tombstone
from ansim.privacy.retention.keeping import kept
from ansim.runtime import Kit
from ansim.testing.kits import Clients
from intake.commands import WriteToReporter, write_to_centre, write_to_reporter
from intake.privacy import PRIVACY

from .conftest import Desk, context
from .privacy_stage import OFFICER, SUPERVISOR, WHY, as_, closed, sweep


async def test_staff_are_warned_then_the_erasure_is_asked_for_and_nothing_is_destroyed_by_itself(
    desk: Desk, kit: Kit, people: Clients
) -> None:
    """GlobaLeaks #1039: an expiry is announced to staff with date, class and number, and waits for a person."""
    report = await closed(desk)
    end = datetime.now(UTC) + timedelta(days=1095)

    await sweep(kit, end - timedelta(days=29))
    await sweep(kit, end - timedelta(days=28))
    warned = await desk.rows("select * from journal where type like '%expiry_warned%'")
    await sweep(kit, end + timedelta(days=31))
    await sweep(kit, end + timedelta(days=32))

    assert len(warned) == 1
    asked_for = await desk.rows("select state, ground, requested_by from erasure")
    assert asked_for == [{"state": "free", "ground": "keeping_expired", "requested_by": "system:intake"}]
    async with kit.store.unit(context()) as unit:
        assert await tombstone(unit.conn, (await PRIVACY.matters.find(unit.conn, report)).person) is None
    assert "표지어-물푸레" in (await people.get(Role.intake_officer, f"/reports/{report}/narrative")).text


async def test_the_list_of_ends_shows_number_class_and_date(desk: Desk, kit: Kit, people: Clients) -> None:
    """GlobaLeaks #1039: the list for staff."""
    report = await closed(desk)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await unit.conn.execute("select set_config('ansim.projecting', 'on', true)")
        await unit.conn.execute(
            "update retention set warn_at = now() - interval '1 day', expires_at = '2027-03-04 03:00+00'"
        )

    page = (await people.get(Role.privacy_officer, "/keeping")).text

    assert f"/reports/{report}/keeping" in page
    assert "4 Mar 2027" in page
    assert "Keep a report that was answered" in page


async def test_a_message_of_the_reporter_moves_the_end(desk: Desk, kit: Kit) -> None:
    """GlobaLeaks #3591: new content suspends; in the table and for the reporter's mailbox alike."""
    report = await closed(desk)
    later = datetime.now(UTC) + timedelta(days=1000)
    async with kit.store.unit(context(later)) as unit:
        await write_to_centre(unit, report, "(가상) 새 소식")

    async with kit.store.unit(context()) as unit:
        row = await kept(unit.conn, report)
    assert row is not None
    assert row.expires_at == later + timedelta(days=1095)


async def test_an_expiry_put_off_by_new_content_is_not_approved(desk: Desk, kit: Kit) -> None:
    """GlobaLeaks #3591: also when the erasure has been asked for already."""
    report = await closed(desk)
    end = datetime.now(UTC) + timedelta(days=1095 + 31)
    for at in (end - timedelta(days=40), end):
        await sweep(kit, at)
    async with kit.store.unit(context(end)) as unit:
        await write_to_reporter(unit, WriteToReporter(report=report, text="(가상) 답", seen=None))
        erasure = (await erasures_of(unit.conn, report))[0]

    with pytest.raises(DomainError) as refused:
        async with kit.store.unit(as_(OFFICER, end)) as unit:
            await approve(unit, PRIVACY, erasure.id, Approve())
    assert refused.value.rule == "erasure.kept_again"


async def test_older_closed_reports_get_their_row(desk: Desk, kit: Kit) -> None:
    report = await closed(desk)
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await unit.conn.execute("delete from retention")
        assert await kept(unit.conn, report) is None

    await sweep(kit)

    async with kit.store.unit(context()) as unit:
        assert (await kept(unit.conn, report)) is not None


async def test_a_hold_is_placed_and_lifted_on_the_page(desk: Desk, people: Clients) -> None:
    report = await closed(desk)
    page = f"/reports/{report}/keeping"

    placed = await people.post(Role.privacy_officer, f"{page}/hold", reason="court", note=WHY)
    shown = (await people.get(Role.supervisor, page)).text
    hold = (await desk.rows("select event from legal_hold"))[0]["event"]
    lifted = await people.post(Role.supervisor, f"{page}/lift", hold=str(hold))
    again = await people.post(Role.supervisor, f"{page}/lift", hold=str(hold))

    assert (placed.status_code, lifted.status_code, again.status_code) == (303, 303, 422)
    assert "A court case" in shown
    assert "느티나무" not in shown
