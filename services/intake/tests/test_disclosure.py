"""Disclosure at intake: two persons and two reasons, through its real tables, pages and API."""

from datetime import UTC, datetime, timedelta

import pytest

from ansim.access import Role
from ansim.errors import DomainError
from ansim.privacy.disclosure.keeping import view
from ansim.runtime import Kit
from ansim.testing.kits import Clients
from intake.privacy import PRIVACY

from .conftest import Desk
from .privacy_stage import BECAUSE, SUPERVISOR, WHY, as_, asked


async def test_both_reasons_are_delivered_to_both_sides(desk: Desk, people: Clients) -> None:
    """GlobaLeaks #2402, #3609: the custodian refuses, and the requester reads why; the custodian read why it was asked."""
    page = await asked(people, await desk.acknowledged(contact="010-0000-0000 (가상)"))
    before = (await people.get(Role.custodian, page)).text

    answer = await people.post(Role.custodian, f"{page}/decide", decision="refuse", reason=BECAUSE)

    assert WHY in before
    assert answer.status_code == 303
    for side in (Role.supervisor, Role.custodian):
        text = (await people.get(side, page)).text
        assert WHY in text
        assert BECAUSE in text


async def test_the_pending_queue_is_watched(desk: Desk, kit: Kit, people: Clients) -> None:
    """GlobaLeaks #2402, #3609: what waits for the custodian shows its age, and is marked when it is overdue."""
    report = await desk.acknowledged()
    page = await asked(people, report)
    assert "left" in (await people.get(Role.custodian, "/disclosures")).text
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        await unit.conn.execute("select set_config('ansim.projecting', 'on', true)")
        await unit.conn.execute(
            "update disclosure set asked_at = now() - interval '3 days', due_at = now() - interval '2 days'"
        )

    queue = (await people.get(Role.custodian, "/disclosures")).text

    assert page in queue
    assert "2 d over" in queue
    assert 'class="urgent"' in queue


async def test_a_granted_view_shows_the_contact_to_the_asker_and_records_each_look(
    desk: Desk, kit: Kit, people: Clients
) -> None:
    page = await asked(people, await desk.acknowledged(contact="010-0000-4321 (가상)"))
    await people.post(Role.custodian, f"{page}/decide", decision="grant", reason=BECAUSE)

    first, second = [await people.post(Role.supervisor, f"{page}/view") for _ in range(2)]
    by_another = await people.post(Role.custodian, f"{page}/view")

    assert "010-0000-4321" in first.text
    assert "010-0000-4321" in second.text
    assert by_another.status_code == 403
    assert "010-0000-4321" not in (await people.get(Role.supervisor, page)).text
    looks = await desk.rows("select * from journal where type like '%disclosure.viewed%'")
    assert len(looks) == 2
    read = await desk.rows("select * from access_record where actor = 'supervisor' and what = 'report.submitted'")
    assert len(read) == 2


async def test_a_granted_view_expires(desk: Desk, kit: Kit, people: Clients) -> None:
    page = await asked(people, await desk.acknowledged(contact="010-0000-4321 (가상)"))
    await people.post(Role.custodian, f"{page}/decide", decision="grant", reason=BECAUSE)
    granted = (await desk.rows("select until - decided_at as span from disclosure"))[0]["span"]
    async with kit.store.unit(as_(SUPERVISOR)) as unit:
        events = await unit.conn.fetch("select aggregateid from journal where type like '%disclosure.granted%'")
        late = as_(SUPERVISOR, datetime.now(UTC) + timedelta(minutes=61))
    with pytest.raises(DomainError) as refused:
        async with kit.store.unit(late) as unit:
            await view(unit, PRIVACY, events[0]["aggregateid"])

    assert granted == timedelta(minutes=60)
    assert refused.value.rule == "disclosure.over"


async def test_a_supervisor_sees_no_contact_without_the_custodian(desk: Desk, people: Clients) -> None:
    report = await desk.acknowledged(narrative="(가상) 이야기-물푸레", contact="010-0000-4321 (가상)")

    page = (await people.get(Role.supervisor, f"/reports/{report}/narrative")).text
    program = (await people.get(Role.supervisor, f"/api/v1/reports/{report}/narrative")).json()
    officer = (await people.get(Role.intake_officer, f"/reports/{report}/narrative")).text

    assert "이야기-물푸레" in page
    assert "010-0000-4321" not in page
    assert f"/reports/{report}/disclosure" in page
    assert program["contact"] == ""
    assert "010-0000-4321" in officer


async def test_reasons_and_identity_stand_in_no_plain_column(desk: Desk, people: Clients) -> None:
    page = await asked(people, await desk.acknowledged(contact="010-0000-4321 (가상)"))
    await people.post(Role.custodian, f"{page}/decide", decision="grant", reason=BECAUSE)
    await people.post(Role.supervisor, f"{page}/view")

    for table in ("disclosure", "journal", "command_done", "access_record", "retention", "erasure"):
        text = str(await desk.rows(f"select to_jsonb({table}) - 'sealed' as row from {table}"))
        assert not any(word in text for word in ("느티나무", "단풍나무", "4321")), table


async def test_programs_ask_decide_and_look_as_people_do(desk: Desk, people: Clients) -> None:
    report = await desk.acknowledged(contact="010-0000-4321 (가상)")

    made = await people.api(Role.supervisor, f"/reports/{report}/disclosures", reason=WHY)
    own = f"/disclosures/{made.json()['id']}"
    early = await people.api(Role.supervisor, f"{own}/view")
    granted = await people.api(Role.custodian, f"{own}/decide", decision="grant", reason=BECAUSE)
    again = await people.api(Role.custodian, f"{own}/decide", decision="refuse", reason=BECAUSE)
    looked = await people.api(Role.supervisor, f"{own}/view")
    reasons = await people.get(Role.supervisor, f"/api/v1{own}/reasons")

    assert (made.status_code, granted.json()["state"]) == (201, "granted")
    assert early.json()["type"].endswith("disclosure.not_granted")
    assert again.json()["type"].endswith("disclosure.decided")
    assert looked.json() == {"texts": ["010-0000-4321 (가상)"]}
    assert reasons.json() == {"asked": WHY, "decided": BECAUSE}


async def test_another_supervisor_and_the_officers_do_not_read_a_request(desk: Desk, people: Clients) -> None:
    page = await asked(people, await desk.acknowledged())

    assert (await people.get(Role.intake_officer, page)).status_code == 403
    assert (await people.get(Role.privacy_officer, page)).status_code == 200
