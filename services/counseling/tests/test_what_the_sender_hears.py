"""After its referral was accepted, the sender hears facts with their dates; before that, it may take the referral back."""

import json
from uuid import UUID

import pytest

from ansim.contracts.codes import (
    AgeBand,
    ConsentGiver,
    DeclineReason,
    DiscontinuedReason,
    SchoolLevel,
    SenderEnding,
)
from ansim.errors import DomainError
from ansim.journal import Store
from ansim.testing.stores import some_context
from counseling import queries
from counseling.commands import (
    AcceptEnrolment,
    AcceptReferral,
    DeclineEnrolment,
    DiscontinueEnrolment,
    RecordConsent,
    accept_enrolment,
    accept_referral,
    decline_enrolment,
    record_consent,
)
from counseling.domain.referral import ReferralStatus
from counseling.progress import note_taken_back
from counseling.sessions import CompleteEnrolment, complete_enrolment, discontinue_enrolment

from .conftest import MAY, held, received


async def taken_on(store: Store, referral: UUID) -> UUID:
    """The referral's enrolment, not yet accepted into the programme."""
    async with store.unit(some_context(MAY)) as unit:
        return await accept_referral(unit, AcceptReferral(referral=referral, name="김가람 (가상)"))


async def in_programme(store: Store, referral: UUID) -> UUID:
    enrolment = await taken_on(store, referral)
    async with store.unit(some_context(MAY)) as unit:
        await record_consent(unit, RecordConsent(enrolment=enrolment, by=ConsentGiver.YOUTH))
        entry = AcceptEnrolment(enrolment=enrolment, age_band=AgeBand.AGE_17_18, school_level=SchoolLevel.HIGH)
        await accept_enrolment(unit, entry)
    return enrolment


async def told(store: Store, referral: UUID) -> list[str]:
    """What the stream that the sender hears holds, in order, each as its name."""
    async with store.unit(some_context(MAY)) as unit:
        return [recorded.event.name for recorded in await unit.timeline("referral", referral)]


async def test_the_completion_notice_carries_the_fact_and_no_content(store: Store) -> None:
    referral = await received(store)
    enrolment = await in_programme(store, referral)
    await held(store, enrolment, 10)
    async with store.unit(some_context(MAY)) as unit:
        await complete_enrolment(unit, CompleteEnrolment(enrolment=enrolment))
    assert await told(store, referral) == ["received", "accepted", "in_progress", "completed"]
    async with store.read() as conn:
        row = await queries.referral(conn, referral)
        payload = await conn.fetchval(
            "select payload from journal where aggregateid = $1 order by version desc limit 1", referral
        )
    assert row.status is ReferralStatus.COMPLETED
    assert set(json.loads(payload) if isinstance(payload, str) else payload) == {"person", "referral"}


async def test_an_early_end_is_told_as_that_and_without_its_reason(store: Store) -> None:
    referral = await received(store)
    enrolment = await in_programme(store, referral)
    async with store.unit(some_context(MAY)) as unit:
        early = DiscontinueEnrolment(enrolment=enrolment, reason=DiscontinuedReason.ABSENT)
        await discontinue_enrolment(unit, early)
    assert (await told(store, referral))[-1] == "failed"


@pytest.mark.parametrize("why", list(DeclineReason))
async def test_a_youth_who_does_not_enter_after_all_comes_back_to_the_sender(store: Store, why: DeclineReason) -> None:
    referral = await received(store)
    enrolment = await taken_on(store, referral)
    async with store.unit(some_context(MAY)) as unit:
        await decline_enrolment(unit, DeclineEnrolment(enrolment=enrolment, reason=why))
    async with store.read() as conn:
        row = await queries.referral(conn, referral)
    assert row.status is ReferralStatus.DECLINED_AFTER_ACCEPTANCE
    assert (row.answered_by == "client") == (why is DeclineReason.CONSENT_REFUSED)


@pytest.mark.parametrize("because", list(SenderEnding))
async def test_what_the_sender_took_back_is_offered_no_longer(store: Store, because: SenderEnding) -> None:
    referral = await received(store)
    async with store.unit(some_context(MAY)) as unit:
        await note_taken_back(unit, referral, because)
        await note_taken_back(unit, referral, because)
    assert await told(store, referral) == ["received", "taken_back"]
    async with store.read() as conn:
        assert await queries.referrals_waiting(conn) == []
    with pytest.raises(DomainError) as refused:
        await taken_on(store, referral)
    assert refused.value.rule == "referral_taken_back"


async def test_what_we_accepted_before_we_heard_of_it_stays_accepted(store: Store) -> None:
    referral = await received(store)
    await taken_on(store, referral)
    async with store.unit(some_context(MAY)) as unit:
        await note_taken_back(unit, referral, SenderEnding.REVOKED)
    assert await told(store, referral) == ["received", "accepted"]
