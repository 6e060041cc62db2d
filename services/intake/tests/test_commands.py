"""Commands and reactions on a real database: what the read tables show, and what is written nowhere."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ansim.contracts import counseling, victim_support
from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    District,
    EnrolmentSource,
    Gender,
    RejectionReason,
    ReportOutcome,
    SchoolLevel,
)
from ansim.errors import DomainError, NotFound, Poison, VersionConflict
from ansim.runtime import Kit
from intake import queries
from intake.commands import (
    AcknowledgeReport,
    CloseReport,
    ReferReport,
    SubmitReport,
    acknowledge_report,
    close_report,
    refer_report,
    submit_report,
)
from intake.domain.deadlines import Task
from intake.domain.referral import ReferralState

from .conftest import REPORT, TO_SUPPORT, Desk, context

PERSON = uuid4()


def received(referral: object) -> counseling.ReferralReceived:
    return counseling.ReferralReceived(
        person=PERSON,
        referral=referral,
        source=EnrolmentSource.COURT,
        age_band=AgeBand.AGE_14_16,
        school_level=SchoolLevel.MIDDLE,
        gender=Gender.MALE,
        district=District.JUNG,
    )


def accepted(referral: object) -> victim_support.ReferralAccepted:
    return victim_support.ReferralAccepted(person=PERSON, referral=referral, case=uuid4())


def rejected(referral: object) -> victim_support.ReferralRejected:
    return victim_support.ReferralRejected(
        person=PERSON, referral=referral, reason=RejectionReason.NO_CAPACITY, answered_by=AnsweredBy.PROVIDER
    )


async def test_what_a_reporter_wrote_is_in_no_plain_column(desk: Desk) -> None:
    await desk.submitted(contact="표지어-물푸레 연락처")
    tables = await desk.rows(
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
    )
    for table in tables:
        rows = await desk.rows(f"select t::text as whole from {table['table_name']} t")
        assert not [row for row in rows if "물푸레" in row["whole"]]


async def test_opening_the_narrative_leaves_an_access_record(kit: Kit, desk: Desk) -> None:
    report = await desk.submitted()
    async with kit.store.unit(context()) as unit:
        row = await queries.report(unit.conn, report)
        texts = await unit.open_sealed_of(row.submitted_event)
    assert texts == {"narrative": REPORT["narrative"]}
    read = await desk.rows("select actor, person, what from access_record where action = 'read'")
    assert read == [{"actor": "intake-officer", "person": row.person, "what": "report.submitted"}]


async def test_a_second_report_of_the_same_words_is_another_report(desk: Desk) -> None:
    first, second = await desk.submitted(), await desk.submitted()
    people = await desk.rows("select distinct person from report")
    assert first != second
    assert len(people) == 2


async def test_the_queue_shows_the_clock_of_the_report(kit: Kit, desk: Desk) -> None:
    report = await desk.submitted(harm_types=["threat_to_distribute"])
    async with kit.store.read(context()) as conn:
        row = (await queries.queue(conn))[0]
    assert row.id == report
    assert row.clock is not None
    assert row.clock.task is Task.ACKNOWLEDGE
    assert row.clock.due_at - row.submitted_at == timedelta(hours=1)


async def test_whoever_saw_an_older_version_is_told_of_the_conflict(kit: Kit, desk: Desk) -> None:
    report = await desk.acknowledged()
    command = CloseReport(report=report, seen=1, outcome=ReportOutcome.ANSWERED)
    with pytest.raises(VersionConflict) as caught:
        async with kit.store.unit(context()) as unit:
            await close_report(unit, command)
    assert (caught.value.seen, caught.value.current) == (1, 2)
    assert await desk.rows("select state from report") == [{"state": "acknowledged"}]


async def test_a_report_that_does_not_exist_is_not_found(kit: Kit) -> None:
    with pytest.raises(NotFound):
        async with kit.store.unit(context()) as unit:
            await acknowledge_report(unit, AcknowledgeReport(report=uuid4()))


async def test_two_people_who_send_to_the_same_receiver_at_once_send_it_once(kit: Kit, desk: Desk) -> None:
    report = await desk.triaged()

    async def send() -> str:
        try:
            async with kit.store.unit(context()) as unit:
                await refer_report(unit, ReferReport.model_validate({"report": report, **TO_SUPPORT}))
        except DomainError as error:
            return error.rule
        return "sent"

    assert sorted(await asyncio.gather(send(), send())) == ["already_handed_on", "sent"]
    assert len(await desk.rows("select 1 from referral")) == 1


async def test_a_refused_hand_off_may_be_sent_to_the_same_receiver_again(kit: Kit, desk: Desk) -> None:
    report, referral = await desk.referred()
    await desk.hear(rejected(referral), referral)
    async with kit.store.unit(context()) as unit:
        await refer_report(unit, ReferReport.model_validate({"report": report, **TO_SUPPORT}))
    assert len(await desk.rows("select 1 from referral")) == 2


async def test_only_the_receivers_words_move_the_ring(desk: Desk) -> None:
    _, referral = await desk.referred()
    states = [(await desk.rows("select state from referral"))[0]["state"]]
    arrival = victim_support.ReferralReceived(
        person=PERSON,
        referral=referral,
        severity="high",
        harm_types=["distribution"],
        age_band="19_24",
        gender="female",
        district="unknown",
    )
    for sequence, event in enumerate((arrival, accepted(referral)), start=1):
        await desk.hear(event, referral, sequence)
        states.append((await desk.rows("select state from referral"))[0]["state"])
    assert states == ["sent", "received", "accepted"]


async def test_the_answer_names_the_event_that_was_heard(kit: Kit, desk: Desk) -> None:
    _, referral = await desk.referred()
    heard = await desk.hear(rejected(referral), referral)
    async with kit.store.unit(context()) as unit:
        last = (await unit.timeline("referral", referral))[-1]
    assert last.event.model_dump()["heard"] == heard
    assert last.causationid == heard


async def test_after_a_refusal_the_report_asks_for_a_decision(kit: Kit, desk: Desk) -> None:
    report, referral = await desk.referred()
    await desk.hear(rejected(referral), referral)
    async with kit.store.read(context()) as conn:
        row = await queries.report(conn, report)
        waiting = await queries.waiting_hand_offs(conn)
    assert row.clock is not None
    assert row.clock.task is Task.DECIDE_AGAIN
    assert [(hand_off.id, hand_off.needs_decision) for hand_off in waiting] == [(referral, True)]


async def test_a_hand_off_that_somebody_else_sent_is_no_concern_of_ours(desk: Desk) -> None:
    await desk.hear(accepted(uuid4()), uuid4())
    assert await desk.rows("select 1 from journal") == []


async def test_an_answer_from_a_service_that_was_not_asked_is_parked(desk: Desk) -> None:
    _, referral = await desk.referred()
    with pytest.raises(Poison):
        await desk.hear(received(referral), referral)
    assert (await desk.rows("select state from referral"))[0]["state"] == "sent"


async def test_a_decision_taken_back_is_parked(desk: Desk) -> None:
    _, referral = await desk.referred()
    await desk.hear(accepted(referral), referral)
    with pytest.raises(Poison):
        await desk.hear(rejected(referral), referral, 2)


async def test_an_accepted_report_is_closed_as_handed_on(kit: Kit, desk: Desk) -> None:
    report, referral = await desk.referred()
    await desk.hear(accepted(referral), referral)
    async with kit.store.unit(context()) as unit:
        await close_report(unit, CloseReport(report=report, outcome=ReportOutcome.REFERRED_ON))
    async with kit.store.read(context()) as conn:
        row = await queries.report(conn, report)
        assert (row.outcome, row.clock) == (ReportOutcome.REFERRED_ON, None)
        assert await queries.queue(conn) == []


async def test_the_numbers_above_the_queue_are_those_of_its_rows(kit: Kit, desk: Desk) -> None:
    now = datetime.now(UTC)
    async with kit.store.unit(context(now - timedelta(hours=30))) as unit:
        await submit_report(unit, SubmitReport.model_validate(REPORT))
    await desk.submitted()
    await desk.referred()
    async with kit.store.read(context()) as conn:
        counts = await queries.counts(conn, now)
        rows = await queries.queue(conn)
    late = [row for row in rows if row.clock is not None and row.clock.due_at < now]
    ours = [row for row in rows if row.clock is not None and row.clock.waiting_for is None]
    assert (counts.open_reports, counts.late, counts.ours) == (len(rows), len(late), len(ours)) == (3, 1, 2)
    assert (counts.unfinished, counts.unconfirmed) == (1, 1)


async def test_every_state_of_a_hand_off_is_counted(kit: Kit, desk: Desk) -> None:
    await desk.referred()
    async with kit.store.read(context()) as conn:
        counts = await queries.hand_off_counts(conn)
    assert counts == {state: int(state is ReferralState.SENT) for state in ReferralState}
