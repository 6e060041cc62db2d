"""After our yes the sender hears of the work; before it, the sender may take the referral back."""

from typing import Any
from uuid import UUID

import pytest

from ansim.contracts.codes import AnsweredBy, CaseOutcome, HoldFor, RejectionReason, SenderEnding
from ansim.errors import DomainError, VersionConflict
from ansim.journal import Store
from ansim.testing.stores import some_context
from victim_support import queries
from victim_support.commands import (
    AcceptReferral,
    CloseCase,
    DeclineAfterAll,
    HoldReferral,
    ResumeReferral,
    accept_referral,
    close_case,
    decline_after_all,
    hold_referral,
    note_taken_back,
    resume_referral,
)
from victim_support.domain.case import CaseState
from victim_support.domain.referral import ReferralState

from .conftest import MAY, planned_case, referred


async def act(store: Store, carry_out: Any, command: Any) -> Any:
    async with store.unit(some_context(MAY)) as unit:
        return await carry_out(unit, command)


async def accepted(store: Store) -> tuple[UUID, UUID]:
    """A referral and its case, without a plan."""
    referral = await referred(store)
    return referral, await act(store, accept_referral, AcceptReferral(referral=referral, name="김가온 (가상)"))


async def referral_of(store: Store, case: UUID) -> UUID:
    async with store.unit(some_context(MAY)) as unit:
        found = (await queries.case(unit.conn, case)).referral
    assert found is not None
    return found


async def told(store: Store, referral: UUID) -> list[str]:
    async with store.unit(some_context(MAY)) as unit:
        return [recorded.event.name for recorded in await unit.timeline("referral", referral)]


async def state_of(store: Store, referral: UUID) -> ReferralState:
    async with store.unit(some_context(MAY)) as unit:
        return (await queries.referral(unit.conn, referral)).state


async def test_a_plan_and_the_end_of_the_case_are_told_to_the_sender(store: Store) -> None:
    case = await planned_case(store)
    referral = await referral_of(store, case)
    assert await told(store, referral) == ["received", "accepted", "in_progress"]
    await act(store, close_case, CloseCase(case=case, outcome=CaseOutcome.GOALS_MET))
    assert await told(store, referral) == ["received", "accepted", "in_progress", "completed"]


async def test_a_hold_says_whose_turn_it_is_until_work_goes_on(store: Store) -> None:
    referral = await referral_of(store, await planned_case(store))
    await act(store, hold_referral, HoldReferral(referral=referral, waiting_for=HoldFor.POLICE))
    async with store.unit(some_context(MAY)) as unit:
        row = await queries.referral(unit.conn, referral)
    assert (row.state, row.hold_for) == (ReferralState.ON_HOLD, HoldFor.POLICE)
    with pytest.raises(DomainError) as refused:
        await act(store, hold_referral, HoldReferral(referral=referral, waiting_for=HoldFor.POLICE))
    assert refused.value.rule == "referral.on_hold_already"
    await act(store, resume_referral, ResumeReferral(referral=referral))
    assert await state_of(store, referral) is ReferralState.IN_PROGRESS
    with pytest.raises(DomainError):
        await act(store, resume_referral, ResumeReferral(referral=referral))


async def test_a_stale_page_puts_nothing_on_hold(store: Store) -> None:
    """Primero #508: the last to press never wins silently."""
    referral = await referral_of(store, await planned_case(store))
    with pytest.raises(VersionConflict):
        await act(store, hold_referral, HoldReferral(referral=referral, seen=2, waiting_for=HoldFor.COURT))


async def test_a_late_no_ends_the_case_and_is_told_in_one_transaction(store: Store) -> None:
    referral, case = await accepted(store)
    late = DeclineAfterAll(referral=referral, reason=RejectionReason.NO_CAPACITY, answered_by=AnsweredBy.PROVIDER)
    await act(store, decline_after_all, late)
    assert await told(store, referral) == ["received", "accepted", "declined_after_acceptance"]
    async with store.unit(some_context(MAY)) as unit:
        row = await queries.case(unit.conn, case)
    assert (row.state, row.outcome) == (CaseState.CLOSED, CaseOutcome.MOVED_ON)


async def test_once_work_has_begun_there_is_no_late_no(store: Store) -> None:
    referral = await referral_of(store, await planned_case(store))
    late = DeclineAfterAll(referral=referral, reason=RejectionReason.NO_CAPACITY, answered_by=AnsweredBy.PROVIDER)
    with pytest.raises(DomainError) as refused:
        await act(store, decline_after_all, late)
    assert refused.value.rule == "referral.work_has_begun"
    assert await state_of(store, referral) is ReferralState.IN_PROGRESS


async def test_a_late_no_is_never_put_into_the_persons_mouth(store: Store) -> None:
    referral, _ = await accepted(store)
    late = DeclineAfterAll(referral=referral, reason=RejectionReason.NO_CAPACITY, answered_by=AnsweredBy.CLIENT)
    with pytest.raises(DomainError) as refused:
        await act(store, decline_after_all, late)
    assert refused.value.rule == "referral.reason_is_the_providers"


@pytest.mark.parametrize("because", list(SenderEnding))
async def test_what_the_sender_took_back_is_offered_no_longer(store: Store, because: SenderEnding) -> None:
    referral = await referred(store)
    for _ in range(2):
        async with store.unit(some_context(MAY)) as unit:
            await note_taken_back(unit, referral, because)
    assert await told(store, referral) == ["received", "taken_back"]
    async with store.unit(some_context(MAY)) as unit:
        assert await queries.waiting_referrals(unit.conn) == []
        assert (await queries.referral(unit.conn, referral)).sender_ending is because
    with pytest.raises(DomainError) as refused:
        await act(store, accept_referral, AcceptReferral(referral=referral, name="김가온 (가상)"))
    assert refused.value.rule == "referral.taken_back"


async def test_what_we_accepted_before_we_heard_of_it_stays_accepted(store: Store) -> None:
    referral, _ = await accepted(store)
    async with store.unit(some_context(MAY)) as unit:
        await note_taken_back(unit, referral, SenderEnding.REVOKED)
    assert await state_of(store, referral) is ReferralState.ACCEPTED
