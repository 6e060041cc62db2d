"""Commands on the real database: what they append, what the read tables show, and what a refusal leaves behind."""

import asyncio
from datetime import date, timedelta
from uuid import uuid4

import pytest

from ansim.contracts.codes import (
    AgeBand,
    AnsweredBy,
    CaseOutcome,
    District,
    Gender,
    HarmType,
    ItemOutcome,
    NotDeliveredReason,
    RejectionReason,
    SupportItemType,
)
from ansim.contracts.victim_support import ItemDelivered
from ansim.errors import DomainError, NotFound, VersionConflict
from ansim.journal import Store
from ansim.testing.stores import RecordedReads, some_context
from ansim.web.api import Page
from victim_support import queries
from victim_support.commands import (
    AcceptReferral,
    AgreePlan,
    CheckSafety,
    CloseCase,
    DeliverItem,
    GiveUpItem,
    OpenCase,
    RejectReferral,
    ScheduleItem,
    accept_referral,
    agree_plan,
    check_safety,
    close_case,
    deliver_item,
    give_up_item,
    open_case,
    receive_referral,
    reject_referral,
    schedule_item,
)

from .conftest import MAY, asked, planned_case, referred

TODAY = date(2020, 5, 4)


async def test_a_referral_arrives_once_under_a_pseudonym_of_our_own(store: Store) -> None:
    referral, request = uuid4(), asked()

    async with store.unit(some_context(MAY)) as unit:
        await receive_referral(unit, referral, request)
        await receive_referral(unit, referral, request)

    async with store.read(some_context()) as conn:
        [row] = await queries.waiting_referrals(conn)
        [event] = await queries.happened_on(conn, "referral", referral)
    assert row.referral == referral
    assert row.harm_types == request.harm_types
    assert event.event.person == row.person != request.person


async def test_accepting_opens_the_case_in_the_same_transaction(store: Store) -> None:
    referral = await referred(store)

    async with store.unit(some_context(MAY)) as unit:
        case = await accept_referral(unit, AcceptReferral(referral=referral, seen=1, name="이나래 (가상)"))

    async with store.read(some_context()) as conn:
        answered, opened = await queries.referral(conn, referral), await queries.case(conn, case)
    assert (answered.state, answered.case_id, answered.case_number) == ("accepted", case, opened.number)
    assert (opened.state, opened.age_band, opened.referral) == ("opened", AgeBand.AGE_14_16, referral)
    assert opened.person == answered.person


async def test_what_the_worker_knows_better_goes_into_the_case(store: Store) -> None:
    referral = await referred(store)

    async with store.unit(some_context(MAY)) as unit:
        case = await accept_referral(
            unit,
            AcceptReferral(
                referral=referral,
                name="박다솜 (가상)",
                age_band=AgeBand.AGE_17_18,
                harm_types=frozenset({HarmType.SEXTORTION}),
            ),
        )

    async with store.read(some_context()) as conn:
        opened = await queries.case(conn, case)
    assert (opened.age_band, opened.harm_types) == (AgeBand.AGE_17_18, frozenset({HarmType.SEXTORTION}))


async def test_a_refusal_keeps_reason_and_speaker_and_opens_nothing(store: Store) -> None:
    referral = await referred(store)

    async with store.unit(some_context(MAY)) as unit:
        await reject_referral(
            unit,
            RejectReferral(referral=referral, reason=RejectionReason.NO_CAPACITY, answered_by=AnsweredBy.PROVIDER),
        )

    async with store.read(some_context()) as conn:
        row = await queries.referral(conn, referral)
        assert await queries.cases(conn, Page()) == ([], None)
    assert (row.state, row.reason, row.answered_by) == ("rejected", "no_capacity", "provider")


async def test_two_answers_at_once_end_in_one_answer_and_one_conflict(store: Store) -> None:
    referral = await referred(store)

    async def answer(name: str) -> object:
        async with store.unit(some_context(MAY)) as unit:
            return await accept_referral(unit, AcceptReferral(referral=referral, seen=1, name=name))

    ends = await asyncio.gather(answer("최라온 (가상)"), answer("정마루 (가상)"), return_exceptions=True)

    assert sum(isinstance(end, VersionConflict | DomainError) for end in ends) == 1
    async with store.read(some_context()) as conn:
        assert len((await queries.cases(conn, Page()))[0]) == 1


async def test_names_are_sealed_and_each_look_at_them_is_on_record(store: Store, reads: RecordedReads) -> None:
    case = await planned_case(store)

    async with store.unit(some_context(MAY)) as unit:
        texts = await unit.open_sealed_of(await queries.sealed_texts(unit.conn, case))
        row = await queries.case(unit.conn, case)
        plain = await unit.conn.fetchval("select string_agg(t::text, ' ') from (select * from journal) t")

    assert texts == {"name": "김가온 (가상)", "contact": "문자 010-0000-0001 (가상)"}
    entries = [(action, person, what) for _, action, person, what in reads.entries]
    assert entries == [("wrote", row.person, "case.opened"), ("read", row.person, "case.opened")]
    assert "가온" not in plain
    assert "010-0000-0001" not in plain


async def test_a_delivered_item_carries_the_codes_of_its_case(store: Store) -> None:
    case = await planned_case(store)
    async with store.unit(some_context(MAY)) as unit:
        item = await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=TODAY))

    async with store.unit(some_context(MAY + timedelta(hours=3))) as unit:
        assert await deliver_item(unit, DeliverItem(item=item, seen=1, outcome=ItemOutcome.COMPLETED)) == case

    async with store.read(some_context()) as conn:
        [delivered, _] = await queries.happened_on(conn, "item", item)
        row = await queries.case(conn, case)
    assert isinstance(delivered.event, ItemDelivered)
    assert delivered.event.harm_types == {HarmType.GROOMING, HarmType.THREAT_TO_DISTRIBUTE}
    assert delivered.event.age_band == AgeBand.AGE_14_16
    assert delivered.event.person == row.person
    assert (row.items_open, row.items_delivered, row.items_not, row.next_due) == (0, 1, 0, None)


async def test_the_next_date_of_a_case_is_its_nearest_open_item(store: Store) -> None:
    case = await planned_case(store)
    async with store.unit(some_context(MAY)) as unit:
        plan = {"case": case, "item_type": SupportItemType.LEGAL}
        near = await schedule_item(unit, ScheduleItem(**plan, due_on=date(2020, 5, 8)))
        await schedule_item(unit, ScheduleItem(**plan, due_on=date(2020, 5, 20)))
        await schedule_item(unit, ScheduleItem(**plan, due_on=date(2020, 5, 12)))
        assert (await queries.case(unit.conn, case)).next_due == date(2020, 5, 8)

        await give_up_item(unit, GiveUpItem(item=near, reason=NotDeliveredReason.PERSON_ABSENT))

        row = await queries.case(unit.conn, case)
        assert (row.next_due, row.items_open, row.items_not) == (date(2020, 5, 12), 2, 1)
        assert [item.due_on.day for item in await queries.items_of(unit.conn, case)] == [12, 20, 8]


async def test_a_case_closes_only_when_every_item_is_settled(store: Store) -> None:
    case = await planned_case(store)
    async with store.unit(some_context(MAY)) as unit:
        item = await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=TODAY))

    with pytest.raises(DomainError) as refused:
        async with store.unit(some_context(MAY)) as unit:
            await close_case(unit, CloseCase(case=case, outcome=CaseOutcome.GOALS_MET))
    assert refused.value.rule == "case.has_open_items"

    async with store.unit(some_context(MAY)) as unit:
        await give_up_item(unit, GiveUpItem(item=item, reason=NotDeliveredReason.NO_LONGER_NEEDED))
        await close_case(unit, CloseCase(case=case, outcome=CaseOutcome.GOALS_MET))
        assert (await queries.case(unit.conn, case)).outcome == CaseOutcome.GOALS_MET


async def test_no_item_slips_into_a_case_while_it_closes(store: Store) -> None:
    case = await planned_case(store)

    async def add() -> None:
        async with store.unit(some_context(MAY)) as unit:
            await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=TODAY))

    async def close() -> None:
        async with store.unit(some_context(MAY)) as unit:
            await close_case(unit, CloseCase(case=case, outcome=CaseOutcome.MOVED_ON))

    ends = await asyncio.gather(add(), close(), return_exceptions=True)

    assert [type(end) for end in ends if end is not None] == [DomainError]
    async with store.read(some_context()) as conn:
        row = await queries.case(conn, case)
    assert (row.state == "closed") == (row.items_open == 0)


async def test_a_plan_that_changed_meanwhile_is_a_conflict(store: Store) -> None:
    case = await planned_case(store)
    async with store.unit(some_context(MAY)) as unit:
        seen = (await queries.case(unit.conn, case)).version
        await agree_plan(unit, AgreePlan(case=case, seen=seen, item_types=frozenset({SupportItemType.MEDICAL})))

    with pytest.raises(VersionConflict) as conflict:
        async with store.unit(some_context(MAY)) as unit:
            await schedule_item(unit, ScheduleItem(case=case, seen=seen, item_type=SupportItemType.LEGAL, due_on=TODAY))
    assert (conflict.value.seen, conflict.value.current) == (seen, seen + 1)


async def test_a_day_begins_in_seoul_and_not_in_greenwich(store: Store) -> None:
    case = await planned_case(store)
    late_evening_in_greenwich = MAY.replace(hour=20)

    with pytest.raises(DomainError) as refused:
        async with store.unit(some_context(late_evening_in_greenwich)) as unit:
            await schedule_item(unit, ScheduleItem(case=case, item_type=SupportItemType.LEGAL, due_on=TODAY))
    assert refused.value.rule == "item.due_in_the_past"


async def test_a_case_can_begin_without_a_referral(store: Store) -> None:
    async with store.unit(some_context(MAY)) as unit:
        case = await open_case(
            unit,
            OpenCase(
                name="강보람 (가상)",
                age_band=AgeBand.UNKNOWN,
                gender=Gender.UNKNOWN,
                district=District.UNKNOWN,
                harm_types=frozenset({HarmType.CYBER_HARASSMENT}),
            ),
        )
        await check_safety(unit, CheckSafety(case=case, seen=1, immediate_danger=True))
        row = await queries.case(unit.conn, case)
        counts = await queries.counts(unit.conn, TODAY)

    assert (row.referral, row.immediate_danger, row.state) == (None, True, "safety_checked")
    assert (counts.cases_open, counts.cases_in_danger, counts.cases_unchecked) == (1, 1, 0)


async def test_what_does_not_exist_is_not_found(store: Store) -> None:
    async with store.unit(some_context(MAY)) as unit:
        with pytest.raises(NotFound):
            await accept_referral(unit, AcceptReferral(referral=uuid4(), name="조새봄 (가상)"))
        with pytest.raises(NotFound):
            await check_safety(unit, CheckSafety(case=uuid4(), immediate_danger=False))
        with pytest.raises(NotFound):
            await deliver_item(unit, DeliverItem(item=uuid4(), outcome=ItemOutcome.COMPLETED))


async def test_the_record_of_a_case_is_read_by_index_however_long_the_journal_is(store: Store) -> None:
    case = await planned_case(store)

    async with store.read(some_context()) as conn:
        row = await queries.case(conn, case)
        await conn.execute("set local enable_seqscan = off")
        plan = await conn.fetch(f"explain {queries.HAPPENED}", case, row.referral, row.person)
        events = await queries.happened(conn, row)

    assert not any("Seq Scan on journal" in line[0] for line in plan)
    assert [event.event.name for event in events] == [
        "plan_agreed",
        "in_progress",
        "safety_checked",
        "opened",
        "accepted",
        "received",
    ]
