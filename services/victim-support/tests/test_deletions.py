"""Deletion requests at the screen and by the API: what is sealed, what is kept apart, what leads to nobody."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.clock.sweeper import Sweeper
from ansim.contracts import monitoring
from ansim.contracts.codes import (
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    LegalBasis,
    OverrideReason,
    Platform,
    SupportItemType,
)
from ansim.inbox import Outcome
from ansim.journal import Actor, Context
from ansim.relay import Leader
from ansim.runtime import Kit, open_reaction
from ansim.testing.kits import ClientFor, csrf_token, send_form
from ansim.testing.relayed import relayed
from ansim.testing.stores import some_context
from victim_support.commands.deletion import LocateMaterial, locate_material
from victim_support.service import SERVICE

from .conftest import agreed_to_deletion, consented, planned_case

URL = "https://post.invalid/a/표지어-느티나무"


@pytest.fixture
async def officer(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.supervisor)


class Desk:
    """Forms as the supervisor's page would send them."""

    def __init__(self, kit: Kit, client: httpx2.AsyncClient) -> None:
        self.kit, self.client = kit, client

    async def post(self, path: str, **fields: Any) -> httpx2.Response:
        return await send_form(self.kit, self.client, path, **fields)

    async def located(self, *kinds: SupportItemType, agreed: bool = True) -> tuple[UUID, str]:
        """An address of a case whose person agreed that platforms and the regulator are told of it."""
        case = await planned_case(self.kit.store, *(kinds or (SupportItemType.DELETION,)))
        if agreed:
            await agreed_to_deletion(self.kit.store, case)
        made = await self.post(f"/cases/{case}/deletions/new", url=URL, platform="video_ga")
        assert made.status_code == 303, made.text
        return case, made.headers["location"]

    async def rows(self, sql: str, *args: object) -> list[dict[str, Any]]:
        """Everything, whoever's it is: what is looked for must not hide behind a policy."""
        everywhere = Context(Actor("system:test", "system"), datetime.now(UTC), uuid4(), all_teams=True)
        async with self.kit.store.read(everywhere) as conn:
            return [dict(row) for row in await conn.fetch(sql, *args)]


@pytest.fixture
def desk(kit: Kit, officer: httpx2.AsyncClient) -> Desk:
    return Desk(kit, officer)


async def test_an_address_goes_its_whole_way_and_comes_back_as_the_next_generation(desk: Desk) -> None:
    case, url = await desk.located()
    steps: list[tuple[str, dict[str, Any]]] = [
        ("request", {"channel": "platform_form"}),
        ("acknowledge", {}),
        ("answer", {"action": "no_response"}),
        ("renotify", {}),
        ("escalate", {}),
        ("decide", {"decision": "delete"}),
        ("check", {"result": "still_up"}),
        ("check", {"result": "gone"}),
    ]
    for name, fields in steps:
        answer = await desk.post(f"{url}/{name}", **fields)
        assert answer.status_code == 303, (name, answer.text)
    again = await desk.post(f"{url}/reappear", url=URL + "-2")
    following = again.headers["location"]
    page = (await desk.client.get(following)).text
    assert "2번째" in page
    assert url in page
    assert following in (await desk.client.get(url)).text
    states = await desk.rows("select state, generation, checks from deletion order by number")
    assert [tuple(row.values()) for row in states] == [("reappeared", 1, 3), ("located", 2, 0)]
    case_page = (await desk.client.get(f"/cases/{case}")).text
    assert "올라와 있던 시간 모두" in case_page
    lines = re.findall(r'<line class="l(\d) \w+"', case_page.partition("<tbody")[2])
    assert lines == ["1", "1", "1", "4"], "up, gone, and back: then the second generation, which is still up"


async def test_the_address_is_sealed_opened_on_record_and_never_a_link(desk: Desk) -> None:
    _, url = await desk.located()
    assert "느티나무" not in (await desk.client.get(url)).text
    page = (await desk.client.get(f"{url}/address")).text
    assert "hxxps://post[.]invalid/a/표지어-느티나무" in page
    assert 'href="https://post' not in page
    read = await desk.rows("select 1 from access_record where what = 'deletion.located' and action = 'read'")
    assert len(read) == 1
    tables = await desk.rows("select table_name as name from information_schema.tables where table_schema = 'public'")
    for table in tables:
        [found] = await desk.rows(f"select string_agg(t::text, '') as text from \"{table['name']}\" t")
        assert "느티나무" not in (found["text"] or ""), table


async def test_no_platform_is_asked_without_the_persons_agreement(desk: Desk) -> None:
    _, url = await desk.located(SupportItemType.LEGAL)
    answer = await desk.post(f"{url}/request", channel="in_app")
    assert answer.status_code == 422
    assert "삭제지원에 동의하지 않았습니다" in answer.text


async def test_a_platform_is_told_only_with_a_consent_that_names_platforms_and_addresses(desk: Desk) -> None:
    case, url = await desk.located(agreed=False)
    await consented(
        desk.kit.store, case, ConsentPurpose.DELETION, ConsentRecipient.REGULATOR, ConsentContent.POST_ADDRESSES
    )
    await consented(
        desk.kit.store, case, ConsentPurpose.DELETION, ConsentRecipient.PLATFORMS, ConsentContent.CASE_SUMMARY
    )
    refused = await desk.post(f"{url}/request", channel="platform_form")
    assert refused.status_code == 422
    assert "플랫폼에 게시물 주소를 알려도 된다는 유효한 동의가 없습니다" in refused.text
    assert f'href="/cases/{case}#consents"' in refused.text
    assert f'href="/cases/{case}/consents/override"' in refused.text
    await consented(
        desk.kit.store, case, ConsentPurpose.DELETION, ConsentRecipient.PLATFORMS, ConsentContent.POST_ADDRESSES
    )
    assert "유효한 동의가 없습니다" not in (await desk.client.get(url)).text
    assert (await desk.post(f"{url}/request", channel="platform_form")).status_code == 303
    assert len(await desk.rows("select 1 from journal where type like '%deletion.requested%'")) == 1


async def test_a_withdrawal_stops_the_next_word_to_platforms_and_the_regulator(desk: Desk) -> None:
    case, url = await desk.located(agreed=False)
    consents = await agreed_to_deletion(desk.kit.store, case)
    await desk.post(f"{url}/request", channel="platform_form")
    assert (await desk.post(f"{url}/renotify")).status_code == 303
    for recipient, name in ((ConsentRecipient.PLATFORMS, "renotify"), (ConsentRecipient.REGULATOR, "escalate")):
        withdrawn = await desk.post(f"/cases/{case}/consents/{consents[recipient]}/withdraw")
        assert withdrawn.status_code == 303
        assert (await desk.post(f"{url}/{name}")).status_code == 422
    assert (await desk.post(f"{url}/answer", action="refused")).status_code == 303, "what they say is still noted"
    assert (await desk.post(f"{url}/check", result="still_up")).status_code == 303, "and so is what we see"
    assert [row["notified"] for row in await desk.rows("select notified from deletion")] == [2]


async def test_another_basis_with_its_reason_takes_the_place_of_a_consent(desk: Desk) -> None:
    case, url = await desk.located(agreed=False)
    day = (datetime.now(UTC) + timedelta(days=20)).date()
    basis = await desk.post(
        f"/cases/{case}/consents/override",
        purpose="deletion",
        recipient="platforms",
        content="post_addresses",
        until=str(day),
        basis=LegalBasis.VITAL_INTEREST.value,
        reason=OverrideReason.CANNOT_CONSENT.value,
    )
    assert basis.status_code == 303, basis.text
    assert (await desk.post(f"{url}/request", channel="platform_form")).status_code == 303


async def test_a_deletion_officer_is_told_who_asks_and_gets_no_way_into_the_case(
    desk: Desk, client_for: ClientFor
) -> None:
    case, url = await desk.located(agreed=False)
    officer = Desk(desk.kit, await client_for(desk.kit, Role.deletion_officer, "en"))
    refused = await officer.post(f"{url}/request", channel="platform_form")
    assert refused.status_code == 422
    assert "Whoever works on the case asks the person" in refused.text
    for page in (refused, await officer.client.get("/deletions"), await officer.client.get(url)):
        assert "V-1" in page.text
        assert f"/cases/{case}" not in page.text
    kept_out = await officer.client.get(f"/cases/{case}")
    assert kept_out.status_code == 403
    assert 'href="/deletions"' in kept_out.text, "they are still at their own desk"
    await agreed_to_deletion(desk.kit.store, case)
    assert (await officer.post(f"{url}/request", channel="platform_form")).status_code == 303


async def test_everybody_lands_where_their_own_work_begins(kit: Kit, client_for: ClientFor) -> None:
    for role, begins in ((Role.deletion_officer, "/deletions"), (Role.custodian, "/disclosures")):
        client = await client_for(kit, role, "en")
        landed = await client.get("/")
        assert (landed.status_code, landed.headers["location"]) == (303, begins)
        assert (await client.get(begins)).status_code == 200
        elsewhere = await client.get("/cases")
        assert elsewhere.status_code == 403
        assert f'class="btn alt" href="{begins}"' in elsewhere.text
    nothing_here = await (await client_for(kit, Role.analyst, "en")).get("/")
    assert nothing_here.status_code == 403
    assert "Your role has no work at this desk" in nothing_here.text
    assert 'class="btn alt"' not in nothing_here.text, "no way leads back to where they were just refused"


async def test_the_watch_that_is_handed_on_leads_to_nobody(desk: Desk) -> None:
    """The event for whoever watches carries neither person, case, request nor address."""
    case, url = await desk.located()
    await desk.post(f"{url}/request", channel="platform_form")
    await desk.post(f"{url}/check", result="gone")
    [watch] = await desk.rows(
        "select aggregateid, payload::text as payload, sealed from journal where aggregatetype = 'watch'"
    )
    persons = {str(row["person"]) for row in await desk.rows("select person from support_case")}
    known = {str(case), url.rsplit("/", 1)[1], *persons}
    assert not [value for value in known if value in watch["payload"] or value == str(watch["aggregateid"])]
    assert watch["sealed"] is None
    await desk.post(f"{url}/reappear", url=URL)
    ended = await desk.rows("select type from journal where aggregatetype = 'watch' order by version")
    assert [row["type"].rsplit(".", 2)[1] for row in ended] == ["requested", "ended"]


async def test_the_watch_shares_no_correlation_with_the_look_that_asked_for_it(desk: Desk) -> None:
    """On the topic a shared one would lead from the watch to the case."""
    _, url = await desk.located()
    await desk.post(f"{url}/request", channel="platform_form")
    await desk.post(f"{url}/check", result="gone")
    await desk.post(f"{url}/reappear", url=URL)
    rows = await desk.rows("select correlationid, aggregatetype = 'watch' as watch from journal")
    watching, rest = ({row["correlationid"] for row in rows if row["watch"] is apart} for apart in (True, False))
    assert len(watching) == 2
    assert not watching & rest


async def test_what_monitoring_says_is_noted_and_shown_until_the_watch_ends(desk: Desk) -> None:
    _, url = await desk.located()
    await desk.post(f"{url}/request", channel="platform_form")
    await desk.post(f"{url}/check", result="gone")
    [row] = await desk.rows("select watch from deletion_watch")
    assert "아직 답이 없음" in (await desk.client.get(url)).text
    for sequence, said, shown in (
        (1, monitoring.WatchReceived(person=uuid4(), platform="video_ga", seen_gone=True), "모니터링이 받음"),
        (2, monitoring.WatchAccepted(person=uuid4()), "모니터링이 살피는 중"),
    ):
        heard = relayed(said, row["watch"], sequence)
        assert await open_reaction(desk.kit).handle(heard) is Outcome.reacted
        assert shown in (await desk.client.get(url)).text
    await desk.post(f"{url}/reappear", url=URL)
    late = relayed(monitoring.WatchEnded(person=uuid4()), row["watch"], 3)
    assert await open_reaction(desk.kit).handle(late) is Outcome.reacted
    types = await desk.rows("select type from journal where aggregatetype = 'watch' order by version")
    assert [each["type"].split(".")[-2] for each in types] == ["requested", "answered", "answered", "ended"]
    assert "모니터링이 살피는 중" not in (await desk.client.get(url)).text


async def test_an_answer_to_a_watch_that_is_not_ours_leaves_no_trace(desk: Desk) -> None:
    heard = relayed(monitoring.WatchReceived(person=uuid4(), platform="video_ga", seen_gone=True), uuid4())
    assert await open_reaction(desk.kit).handle(heard) is Outcome.reacted
    assert await desk.rows("select 1 from journal") == []


async def test_the_list_shows_our_turn_longest_due_first(desk: Desk) -> None:
    _, first = await desk.located()
    _, second = await desk.located()
    await desk.post(f"{second}/request", channel="platform_form")
    due = (await desk.client.get("/deletions")).text
    waiting = (await desk.client.get("/deletions?show=waiting")).text
    assert (first in due, second in due) == (True, False)
    assert (first in waiting, second in waiting) == (False, True)


async def test_the_page_of_a_case_begins_with_the_address_that_waits_longest(desk: Desk) -> None:
    case = await planned_case(desk.kit.store, SupportItemType.DELETION)
    now = datetime.now(UTC)
    for days, platform in ((3, Platform.BOARD_DA), (5, Platform.VIDEO_GA), (0, Platform.CHAT_RA)):
        async with desk.kit.store.unit(some_context(now - timedelta(days=days))) as unit:
            await locate_material(unit, LocateMaterial(case=case, platform=platform, url=URL))

    first = (await desk.client.get(f"/cases/{case}")).text.partition('id="first"')[2].partition("</section>")[0]

    assert "D-2: 찾음, 요청 전" in first
    assert "급한 주소가 1개 더 있습니다" in first, "the one that was found just now has time"


async def test_a_late_answer_is_told_once(desk: Desk) -> None:
    _, url = await desk.located()
    await desk.post(f"{url}/request", channel="platform_form")
    sweeper = Sweeper(
        "victim-support",
        SERVICE.sweeps,
        desk.kit.store,
        Leader(desk.kit.settings.database_url.get_secret_value(), 1),
    )
    for days in (4, 5):
        await sweeper.sweep(datetime.now(UTC) + timedelta(days=days))
    assert len(await desk.rows("select 1 from journal where type like '%deletion.deadline_missed%'")) == 1


async def test_a_stale_page_changes_nothing_and_shows_what_was_faster(desk: Desk) -> None:
    """Primero #508."""
    _, url = await desk.located()
    await desk.post(f"{url}/request", channel="platform_form", seen="1")
    answer = await desk.post(f"{url}/request", channel="in_app", seen="1")
    assert answer.status_code == 409
    assert (await desk.rows("select channel from deletion"))[0]["channel"] == "platform_form"


@pytest.mark.parametrize("url", ["", "x" * 2100, "a\x00b", "두 줄\n주소", "900101-1234567"])
async def test_nonsense_is_no_address(desk: Desk, url: str) -> None:
    case = await planned_case(desk.kit.store, SupportItemType.DELETION)
    answer = await desk.post(f"/cases/{case}/deletions/new", url=url, platform="video_ga")
    assert answer.status_code == 422
    assert await desk.rows("select 1 from deletion") == []


async def test_the_api_does_the_same_with_versions_and_keys(kit: Kit, client_for: ClientFor) -> None:
    supervisor = await client_for(kit, Role.supervisor, "en")
    case = await planned_case(kit.store, SupportItemType.DELETION)
    await agreed_to_deletion(kit.store, case)
    headers = {"X-CSRF-Token": csrf_token(kit, supervisor), "Idempotency-Key": str(uuid4())}
    body = {"url": URL, "platform": "board_da"}
    made = [
        (await supervisor.post(f"/api/v1/cases/{case}/deletions", json=body, headers=headers)).json() for _ in range(2)
    ]
    assert made[0] == made[1]
    path = f"/api/v1/deletions/{made[0]['id']}"
    seen = await supervisor.get(path)
    stale = headers | {"Idempotency-Key": str(uuid4()), "If-Match": '"7"'}
    assert (await supervisor.post(f"{path}/acknowledge", headers=stale)).status_code == 409
    asked = headers | {"Idempotency-Key": str(uuid4()), "If-Match": seen.headers["etag"]}
    done = await supervisor.post(f"{path}/request", json={"channel": "in_app"}, headers=asked)
    assert done.status_code == 200, done.text
    assert (await supervisor.get(path)).json()["state"] == "requested"
    assert (await supervisor.get(f"{path}/address")).json()["address"].startswith("hxxps://")
    assert (await supervisor.post("/api/v1/deletions/nonsense/acknowledge", headers=headers)).status_code in (404, 422)


async def test_the_api_refuses_without_consent_and_says_what_to_do(kit: Kit, client_for: ClientFor) -> None:
    supervisor = await client_for(kit, Role.supervisor, "en")
    case = await planned_case(kit.store, SupportItemType.DELETION)
    headers = {"X-CSRF-Token": csrf_token(kit, supervisor)}
    body = {"url": URL, "platform": "board_da"}
    made = (await supervisor.post(f"/api/v1/cases/{case}/deletions", json=body, headers=headers)).json()["id"]
    refused = await supervisor.post(f"/api/v1/deletions/{made}/request", json={"channel": "in_app"}, headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["type"] == "/problems/rule/consent.missing"
    assert "Ask for it in the case" in refused.json()["errors"][0]["message"]
