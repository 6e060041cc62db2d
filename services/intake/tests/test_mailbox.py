"""The mailbox behind the receipt number: two ways, no account, honest words, and slow for whoever guesses."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from starlette.requests import Request
from typer.testing import CliRunner

from ansim.access import Role
from ansim.cli.app import app
from ansim.clock.sweeper import Sweeper
from ansim.contracts import victim_support
from ansim.errors import DomainError
from ansim.relay import Leader
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, csrf_token
from ansim.vault import derive, kek_from
from ansim.web.patience import Patience
from intake.commands import (
    AcknowledgeReport,
    CloseReport,
    WriteToReporter,
    acknowledge_report,
    close_mailbox,
    close_report,
    visit_mailbox,
    write_to_centre,
    write_to_reporter,
)
from intake.pages.mailbox import Passes
from intake.sweeps import SWEEPS

from .conftest import Desk, Post, context, owner
from .test_public_pages import ANSWERS, send

SECRET_WORDS = "(가상) 표지어-오리나무"


async def reported(public: httpx2.AsyncClient) -> str:
    """A report through the public page; the number that its page showed."""
    await send(public, 5, **ANSWERS)
    page = await public.get("/report/received")
    return " ".join(re.findall(r"<span>(\d{5})</span>", page.text))


async def post(public: httpx2.AsyncClient, path: str, **fields: Any) -> httpx2.Response:
    form = re.search(r'name="csrf" value="([^"]+)"', (await public.get("/mailbox")).text)
    assert form is not None
    return await public.post(path, data={"csrf": form[1], "once": str(uuid4()), **fields})


async def only_report(desk: Desk) -> UUID:
    [row] = await desk.rows("select id from report")
    found: UUID = row["id"]
    return found


async def write(desk: Desk, report: UUID, text: str, at: datetime | None = None) -> None:
    async with desk.kit.store.unit(context(at)) as unit:
        await write_to_centre(unit, report, text)


async def test_a_reporter_reads_the_answer_and_writes_back_without_an_account(
    desk: Desk, public: httpx2.AsyncClient, post_as_officer: Post
) -> None:
    number = await reported(public)
    report = await only_report(desk)
    assert (await post(public, "/mailbox", receipt=number)).headers["location"] == "/mailbox"
    assert "아직 글이 없습니다" in (await public.get("/mailbox")).text
    assert (await post(public, "/mailbox/write", text=SECRET_WORDS)).status_code == 303
    answered = await post_as_officer(f"/reports/{report}/write", text="(가상) 내일 15시 뒤에 글을 드립니다.", seen="4")
    assert answered.headers["location"] == f"/reports/{report}/narrative#mail"
    page = await public.get("/mailbox")
    assert SECRET_WORDS in page.text
    assert "내일 15시" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_staff_see_who_waits_and_open_the_words_on_record(
    desk: Desk, public: httpx2.AsyncClient, officer: httpx2.AsyncClient
) -> None:
    number = await reported(public)
    report = await only_report(desk)
    await post(public, "/mailbox", receipt=number)
    await post(public, "/mailbox/write", text=SECRET_WORDS)
    assert f"/reports/{report}#mail" in (await officer.get("/messages")).text
    assert "답을 기다리는 신고자" in (await officer.get("/triage")).text
    assert SECRET_WORDS not in (await officer.get(f"/reports/{report}")).text
    assert SECRET_WORDS in (await officer.get(f"/reports/{report}/narrative")).text
    what = await desk.rows("select 1 from access_record where what = 'mailbox.message_written' and action = 'read'")
    assert len(what) >= 1


async def test_what_is_written_is_sealed_and_nowhere_else(desk: Desk, public: httpx2.AsyncClient) -> None:
    number = await reported(public)
    await post(public, "/mailbox", receipt=number)
    await post(public, "/mailbox/write", text=SECRET_WORDS)
    async with desk.kit.store.pool.acquire() as conn:
        tables = await conn.fetch("select table_name from information_schema.tables where table_schema = 'public'")
        for row in tables:
            text = await conn.fetchval(f"select string_agg(t::text, '') from \"{row['table_name']}\" t")
            assert "오리나무" not in (text or ""), row["table_name"]
            assert number.replace(" ", "") not in (text or ""), row["table_name"]


async def test_nothing_of_the_number_is_in_an_address(public: httpx2.AsyncClient) -> None:
    number = await reported(public)
    answer = await post(public, "/mailbox", receipt=number)
    digits = number.replace(" ", "")
    assert digits not in str(answer.headers)
    assert digits not in (await public.get("/mailbox")).text


@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_no_internal_word_reaches_the_reporter(kit: Kit, desk: Desk, client_for: ClientFor, lang: str) -> None:
    """GlobaLeaks #2931: the reporter's status is a projection of its own."""
    public = await client_for(kit, lang=lang)
    number = await reported(public)
    report = await only_report(desk)
    async with desk.kit.store.unit(context()) as unit:
        await acknowledge_report(unit, AcknowledgeReport(report=report))
        await close_report(unit, CloseReport.model_validate({"report": report, "outcome": "bad_faith"}))
    await post(public, "/mailbox", receipt=number)
    text = (await public.get("/mailbox")).text
    for word in ("악의", "bad faith", "중복", "duplicate"):
        assert word not in text
    assert ("이 신고에 대한 일을 마쳤습니다" if lang == "ko" else "Our work on this report has ended") in text


async def test_the_reporter_closes_the_mailbox_and_it_is_closed_for_both_sides(
    desk: Desk, public: httpx2.AsyncClient
) -> None:
    """SecureDrop #3097 and #1588: closing is what it says, and the words say what stays."""
    number = await reported(public)
    report = await only_report(desk)
    await post(public, "/mailbox", receipt=number)
    page = await post(public, "/mailbox/close")
    assert "편지함을 닫았습니다" in page.text
    assert "법이 정한 동안만 보관" in page.text
    again = await post(public, "/mailbox", receipt=number)
    assert "닫힌 편지함입니다" in again.text
    with pytest.raises(DomainError):
        await write(desk, report, "later")
    async with desk.kit.store.unit(context()) as unit:
        with pytest.raises(DomainError):
            await write_to_reporter(unit, WriteToReporter(report=report, text="later"))


async def test_the_number_is_shown_again_until_its_end_is_typed_once(desk: Desk, public: httpx2.AsyncClient) -> None:
    """GlobaLeaks #2915: a receipt that was clicked away is the commonest loss."""
    number = await reported(public)
    for _ in range(3):
        assert number.split()[0] in (await public.get("/report/received")).text
    form = re.search(r'name="csrf" value="([^"]+)"', (await public.get("/report/received")).text)
    assert form is not None
    typed = {"csrf": form[1], "end": number.split()[-1]}
    assert (await public.post("/report/received", data=typed)).status_code == 303
    assert number.split()[0] not in (await public.get("/report/received")).text
    [row] = await desk.rows("select confirmed_at is not null as confirmed from mailbox")
    assert row["confirmed"]


async def test_whether_reporters_come_back_is_known_once_a_day(desk: Desk, public: httpx2.AsyncClient) -> None:
    """GlobaLeaks #752: half of the reporters never return, and nobody knew."""
    number = await reported(public)
    for _ in range(3):
        await post(public, "/mailbox", receipt=number)
    assert (await desk.rows("select visits from mailbox"))[0]["visits"] == 1


@pytest.mark.parametrize("typed", ["", "1234", "9" * 25, "9" * 16, "글자", "1" * 60, "<script>"])
async def test_a_wrong_number_is_told_kindly_and_opens_nothing(public: httpx2.AsyncClient, typed: str) -> None:
    answer = await post(public, "/mailbox", receipt=typed)
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert 'class="msg"' in answer.text


async def test_each_try_is_looked_at_in_patience_and_the_right_number_gets_in_all_the_same(
    public: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await reported(public)
    waited: list[str] = []

    async def wait(patience: Patience, request: Request) -> bool:
        waited.append(request.url.path)
        return True

    monkeypatch.setattr(Patience, "wait", wait)
    for _ in range(3):
        assert (await post(public, "/mailbox", receipt="1" * 25)).status_code == 422
    assert (await post(public, "/mailbox", receipt=number)).status_code == 303
    assert waited == ["/mailbox"] * 4


async def test_what_was_being_written_when_the_pass_ran_out_is_kept(public: httpx2.AsyncClient) -> None:
    number = await reported(public)
    page = await post(public, "/mailbox/write", text=SECRET_WORDS)
    assert SECRET_WORDS in page.text
    assert "아무것도 보내지 않았습니다" in page.text
    inside = await post(public, "/mailbox", receipt=number, text=SECRET_WORDS)
    assert SECRET_WORDS in inside.text
    assert 'action="/mailbox/write"' in inside.text


def test_a_pass_is_only_what_was_given_out_and_only_for_a_while() -> None:
    now = [1000.0]
    passes, others = Passes(b"a" * 32, lambda: now[0]), Passes(b"b" * 32)
    report = uuid4()
    given = passes.give(report)
    assert passes.read(given) == report
    assert others.read(given) is None
    assert [passes.read(text) for text in ("", "00", given[:-2], "zz" * 40)] == [None] * 4
    now[0] += 1801
    assert passes.read(given) is None


async def test_an_answer_that_is_late_is_told_once_and_the_clock_ends_with_it(desk: Desk) -> None:
    report, now = await desk.submitted(), datetime.now(UTC)
    await write(desk, report, "first", now)
    await write(desk, report, "second", now + timedelta(hours=1))
    [row] = await desk.rows("select due_at, waiting from mailbox")
    assert (row["due_at"] - now, row["waiting"]) == (timedelta(hours=24), 2)
    sweeper = Sweeper("intake", SWEEPS, desk.kit.store, Leader(desk.kit.settings.database_url.get_secret_value(), 1))
    for hours in (25, 26):
        await sweeper.sweep(now + timedelta(hours=hours))
    missed = await desk.rows("select 1 from journal where type like '%mailbox.deadline_missed%'")
    assert len(missed) == 1
    async with desk.kit.store.unit(context(now + timedelta(hours=27))) as unit:
        await write_to_reporter(unit, WriteToReporter(report=report, text="answer"))
    [row] = await desk.rows("select due_at, waiting, first_reply_at is not null as replied from mailbox")
    assert tuple(row.values()) == (None, 0, True)


async def test_an_idle_mailbox_expires_and_one_that_waits_for_us_never_does(
    desk: Desk, public: httpx2.AsyncClient
) -> None:
    idle, waiting = await desk.submitted(), await desk.submitted()
    await write(desk, waiting, "still here")
    sweeper = Sweeper("intake", SWEEPS, desk.kit.store, Leader(desk.kit.settings.database_url.get_secret_value(), 1))
    await sweeper.sweep(datetime.now(UTC) + timedelta(days=89))
    assert {row["state"] for row in await desk.rows("select state from mailbox")} == {"open"}
    await sweeper.sweep(datetime.now(UTC) + timedelta(days=91))
    states = {row["report"]: row["state"] for row in await desk.rows("select report, state from mailbox")}
    assert states == {idle: "expired", waiting: "open"}


async def test_a_report_older_than_mailboxes_gets_one_at_the_first_visit(desk: Desk) -> None:
    report = await desk.submitted()
    by_hand = await owner(desk)
    await by_hand.execute("delete from mailbox")
    await by_hand.execute("delete from journal where aggregatetype = 'mailbox'")
    await by_hand.close()
    async with desk.kit.store.unit(context()) as unit:
        await visit_mailbox(unit, report)
    assert (await desk.rows("select state, visits from mailbox")) == [{"state": "open", "visits": 1}]


async def test_the_proof_is_checked_by_the_page_and_offline_and_says_nothing_else(
    desk: Desk, public: httpx2.AsyncClient, tmp_path: Path
) -> None:
    """GlobaLeaks #3397: a proof that something was sent, without a word of what."""
    number = await reported(public)
    proof = (await public.get("/report/received/receipt")).text
    assert sorted(json.loads(proof)) == ["format", "id", "key", "received_at", "signature"]
    assert number.replace(" ", "") not in proof
    assert str(await only_report(desk)) not in proof
    assert "진짜 접수증입니다" in (await post(public, "/receipt/verify", text=proof)).text
    forged = proof.replace("20", "19", 1) if '"received_at": "20' in proof else proof[::-1]
    assert "진짜 접수증입니다" not in (await post(public, "/receipt/verify", text=forged)).text
    (tmp_path / "receipt.json").write_text(proof)
    (tmp_path / "key.json").write_text((await public.get("/receipt/key")).text)
    asked = ["verify-receipt", str(tmp_path / "receipt.json"), "--key", str(tmp_path / "key.json")]
    genuine = await asyncio.to_thread(CliRunner().invoke, app, asked)
    assert (genuine.exit_code, "genuine" in genuine.output) == (0, True), genuine.output
    (tmp_path / "receipt.json").write_text(proof.replace(json.loads(proof)["id"], str(uuid4())))
    other = await asyncio.to_thread(CliRunner().invoke, app, asked)
    assert (other.exit_code, "not genuine" in other.output) == (1, True)


async def test_twenty_messages_wait_at_most(desk: Desk) -> None:
    report = await desk.submitted()
    for number in range(20):
        await write(desk, report, f"message {number}")
    with pytest.raises(DomainError) as refused:
        await write(desk, report, "one more")
    assert refused.value.rule == "answer_first"


async def test_the_reporter_is_told_when_somebody_took_it_on(desk: Desk, public: httpx2.AsyncClient) -> None:
    report, referral = await desk.referred()
    await desk.hear(victim_support.ReferralAccepted(person=uuid4(), referral=referral, case=uuid4()), referral)
    passes = {"ansim_intake_mailbox": _pass(desk.kit, report)}
    async with desk.kit.store.unit(context()) as unit:
        await visit_mailbox(unit, report)
    public.cookies.update(passes)
    assert "도울 수 있는 사람이 맡았습니다" in (await public.get("/mailbox")).text


def _pass(kit: Kit, report: UUID) -> str:
    return Passes(derive(kek_from(kit.settings.kek.get_secret_value()), "mailbox-pass|intake")).give(report)


async def test_the_api_answers_a_reporter_too(kit: Kit, desk: Desk, client_for: ClientFor) -> None:
    report = await desk.submitted()
    await write(desk, report, SECRET_WORDS)
    officer = await client_for(kit, Role.intake_officer, "en")
    read = await officer.get(f"/api/v1/reports/{report}/messages")
    assert [item["text"] for item in read.json()["items"]] == [SECRET_WORDS]
    headers = {
        "X-CSRF-Token": csrf_token(kit, officer), "Idempotency-Key": str(uuid4()), "If-Match": read.headers["etag"],
    }  # fmt: skip
    body = {"text": "(invented) an answer"}
    first = await officer.post(f"/api/v1/reports/{report}/messages", json=body, headers=headers)
    second = await officer.post(f"/api/v1/reports/{report}/messages", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    items = (await officer.get(f"/api/v1/reports/{report}/messages")).json()["items"]
    assert len(items) == 2


async def test_a_closed_mailbox_starts_no_clock(desk: Desk) -> None:
    report = await desk.submitted()
    await write(desk, report, "hello")
    async with desk.kit.store.unit(context()) as unit:
        await close_mailbox(unit, report)
    assert (await desk.rows("select due_at, waiting from mailbox")) == [{"due_at": None, "waiting": 0}]
