"""The whole journey as its people walk it, in a browser and in both languages, while services are killed under them.

Somebody reports; an officer judges and hands on; victim support accepts, plans, serves, asks for a consent, writes a complaint and closes the
case; the officer answers; the reporter reads it. Nobody types an address but the one they were given. On the way intake
and victim support are killed while somebody waits for their answer: people go on in the same browser, where they were.
"""

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from playwright.sync_api import Browser
from tests.browser.person import Person, somebody
from tests.journey.walk import newest_report, referral_state

from ansim.contracts.codes import (
    AgeBand,
    CaseOutcome,
    ComplaintReceiver,
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    District,
    Gender,
    HandOverPart,
    ItemOutcome,
    LegalBasis,
    ReferralTarget,
    ReviewResult,
    Severity,
    SupportItemType,
)
from tests.conftest import RunningSuite, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.timeout(600)]
OFFICER, WORKER, COLLEAGUE = "intake-officer", "support-worker", "support-worker-2"
SERVICES = ("intake", "victim-support")
WALKED = Counter(
    {
        **{
            f"intake.{name}": 1
            for name in (
                "report.submitted",
                "report.claimed",
                "report.acknowledged",
                "report.triaged",
                "report.closed",
                "mailbox.opened",
                "mailbox.receipt_confirmed",
                "referral.requested",
                "referral.data_handed_over",
                "referral.data_confirmed",
            )
        },
        **{
            f"victim-support.{name}": 1
            for name in (
                "referral.received",
                "referral.accepted",
                "referral.data_received",
                "referral.in_progress",
                "referral.completed",
                "case.opened",
                "case.safety_checked",
                "case.plan_agreed",
                "case.plan_approved",
                "case.closed",
                "item.scheduled",
                "item.delivered",
                "consent.asked",
                "consent.given",
                "complaint.started",
                "complaint.drafted",
                "complaint.reviewed",
                "complaint.handed_over",
            )
        },
        "intake.mailbox.message_written": 2,
        "intake.referral.answered": 2,
        "intake.referral.progress_noted": 2,
    }
)
"""Every event of one walk: the letter and its answer, arrival and acceptance, begun and done; all else once."""
HARM = ("Someone I met online asks for photos", "A photo or video is being shared")


@dataclass(frozen=True)
class Words:
    """What people write on the way, all of it invented. Each is written once and must be found once."""

    narrative: str
    contact: str
    answer: str
    thanks: str
    name: str = "한별 (가상)"

    @classmethod
    def invented(cls) -> "Words":
        mark = secrets.token_hex(4)
        return cls(
            f"(가상) 온라인에서 만난 사람이 사진을 보내라고 합니다. {mark}",
            f"010-0000-0000 (가상) {mark}, 저녁 7시 뒤",
            f"(가상) 지원팀이 함께하기로 했습니다. {mark}",
            f"(가상) 고맙습니다. 기다리겠습니다. {mark}",
        )


@dataclass
class Cast:
    """Four people, each with a browser of their own."""

    suite: RunningSuite
    words: Words
    reporter: Person
    officer: Person
    worker: Person
    colleague: Person
    step: int = 0

    def keep(self, person: Person, what: str) -> None:
        self.step += 1
        person.keep(f"{self.step:02}-{what}")

    def killed(self, service: str) -> None:
        """kill -9; the supervisor starts it again."""
        self.suite.kill(service)

    def back(self) -> None:
        wait_for(self.suite.ready, 60, "every process up again")


@pytest.fixture
def cast(dressed_suite: RunningSuite, browser: Browser, lang: str) -> Iterator[Cast]:
    suite = dressed_suite
    intake, support, provider = (suite.url(name) for name in (*SERVICES, "provider"))
    with ExitStack() as stack:
        reporter = stack.enter_context(somebody(browser, "reporter", "intake", lang, intake))
        officer = stack.enter_context(somebody(browser, OFFICER, "intake", lang, intake, provider))
        worker, colleague = (
            stack.enter_context(somebody(browser, who, "victim_support", lang, support, provider))
            for who in (WORKER, COLLEAGUE)
        )
        yield Cast(suite, Words.invented(), reporter, officer, worker, colleague)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_report_is_walked_to_its_answer_although_services_die_on_the_way(cast: Cast) -> None:
    suite = cast.suite
    wait_for(suite.settled, what="the end of what other tests did")
    before = happened(suite)

    number = report(cast)
    name = judge(cast)
    referral = hand_on(cast)
    case = accept(cast, referral)
    plan(cast, case)
    serve(cast)
    agree_to_tell_the_police(cast)
    complain(cast, case)
    answer(cast, name)
    converse(cast, name, number)
    close(cast, name)
    read_the_end(cast, number)

    wait_for(lambda: happened(suite) - before >= WALKED, 60, "every event of the walk")
    wait_for(suite.settled, 60, "an empty outbox everywhere")
    code, said = suite.cli("reconcile", check=False)
    assert code == 0, said
    assert all(process["parked"] in (0, None) for process in suite.processes())
    assert happened(suite) - before == WALKED


def report(cast: Cast) -> str:
    """Five steps; intake dies before the last one is sent. The number is shown until it is written down, once."""
    reporter, words = cast.reporter, cast.words
    reporter.visit(cast.suite.url("intake"))
    cast.keep(reporter, "start")
    reporter.follow("Tell us what happened")
    reporter.choose("Choose what fits best", reporter.says("It happened to me"))
    reporter.choose("Is the person under 19?", reporter.says("No"))
    cast.keep(reporter, "whose-matter")
    reporter.press("Next")
    reporter.choose("Are you safe right now?", reporter.says("Yes"))
    cast.keep(reporter, "how-it-is")
    reporter.press("Next")
    reporter.choose("Choose all that apply", *map(reporter.says, HARM))
    cast.keep(reporter, "what-happened")
    reporter.press("Next")
    reporter.write("What you want us to know", words.narrative)
    reporter.select("Which part of Seoul?", reporter.word(District.MAPO))
    cast.keep(reporter, "own-words")
    reporter.press("Next")
    reporter.write("How we may reach you", words.contact)
    cast.keep(reporter, "send-it")

    cast.killed("intake")
    reporter.press_in_vain("Send")
    cast.back()
    reporter.look_again()

    number = reporter.page.locator(".ticket .code").inner_text()
    assert re.fullmatch(r"\d{5}( \d{5}){4}", " ".join(number.split())), number
    cast.keep(reporter, "number")
    reporter.look_again()
    reporter.sees(number.split()[0])
    reporter.write("Written down? Type the last group", number.split()[-1])
    reporter.press("I have written it down")
    reporter.sees(reporter.says("There is no number to show here"))
    reporter.sees_not(number.split()[0])
    cast.keep(reporter, "written-down")
    return number


def judge(cast: Cast) -> str:
    """The officer takes the report on, reads it and judges it; returns what the report is called."""
    officer = cast.officer
    officer.visit(cast.suite.url("intake"))
    officer.follow("Staff sign-in")
    cast.keep(officer, "sign-in")
    officer.sign_in(OFFICER)
    cast.keep(officer, "triage")
    officer.menu("All reports")
    cast.keep(officer, "all-reports")
    name = officer.follow_first_row()
    officer.menu("Triage")
    officer.follow_link(name)
    cast.keep(officer, "report")
    officer.press("Take on")
    officer.follow("Open the narrative")
    officer.sees(cast.words.narrative)
    officer.sees(cast.words.contact)
    cast.keep(officer, "narrative")
    officer.press("Acknowledge")
    officer.follow("Triage")
    officer.choose("Urgency", officer.word(Severity.HIGH))
    officer.select("Age band of the person concerned", officer.word(AgeBand.AGE_19_24))
    cast.keep(officer, "judge")
    officer.press("Save the triage")
    return name


def hand_on(cast: Cast) -> str:
    """With the person's consent to hand over words and contact; returns the referral's id."""
    officer = cast.officer
    officer.follow("Hand on")
    officer.choose("Receiver", officer.word(ReferralTarget.VICTIM_SUPPORT))
    officer.choose("Consent", officer.says("Given"))
    officer.select("Legal basis", officer.word(LegalBasis.CONSENT))
    officer.choose("What may be handed over?", *map(officer.word, (HandOverPart.NARRATIVE, HandOverPart.CONTACT)))
    officer.select("Gender", officer.word(Gender.FEMALE))
    cast.keep(officer, "hand-on")
    officer.press("Send")
    cast.keep(officer, "handed-on")
    report_id = newest_report(cast.suite)["id"]
    with cast.suite.api("intake", "intake_officer") as intake:
        items = intake.get(f"/reports/{report_id}/referrals").raise_for_status().json()["items"]
    referral = str(items[-1]["id"])
    wait_for(lambda: referral_state(cast.suite, referral) == "received", what="the receiver's word that it arrived")
    officer.look_again()
    cast.keep(officer, "arrived")
    return referral


def accept(cast: Cast, referral: str) -> str:
    """The case is opened, but the answer is lost and the service dies; sent again, it is the same one case."""
    worker = cast.worker
    worker.visit(cast.suite.url("victim-support"))
    worker.sign_in(WORKER)
    cast.keep(worker, "today")
    worker.menu("Referrals")
    cast.keep(worker, "referrals")
    worker.follow_first_row()
    cast.keep(worker, "referral")
    worker.follow("Accept")
    worker.write("Name", cast.words.name)
    cast.keep(worker, "accept")

    with worker.answers_get_lost("/accept"):
        worker.press_in_vain("Accept and open the case")
    cast.killed("victim-support")
    cast.back()
    worker.look_again()

    wait_for(lambda: referral_state(cast.suite, referral) != "received", what="the receiver's word that it accepts")
    cast.keep(worker, "case")
    return worker.page.get_by_role("heading", level=1).inner_text().split()[-1]


def plan(cast: Cast, case: str) -> None:
    """Safety first, then what the person agreed to, approved by somebody else. What was told before has arrived."""
    worker, colleague = cast.worker, cast.colleague
    worker.follow("Check safety")
    worker.choose("Is the person in immediate danger?", worker.says("No immediate danger"))
    cast.keep(worker, "safety")
    worker.press("Record the check")
    worker.follow("Show name and contact")
    wait_for(lambda: arrived(cast), 60, "what was written to intake")
    cast.keep(worker, "told-before")
    worker.sees(cast.words.contact)
    worker.follow("Close it again")
    worker.follow("Agree on a plan")
    worker.choose("What the person agreed to", worker.word(SupportItemType.COUNSELLING))
    cast.keep(worker, "plan")
    worker.press("Record the plan")
    cast.keep(worker, "plan-waits")

    colleague.visit(cast.suite.url("victim-support"))
    colleague.sign_in(COLLEAGUE)
    colleague.menu("Cases")
    cast.keep(colleague, "cases")
    colleague.follow_link(case)
    colleague.follow("Approve the plan")
    cast.keep(colleague, "approve")
    colleague.press("Approve")
    cast.keep(colleague, "approved")


def arrived(cast: Cast) -> bool:
    cast.worker.look_again()
    return cast.words.narrative in cast.worker.page.inner_text("main")


def serve(cast: Cast) -> None:
    """One support item: a date first, then delivered with what came of it."""
    worker = cast.worker
    worker.look_again()
    worker.follow("Add a support item")
    worker.choose("Kind of support", worker.word(SupportItemType.COUNSELLING))
    worker.date("Due", str(datetime.now(UTC).date() + timedelta(days=30)))
    cast.keep(worker, "item-date")
    worker.press("Fix the date")
    cast.keep(worker, "item-on-case")
    worker.follow_link(worker.word(SupportItemType.COUNSELLING))
    cast.keep(worker, "item")
    worker.choose("Outcome", worker.word(ItemOutcome.COMPLETED))
    worker.press("Delivered")
    cast.keep(worker, "delivered")


def agree_to_tell_the_police(cast: Cast) -> None:
    """Without this consent no copy of the complaint may leave."""
    worker = cast.worker
    worker.follow("Ask for consent")
    worker.select("For", worker.word(ConsentPurpose.INVESTIGATION))
    worker.select("Receiver", worker.word(ConsentRecipient.POLICE))
    worker.choose("Who is asked", worker.word(ConsentBy.PERSON))
    cast.keep(worker, "consent-to-ask")
    worker.press("Record it")
    worker.choose("Handed over", *map(worker.word, (ConsentContent.CASE_SUMMARY, ConsentContent.IDENTITY)))
    worker.date("Until", str(datetime.now(UTC).date() + timedelta(days=90)))
    cast.keep(worker, "consent-asked")
    worker.press("Consent was given")
    cast.keep(worker, "consent-given")


def complain(cast: Cast, case: str) -> None:
    """Written with the person, approved by them, printed, and given to the police."""
    worker = cast.worker
    worker.press("Begin a complaint")
    cast.keep(worker, "complaint")
    worker.follow("Write")
    worker.write("Complainant", cast.words.name)
    worker.write("Facts of the case", cast.words.narrative)
    cast.keep(worker, "complaint-text")
    worker.press("Save as version {n}", n=1)
    worker.choose("Version {n}", worker.word(ReviewResult.APPROVED), n=1)
    worker.press("Note their word")
    cast.keep(worker, "complaint-approved")
    assert worker.prints("Print version {n}", n=1).startswith(b"%PDF-")
    worker.choose("A copy was given to", worker.word(ComplaintReceiver.POLICE))
    worker.press("Note the copy")
    cast.keep(worker, "complaint-handed-over")
    worker.follow_link(case)


def answer(cast: Cast, name: str) -> None:
    """Intake hears that victim support has begun, and writes to the reporter."""
    officer = cast.officer
    officer.menu("Triage")
    officer.follow_link(name)
    cast.keep(officer, "under-way")
    officer.write("Write to the reporter", cast.words.answer)
    officer.press("Send to the mailbox")
    cast.keep(officer, "answered")


def converse(cast: Cast, name: str, number: str) -> None:
    """The reporter reads the answer and writes back; what they sent is kept although its receipt was lost in a crash."""
    reporter, officer, words = cast.reporter, cast.officer, cast.words
    reporter.follow("Read our answer")
    reporter.write("Your number", number)
    cast.keep(reporter, "mailbox-door")
    reporter.press("Open the mailbox")
    reporter.sees(reporter.says("Somebody who can help has taken it on"))
    reporter.sees(words.answer)
    reporter.write("Write to us", words.thanks)
    cast.keep(reporter, "mailbox")

    with reporter.answers_get_lost("/mailbox/write"):
        reporter.press_in_vain("Send")
    cast.killed("intake")
    cast.back()
    reporter.look_again()

    assert reporter.page.inner_text("main").count(words.thanks) == 1
    cast.keep(reporter, "mailbox-written")
    officer.menu("Mailboxes")
    cast.keep(officer, "messages")
    officer.follow_link(name)
    officer.follow("Open narrative and messages")
    assert officer.page.inner_text("main").count(words.thanks) == 1
    cast.keep(officer, "letters")


def close(cast: Cast, name: str) -> None:
    """The case first, by whoever worked on it; then the report, as handed on."""
    worker, officer = cast.worker, cast.officer
    worker.follow("Close the case")
    worker.choose("How it ended", worker.word(CaseOutcome.GOALS_MET))
    cast.keep(worker, "close-case")
    worker.press("Close the case")
    cast.keep(worker, "case-closed")
    wait_for(cast.suite.settled, 60, "the word of it at intake")
    officer.menu("Triage")
    officer.follow_link(name)
    cast.keep(officer, "case-has-ended")
    officer.follow("Close")
    cast.keep(officer, "close-report")
    officer.press("Close the report")
    cast.keep(officer, "report-closed")


def read_the_end(cast: Cast, number: str) -> None:
    """The number opens the mailbox again, after the page was left."""
    reporter = cast.reporter
    reporter.press("Close this page, keep the mailbox")
    reporter.write("Your number", number)
    reporter.press("Open the mailbox")
    reporter.sees(reporter.says("Our work on this report has ended"))
    reporter.sees(cast.words.answer)
    cast.keep(reporter, "the-end")


def happened(suite: RunningSuite) -> Counter[str]:
    """How often each kind of event stands in the journals of the services that were killed. Visits are left out: how
    often somebody looked is a matter of the clock."""
    with ThreadPoolExecutor(1) as beside:  # the browser's own loop runs in this thread
        found: Counter[str] = beside.submit(asyncio.run, _happened(suite)).result()
    del found["intake.mailbox.visited"]
    return found


async def _happened(suite: RunningSuite) -> Counter[str]:
    found: Counter[str] = Counter()
    for service in SERVICES:
        database = f"/ansim_{service.replace('-', '_')}"
        conn = await asyncpg.connect(suite.owner_url().rsplit("/", 1)[0] + database)
        try:
            for row in await conn.fetch("select type, count(*) from journal group by type"):
                found[row["type"].removeprefix("kr.ansim.").rpartition(".")[0]] += row["count"]
        finally:
            await conn.close()
    return found
