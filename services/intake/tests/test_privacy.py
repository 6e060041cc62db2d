"""Disclosure, keeping and erasure at intake, through its real tables, pages and API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.clock.sweeper import Sweeper
from ansim.contracts.codes import ErasureGround, HoldReason
from ansim.errors import DomainError, Retriable
from ansim.journal import Actor, Context, Unit
from ansim.privacy.disclosure.keeping import view
from ansim.privacy.erasure.keeping import Approve, RequestErasure, approve, erasures_of, request_erasure, tombstone
from ansim.privacy.retention.holds import LiftHold, PlaceHold, lift_hold, place_hold
from ansim.privacy.retention.keeping import kept
from ansim.relay import Leader
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from intake.commands import CloseReport, WriteToReporter, close_report, write_to_centre, write_to_reporter
from intake.privacy import PRIVACY

from .conftest import Desk, context

SUPERVISOR = Actor("supervisor", "supervisor", "백나루 (가상)")
OFFICER = Actor("privacy-officer", "privacy_officer", "임보라 (가상)")
WHY = "(가상) 표지어-느티나무"
BECAUSE = "(가상) 표지어-단풍나무"


def as_(actor: Actor, at: datetime | None = None) -> Context:
    return Context(actor, at or datetime.now(UTC), uuid4(), all_teams=True)


class Clients:
    """People at the service by role, each with the form token of their session."""

    def __init__(self, kit: Kit, client_for: ClientFor) -> None:
        self._kit, self._client_for = kit, client_for
        self._known: dict[Role, httpx2.AsyncClient] = {}

    async def __call__(self, role: Role) -> httpx2.AsyncClient:
        if role not in self._known:
            self._known[role] = await self._client_for(self._kit, role, "en")
        return self._known[role]

    async def get(self, role: Role, path: str) -> httpx2.Response:
        return await (await self(role)).get(path)

    async def post(self, role: Role, path: str, **fields: Any) -> httpx2.Response:
        client = await self(role)
        data = {"csrf": csrf_token(self._kit, client), "once": str(uuid4()), **fields}
        return await client.post(path, data=data)

    async def api(self, role: Role, path: str, **body: Any) -> httpx2.Response:
        client = await self(role)
        headers = {"X-CSRF-Token": csrf_token(self._kit, client), "Idempotency-Key": str(uuid4())}
        return await client.post(f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
def people(kit: Kit, client_for: ClientFor) -> Clients:
    return Clients(kit, client_for)


async def sweep(kit: Kit, now: datetime | None = None) -> int:
    return await Sweeper("intake", PRIVACY.sweeps, kit.store, Leader("unused")).sweep(now or datetime.now(UTC))


async def closed(desk: Desk, outcome: str = "answered", **fields: Any) -> UUID:
    report = await desk.acknowledged(**fields)
    async with desk.kit.store.unit(context()) as unit:
        await close_report(unit, CloseReport.model_validate({"report": report, "outcome": outcome}))
    return report


async def asked(people: Clients, report: UUID) -> str:
    answer = await people.post(Role.supervisor, f"/reports/{report}/disclosure", reason=WHY)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


# ---- disclosure


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


# ---- keeping


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


# ---- erasure


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


# ---- the access record


async def test_the_privacy_officer_reviews_who_looked_at_what(desk: Desk, people: Clients) -> None:
    report = await desk.acknowledged()
    await people.get(Role.intake_officer, f"/reports/{report}")
    number = (await desk.rows("select number from report"))[0]["number"]

    page = await people.get(Role.privacy_officer, f"/access-record?number=R-{number}&action=read&staff=intake-officer")
    listed = (await people.get(Role.privacy_officer, f"/api/v1/access-record?number=R-{number}&action=read")).json()
    itself = await desk.rows("select * from access_record where actor = 'privacy-officer' and what = 'access record'")

    assert page.status_code == 200
    assert f"R-{number}" in page.text
    assert {item["matter"] for item in listed["items"]} == {f"R-{number}"}
    assert len(itself) == 2
    assert (await people.get(Role.supervisor, "/access-record")).status_code == 403


@pytest.mark.parametrize("query", ["month=2026-13", "number=R-99999999", "month=x"])
async def test_a_review_asked_wrongly_says_what_is_wrong(people: Clients, query: str) -> None:
    assert (await people.get(Role.privacy_officer, f"/access-record?{query}")).status_code == 422
    assert (await people.get(Role.privacy_officer, f"/api/v1/access-record?{query}")).status_code == 422


async def test_a_character_that_no_record_holds_is_refused_in_words(people: Clients) -> None:
    page = await people.get(Role.privacy_officer, "/access-record?staff=%00")
    problem = await people.get(Role.privacy_officer, "/api/v1/access-record?staff=%00")

    assert (page.status_code, problem.status_code) == (400, 400)
    assert "<h1>" in page.text
    assert problem.json()["type"] == "/problems/unreadable"
