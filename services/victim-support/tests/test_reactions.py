"""Victim support hears intake: it notes referrals to itself, and only those."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ansim.contracts.codes import ReferralTarget
from ansim.contracts.intake import ReferralEscalated, ReferralRequested, ReferralSentAgain
from ansim.errors import ParkReason, Poison
from ansim.inbox import Parking, Reaction, replay_stream
from ansim.inbox.reaction import Outcome
from ansim.journal import Store
from ansim.testing.relayed import relayed
from ansim.testing.stores import some_context
from ansim.vault import MemoryKeyStore, Vault
from ansim.web.api import Page
from victim_support import queries
from victim_support.reactions import reactor

from .conftest import MAY, asked


def reaction(store: Store) -> Reaction:
    parking = Parking(Vault(MemoryKeyStore(), bytes(range(32)), "victim-support"), "ansim.victim-support.reactions")
    return Reaction("victim-support", reactor, store, parking)


async def test_a_referral_to_us_is_received_at_the_time_it_was_sent(store: Store) -> None:
    referral = uuid4()

    assert await reaction(store).handle(relayed(asked(), referral, at=MAY)) is Outcome.reacted

    async with store.read(some_context()) as conn:
        row = await queries.referral(conn, referral)
        [event] = await queries.happened_on(conn, "referral", referral)
    assert abs(row.received_at - MAY) < timedelta(minutes=1)
    assert event.causationid is not None
    assert event.actor.role == "system"


async def test_a_referral_to_others_leaves_no_trace(store: Store) -> None:
    await reaction(store).handle(relayed(asked(ReferralTarget.COUNSELING), uuid4()))

    async with store.read(some_context()) as conn:
        assert await queries.referrals(conn, Page()) == ([], None)
        assert await conn.fetchval("select count(*) from journal") == 0


async def test_the_same_message_twice_is_one_referral(store: Store) -> None:
    once = relayed(asked(), uuid4())

    assert await reaction(store).handle(once) is Outcome.reacted
    assert await reaction(store).handle(once) is Outcome.duplicate

    async with store.read(some_context()) as conn:
        assert len((await queries.referrals(conn, Page()))[0]) == 1


def sent_again(asked_before: ReferralRequested) -> ReferralSentAgain:
    return ReferralSentAgain(person=asked_before.person, target=asked_before.target, request=asked_before)


async def received(store: Store) -> list[UUID]:
    async with store.read(some_context()) as conn:
        told = await conn.fetchval("select count(*) from journal where type like '%referral.received%'")
        rows = [row.referral for row in (await queries.referrals(conn, Page()))[0]]
    assert told == len(rows)
    return rows


async def test_what_was_lost_on_the_way_is_received_once_when_it_is_sent_again(store: Store) -> None:
    referral, request = uuid4(), asked()

    for sequence in (2, 3):
        again = relayed(sent_again(request), referral, sequence)
        assert await reaction(store).handle(again) is Outcome.reacted

    assert await received(store) == [referral]
    assert await reaction(store).handle(relayed(request, referral)) is Outcome.duplicate, "the lost one turned up"
    assert await received(store) == [referral]


async def test_what_is_here_already_is_not_received_a_second_time(store: Store) -> None:
    referral, request = uuid4(), asked()
    await reaction(store).handle(relayed(request, referral))
    async with store.read(some_context()) as conn:
        before = await queries.referral(conn, referral)

    for sequence in (2, 3):
        await reaction(store).handle(relayed(sent_again(request), referral, sequence))

    assert await received(store) == [referral]
    async with store.read(some_context()) as conn:
        assert await queries.referral(conn, referral) == before


async def test_a_request_that_was_parked_holds_nothing_up_once_it_was_sent_again(store: Store) -> None:
    referral, request = uuid4(), asked()
    here, lost = reaction(store), relayed(request, referral)
    await here.park(lost, ParkReason.failed, "RuntimeError", 3)

    assert await here.handle(relayed(sent_again(request), referral, 2)) is Outcome.reacted
    later = relayed(ReferralEscalated(person=request.person, target=request.target), referral, 3)
    assert await here.handle(later) is Outcome.reacted

    assert await received(store) == [referral]
    async with store.read(some_context()) as conn:
        [parked] = await here.parking.rows(conn)
    assert [each.outcome for each in await replay_stream(here, parked.id, dry_run=False)] == [Outcome.duplicate]
    assert await received(store) == [referral]


async def test_one_that_was_sent_again_without_the_request_waits_for_what_is_missing(store: Store) -> None:
    """As it was published first: it says nothing that a receiver could begin with."""
    bare = ReferralSentAgain(person=uuid4(), target=ReferralTarget.VICTIM_SUPPORT)

    with pytest.raises(Poison) as parked:
        await reaction(store).handle(relayed(bare, uuid4(), 2))

    assert parked.value.reason is ParkReason.sequence_gap


async def test_one_that_was_sent_again_to_others_leaves_no_trace(store: Store) -> None:
    await reaction(store).handle(relayed(sent_again(asked(ReferralTarget.COUNSELING)), uuid4(), 2))

    assert await received(store) == []
