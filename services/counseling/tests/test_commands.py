"""Commands and their read tables on real PostgreSQL."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from ansim.contracts.codes import (
    ActChannel,
    ActType,
    AgeBand,
    AnsweredBy,
    CancelledBy,
    ConsentGiver,
    DeclineReason,
    DiscontinuedReason,
    EnrolmentSource,
    Motive,
    RejectionReason,
    SchoolLevel,
)
from ansim.contracts.counseling import EnrolmentReferred, ReferralAccepted
from ansim.errors import DomainError, NotFound, VersionConflict
from ansim.journal import Store
from ansim.testing.stores import RecordedReads, some_context
from counseling import queries
from counseling.commands import (
    AcceptEnrolment,
    AcceptReferral,
    AssessMotives,
    DeclineEnrolment,
    DiscontinueEnrolment,
    RecordAct,
    RecordConsent,
    RejectReferral,
    accept_enrolment,
    accept_referral,
    assess_motives,
    decline_enrolment,
    enrol,
    record_act,
    record_consent,
    reject_referral,
)
from counseling.domain.enrolment import EnrolmentStatus
from counseling.domain.referral import ReferralStatus
from counseling.domain.session import SessionStatus
from counseling.sessions import (
    CancelSession,
    CompleteEnrolment,
    HoldSession,
    MissSession,
    RescheduleSession,
    cancel_session,
    complete_enrolment,
    discontinue_enrolment,
    hold_session,
    miss_session,
    reschedule_session,
)

from .conftest import MAY, accepted, held, planned, received, registration


async def test_accepting_a_referral_opens_its_enrolment_in_the_same_transaction(store: Store) -> None:
    referral = await received(store)
    async with store.unit(some_context(MAY)) as unit:
        enrolment = await accept_referral(unit, AcceptReferral(referral=referral, name="이다온 (가상)"))
        (_, answer) = await unit.timeline("referral", referral)
        (opened,) = await unit.timeline("enrolment", enrolment)
        row = await queries.referral(unit.conn, referral)
    assert isinstance(answer.event, ReferralAccepted)
    assert isinstance(opened.event, EnrolmentReferred)
    assert answer.event.enrolment == enrolment
    assert opened.event.referral == referral
    assert opened.event.person == answer.event.person
    assert opened.event.source is EnrolmentSource.TEACHER_REQUEST
    assert (row.status, row.enrolment) == (ReferralStatus.ACCEPTED, enrolment)


async def test_an_acceptance_that_fails_leaves_neither_answer_nor_enrolment(store: Store) -> None:
    referral, taken = await received(store), await accepted(store)
    with pytest.raises(DomainError) as refusal:
        async with store.unit(some_context(MAY)) as unit:
            await accept_referral(unit, AcceptReferral(referral=referral, enrolment=taken))
    assert refusal.value.rule == "enrolment_opened_once"
    async with store.read() as conn:
        assert (await queries.referral(conn, referral)).status is ReferralStatus.RECEIVED


async def test_a_rejection_keeps_its_reason_and_who_said_no(store: Store) -> None:
    referral = await received(store)
    async with store.unit(some_context(MAY)) as unit:
        await reject_referral(
            unit,
            RejectReferral(
                referral=referral, reason=RejectionReason.CLIENT_DECLINED, answered_by=AnsweredBy.CLIENT, seen=1
            ),
        )
    async with store.read() as conn:
        row = await queries.referral(conn, referral)
        assert await queries.referrals_waiting(conn) == []
    assert (row.reason, row.answered_by) == (RejectionReason.CLIENT_DECLINED, AnsweredBy.CLIENT)


async def test_personal_texts_are_sealed_and_opening_them_is_on_record(store: Store, reads: RecordedReads) -> None:
    async with store.unit(some_context(MAY)) as unit:
        enrolment = await enrol(unit, registration(name="표식이름 (가상)"))
        plain = await unit.conn.fetchval("select string_agg(j::text, '') from journal j")
        tables = await unit.conn.fetchval("select string_agg(e::text, '') from enrolment e")
        assert "표식이름" not in plain + tables
        assert [action for _, action, _, _ in reads.entries] == ["wrote"]
        row = await queries.enrolment(unit.conn, enrolment)
        assert row.sealed_event is not None
        texts = await unit.open_sealed_of(row.sealed_event)
    assert texts == {"name": "표식이름 (가상)", "guardian": "김나래 (가상)", "school": "견본중학교 (가상)"}
    (_, (_, action, person, what)) = reads.entries
    assert (action, person, what) == ("read", row.person, "enrolment.referred")


async def test_an_enrolment_without_a_name_is_refused_at_the_name(store: Store) -> None:
    with pytest.raises(DomainError) as refusal:
        async with store.unit(some_context(MAY)) as unit:
            await enrol(unit, registration(name=None))
    assert refusal.value.field == "name"


async def test_enrolling_again_keeps_the_person_and_what_is_known_of_them(store: Store) -> None:
    first = await accepted(store)
    async with store.unit(some_context(MAY)) as unit:
        earlier = await queries.enrolment(unit.conn, first)
        again = await enrol(unit, registration(person=earlier.person, name=None, guardian=None, school=None))
        row = await queries.enrolment(unit.conn, again)
        assert row.sealed_event is not None
        assert (await unit.open_sealed_of(row.sealed_event))["name"] == "김가람 (가상)"
        assert [other.id for other in await queries.other_enrolments(unit.conn, row)] == [first]
    assert row.person == earlier.person
    assert row.sealed_event != earlier.sealed_event


async def test_consents_acts_and_motives_show_in_the_read_tables(store: Store) -> None:
    enrolment = await accepted(store)
    async with store.unit(some_context(MAY)) as unit:
        await record_act(
            unit, RecordAct(enrolment=enrolment, act_type=ActType.FALSE_VIDEO, channel=ActChannel.MESSENGER)
        )
        await assess_motives(unit, AssessMotives(enrolment=enrolment, motives=frozenset({Motive.FUN, Motive.MONEY})))
        await assess_motives(unit, AssessMotives(enrolment=enrolment, motives=frozenset({Motive.FUN})))
    async with store.read() as conn:
        row = await queries.enrolment(conn, enrolment)
        (act,) = await queries.acts(conn, enrolment)
        first, latest = await queries.assessments(conn, enrolment)
    assert row.version == 6
    assert row.youth_consented_at == MAY
    assert row.guardian_consented_at is None
    assert (act.act_type, act.channel) == (ActType.FALSE_VIDEO, ActChannel.MESSENGER)
    assert first.motives == {Motive.FUN, Motive.MONEY}
    assert latest.motives == {Motive.FUN}


async def test_acceptance_freezes_what_was_chosen_then(store: Store) -> None:
    async with store.unit(some_context(MAY)) as unit:
        enrolment = await enrol(unit, registration(age_band=AgeBand.UNKNOWN, school_level=SchoolLevel.UNKNOWN))
        await record_consent(unit, RecordConsent(enrolment=enrolment, by=ConsentGiver.YOUTH))
        await accept_enrolment(
            unit, AcceptEnrolment(enrolment=enrolment, age_band=AgeBand.AGE_17_18, school_level=SchoolLevel.HIGH)
        )
        row = await queries.enrolment(unit.conn, enrolment)
    assert (row.status, row.age_band, row.school_level) == (
        EnrolmentStatus.ACCEPTED,
        AgeBand.AGE_17_18,
        SchoolLevel.HIGH,
    )


async def test_a_declined_enrolment_leaves_the_waiting_list(store: Store) -> None:
    async with store.unit(some_context(MAY)) as unit:
        enrolment = await enrol(unit, registration())
        assert [row.id for row in await queries.enrolments_undecided(unit.conn)] == [enrolment]
        await decline_enrolment(unit, DeclineEnrolment(enrolment=enrolment, reason=DeclineReason.MOVED_AWAY))
        assert await queries.enrolments_undecided(unit.conn) == []
        assert (await queries.enrolment(unit.conn, enrolment)).end_reason is DeclineReason.MOVED_AWAY


async def test_only_held_sessions_count_and_a_moved_one_counts_once(store: Store) -> None:
    enrolment = await accepted(store)
    missed, cancelled, moved = [await planned(store, enrolment) for _ in range(3)]
    async with store.unit(some_context(MAY)) as unit:
        await miss_session(unit, MissSession(session=missed))
        await cancel_session(unit, CancelSession(session=cancelled, by=CancelledBy.YOUTH))
        for days in (1, 2):
            await reschedule_session(unit, RescheduleSession(session=moved, starts_at=MAY + timedelta(days=days)))
    async with store.unit(some_context(MAY + timedelta(days=2))) as unit:
        await hold_session(unit, HoldSession(session=moved, minutes=50))
        row = await queries.enrolment(unit.conn, enrolment)
        session = await queries.session(unit.conn, moved)
        of_day = await queries.sessions_between(unit.conn, MAY, MAY + timedelta(days=1))
    assert row.held == 1
    assert (session.status, session.moved, session.minutes, session.nth) == (SessionStatus.HELD, 2, 50, 1)
    assert {s.status for s in of_day} == {SessionStatus.NO_SHOW, SessionStatus.CANCELLED}


async def test_nine_held_sessions_do_not_complete_and_ten_do(store: Store) -> None:
    enrolment = await accepted(store)
    await held(store, enrolment, 9)
    left_open = await planned(store, enrolment, MAY + timedelta(days=7))
    with pytest.raises(DomainError) as refusal:
        async with store.unit(some_context(MAY)) as unit:
            await complete_enrolment(unit, CompleteEnrolment(enrolment=enrolment))
    assert refusal.value.rule == "ten_held_sessions"
    await held(store, enrolment, 1)
    async with store.unit(some_context(MAY)) as unit:
        await complete_enrolment(unit, CompleteEnrolment(enrolment=enrolment))
        row = await queries.enrolment(unit.conn, enrolment)
        session = await queries.session(unit.conn, left_open)
    assert row.status is EnrolmentStatus.COMPLETED
    assert (session.status, session.cancelled_by) == (SessionStatus.CANCELLED, CancelledBy.CENTRE)


async def test_discontinuing_cancels_what_was_planned(store: Store) -> None:
    enrolment = await accepted(store)
    session = await planned(store, enrolment)
    async with store.unit(some_context(MAY)) as unit:
        await discontinue_enrolment(
            unit, DiscontinueEnrolment(enrolment=enrolment, reason=DiscontinuedReason.CONSENT_WITHDRAWN)
        )
        assert (await queries.session(unit.conn, session)).status is SessionStatus.CANCELLED
        assert (await queries.enrolment(unit.conn, enrolment)).end_reason is DiscontinuedReason.CONSENT_WITHDRAWN


async def test_who_decides_on_an_older_version_is_refused_and_nothing_is_written(store: Store) -> None:
    enrolment = await accepted(store)
    with pytest.raises(VersionConflict) as conflict:
        async with store.unit(some_context(MAY)) as unit:
            await record_act(
                unit,
                RecordAct(enrolment=enrolment, seen=1, act_type=ActType.OTHER, channel=ActChannel.GAME),
            )
    assert (conflict.value.seen, conflict.value.current) == (1, 3)
    async with store.read() as conn:
        assert await queries.acts(conn, enrolment) == []


async def test_a_session_cannot_be_planned_while_its_enrolment_is_being_ended(store: Store) -> None:
    enrolment = await accepted(store)
    ended = asyncio.Event()

    async def plan_meanwhile() -> None:
        await ended.wait()
        await planned(store, enrolment)

    meanwhile = asyncio.create_task(plan_meanwhile())
    async with store.unit(some_context(MAY)) as unit:
        await discontinue_enrolment(
            unit, DiscontinueEnrolment(enrolment=enrolment, reason=DiscontinuedReason.MOVED_AWAY)
        )
        ended.set()
        while not await unit.conn.fetchval(
            "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
        ):
            await unit.conn.execute("select pg_stat_clear_snapshot()")
    with pytest.raises(DomainError) as refusal:
        await meanwhile
    assert refusal.value.rule == "sessions_need_acceptance"


@pytest.mark.parametrize(
    "command",
    [
        (record_consent, RecordConsent(enrolment=uuid4(), by=ConsentGiver.YOUTH)),
        (hold_session, HoldSession(session=uuid4(), minutes=50)),
        (accept_referral, AcceptReferral(referral=uuid4())),
    ],
    ids=["enrolment", "session", "referral"],
)
async def test_what_does_not_exist_is_not_found(store: Store, command: tuple[object, object]) -> None:
    run, asked = command
    with pytest.raises(NotFound):
        async with store.unit(some_context(MAY)) as unit:
            await run(unit, asked)  # type: ignore[operator]


async def test_the_caseload_counts_by_state_and_outcome(store: Store) -> None:
    enrolment = await accepted(store)
    await held(store, enrolment, 10)
    await accepted(store)
    async with store.unit(some_context(MAY)) as unit:
        await enrol(unit, registration())
        await miss_session(unit, MissSession(session=await planned(store, enrolment)))
        load = await queries.caseload(unit.conn, MAY.replace(day=1))
    assert (load.active, load.waiting, load.held, load.no_shows, load.cancelled, load.with_ten) == (2, 1, 10, 1, 0, 1)
