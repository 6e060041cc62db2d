"""Who works on a report, what it belongs to, how it ends and may be opened again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from ansim.access import Role
from ansim.contracts.codes import DeadlineRule, RuleChangeReason
from ansim.errors import DomainError
from ansim.journal import Actor, Context
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from intake.commands import (
    ClaimReport,
    CloseReport,
    LinkReport,
    ReopenReport,
    claim_report,
    close_report,
    link_report,
    reopen_report,
)
from intake.rulebook import RULES

from .conftest import Desk, Post, context

SECOND = Actor("intake-officer-2", "intake_officer", "오지호 (가상)")


async def claim(desk: Desk, report: UUID, by: Actor | None = None, *, take_over: bool = False) -> None:
    mine = context() if by is None else Context(by, datetime.now(UTC), uuid4())
    async with desk.kit.store.unit(mine) as unit:
        await claim_report(unit, ClaimReport(report=report, take_over=take_over))


async def close(desk: Desk, report: UUID, outcome: str, at: datetime | None = None) -> None:
    async with desk.kit.store.unit(context(at)) as unit:
        await close_report(unit, CloseReport.model_validate({"report": report, "outcome": outcome}))


async def holder(desk: Desk, report: UUID) -> object:
    return (await desk.rows("select claimed_by from report where id = $1", report))[0]["claimed_by"]


async def test_a_claim_and_its_end_are_events_and_no_second_claim_slips_in(desk: Desk) -> None:
    """Coop #380: each claim and release is an event."""
    report = await desk.acknowledged()
    await claim(desk, report)
    with pytest.raises(DomainError) as refused:
        await claim(desk, report, SECOND)
    assert refused.value.rule == "claimed"
    assert await holder(desk, report) == "intake-officer"
    await claim(desk, report, SECOND, take_over=True)
    assert await holder(desk, report) == "intake-officer-2"
    names = [
        row["type"].rsplit(".", 2)[1]
        for row in await desk.rows("select type from journal where aggregatetype = 'report' order by entry")
    ]
    assert names == ["submitted", "acknowledged", "claimed", "claimed"]


async def test_the_name_of_whoever_claimed_stays_in_the_journals_actor(desk: Desk) -> None:
    report = await desk.acknowledged()
    await claim(desk, report)
    [row] = await desk.rows("select payload::text as payload from journal where type like '%claimed%'")
    assert "intake-officer" not in row["payload"]


async def test_the_buttons_take_on_take_over_and_give_back(
    kit: Kit, desk: Desk, client_for: ClientFor, officer: httpx2.AsyncClient, post: Post
) -> None:
    report = await desk.acknowledged()
    page = await officer.get(f"/reports/{report}")
    assert f'action="/reports/{report}/claim"' in page.text
    assert (await post(f"/reports/{report}/claim", seen="2")).status_code == 303
    assert f'action="/reports/{report}/release"' in (await officer.get(f"/reports/{report}")).text
    supervisor = await client_for(kit, Role.supervisor)
    theirs = (await supervisor.get(f"/reports/{report}")).text
    assert "넘겨받기" in theirs
    assert f'action="/reports/{report}/release"' in theirs
    assert (await post(f"/reports/{report}/release", seen="3")).status_code == 303
    assert await holder(desk, report) is None


async def test_the_queue_shows_parts_of_itself_by_address(desk: Desk, officer: httpx2.AsyncClient) -> None:
    mine, free = await desk.acknowledged(), await desk.submitted(harm_types=["sextortion"])
    await claim(desk, mine)
    seen = {}
    for show in ("all", "mine", "free", "ours", "late", "emergency", "nonsense"):
        text = (await officer.get(f"/triage?show={show}")).text
        seen[show] = {name for name, report in (("mine", mine), ("free", free)) if f"/reports/{report}" in text}
    both = {"mine", "free"}
    assert seen == {
        "all": both, "mine": {"mine"}, "free": {"free"}, "ours": both, "late": set(), "emergency": {"free"},
        "nonsense": both,
    }  # fmt: skip


async def test_a_second_report_is_taken_in_and_linked_never_refused(
    desk: Desk, officer: httpx2.AsyncClient, post: Post
) -> None:
    """Coop #867: a report after the first one is linked, whoever sent it."""
    first, second = await desk.acknowledged(), await desk.acknowledged()
    [row] = await desk.rows("select number from report where id = $1", first)
    answer = await post(f"/reports/{second}/link", other=f"r-{row['number']} ", relation="duplicate_of", seen="2")
    assert answer.status_code == 303
    assert f"R-{row['number']}" in (await officer.get(f"/reports/{second}")).text
    assert f"/reports/{second}" in (await officer.get(f"/reports/{first}")).text
    [other] = await desk.rows("select number from report where id = $1", second)
    again = LinkReport.model_validate({"report": first, "other": f"R-{other['number']}", "relation": "duplicate_of"})
    async with desk.kit.store.unit(context()) as unit:
        with pytest.raises(DomainError) as refused:
            await link_report(unit, again)
    assert refused.value.rule == "duplicate_of_each_other"


@pytest.mark.parametrize("number", ["R-999999", "1001; drop table", "R-", "٣٣"])
async def test_a_number_that_is_none_is_said_at_its_field(desk: Desk, post: Post, number: str) -> None:
    report = await desk.acknowledged()
    answer = await post(f"/reports/{report}/link", other=number, relation="same_matter", seen="2")
    assert answer.status_code == 422
    assert "이 번호의 신고가 없습니다" in answer.text


@pytest.mark.parametrize(
    ("outcome", "rule"), [("duplicate", "duplicate_of_what"), ("out_of_scope", "signpost_first"), ("bad_faith", None)]
)
async def test_what_an_ending_asks_for_depends_on_the_ending(desk: Desk, outcome: str, rule: str | None) -> None:
    """Coop #736: required is what the action needs and nothing else."""
    report = await desk.acknowledged()
    if rule is None:
        await close(desk, report, outcome)
        return
    with pytest.raises(DomainError) as refused:
        await close(desk, report, outcome)
    assert refused.value.rule == rule


async def test_out_of_scope_is_closed_once_it_is_said_who_can_help(desk: Desk, post: Post) -> None:
    report = await desk.acknowledged()
    sent = await post(f"/reports/{report}/signpost", places=["legal_aid", "police"], seen="2")
    assert sent.status_code == 303
    await close(desk, report, "out_of_scope")
    [row] = await desk.rows("select state, signposted from report")
    assert (row["state"], row["signposted"]) == ("closed", ["legal_aid", "police"])


async def test_a_report_is_reopened_within_its_window_and_not_after(desk: Desk) -> None:
    report, now = await desk.acknowledged(), datetime.now(UTC)
    await close(desk, report, "answered", now - timedelta(days=29))
    async with desk.kit.store.unit(context(now)) as unit:
        await reopen_report(unit, ReopenReport.model_validate({"report": report, "reason": "new_facts"}))
    [row] = await desk.rows("select state, outcome, reopened, task, clock_started_by from report")
    assert tuple(row.values()) == ("acknowledged", None, 1, "triage", "report.reopened")
    await close(desk, report, "answered", now)
    async with desk.kit.store.unit(context(now + timedelta(days=31))) as unit:
        with pytest.raises(DomainError) as refused:
            await reopen_report(unit, ReopenReport.model_validate({"report": report, "reason": "new_facts"}))
    assert refused.value.rule == "window_over"


async def test_only_a_supervisor_changes_a_period_and_running_clocks_keep_theirs(
    kit: Kit, desk: Desk, client_for: ClientFor, post: Post
) -> None:
    report = await desk.submitted()
    [before] = await desk.rows("select due_at from report where id = $1", report)
    assert (await post("/rules", rule="acknowledge", hours="2", reason="capacity")).status_code == 403
    supervisor = await client_for(kit, Role.supervisor)
    form = {"csrf": csrf_token(kit, supervisor), "rule": "acknowledge", "hours": "2", "reason": "capacity"}
    assert (await supervisor.post("/rules", data={**form, "once": str(uuid4())})).status_code == 303
    second = await desk.submitted()
    rows = {row["id"]: row for row in await desk.rows("select id, due_at, submitted_at from report")}
    assert rows[report]["due_at"] == before["due_at"]
    assert rows[second]["due_at"] - rows[second]["submitted_at"] == timedelta(hours=2)
    same = await supervisor.post("/rules", data={**form, "once": str(uuid4())})
    assert same.status_code == 422
    page = await supervisor.get("/rules")
    assert "기본: 1일" in page.text
    assert "백나루" in page.text


@pytest.mark.parametrize("hours", ["0", "-3", "nan", "1e9", "bald", ""])
async def test_nonsense_is_no_period(kit: Kit, client_for: ClientFor, hours: str) -> None:
    supervisor = await client_for(kit, Role.supervisor)
    form = {"csrf": csrf_token(kit, supervisor), "rule": "triage", "hours": hours, "reason": "law"}
    assert (await supervisor.post("/rules", data={**form, "once": str(uuid4())})).status_code == 422
    async with kit.store.read() as conn:
        assert (await RULES.read(conn)).history(DeadlineRule.TRIAGE)[1:] == []


async def test_the_api_reads_and_changes_periods(kit: Kit, client_for: ClientFor) -> None:
    supervisor = await client_for(kit, Role.supervisor, "en")
    headers = {"X-CSRF-Token": csrf_token(kit, supervisor), "Idempotency-Key": str(uuid4())}
    body = {"hours": 12, "reason": RuleChangeReason.AGREEMENT}
    answer = await supervisor.post("/api/v1/rules/triage", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    [triage] = [rule for rule in answer.json() if rule["rule"] == "triage"]
    assert (triage["hours"], triage["default_hours"], triage["version"]) == (12, 72, 1)
