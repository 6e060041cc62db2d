"""Victim support hears intake: it notes referrals to itself, and only those."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from ansim.contracts import Envelope, encode, schema_uri, source_of
from ansim.contracts.codes import ReferralTarget
from ansim.contracts.intake import ReferralRequested
from ansim.inbox import Parking, Reaction
from ansim.inbox.messages import Message
from ansim.inbox.reaction import Outcome
from ansim.journal import Store
from ansim.testing.stores import some_context
from ansim.vault import MemoryKeyStore, Vault
from ansim.web.api import Page
from victim_support import queries
from victim_support.reactions import reactor

from .conftest import MAY, asked


def reaction(store: Store) -> Reaction:
    parking = Parking(Vault(MemoryKeyStore(), bytes(range(32)), "victim-support"), "ansim.victim-support.reactions")
    return Reaction("victim-support", reactor, store, parking)


def message(event: ReferralRequested, referral: UUID, offset: int = 0) -> Message:
    """The event as intake's relay would send it: it happened in May 2020 and was recorded a moment ago."""
    envelope = Envelope(
        id=uuid4(),
        source=source_of("intake"),
        type=event.type_name(),
        subject=referral,
        time=MAY,
        recordedtime=datetime.now(UTC),
        dataschema=schema_uri(type(event)),
        sequence=1,
        position=offset + 1,
        correlationid=uuid4(),
        partitionkey=event.person,
        data=event.model_dump(mode="json"),
    )
    return Message("ansim.intake.events.v1", 0, offset, str(event.person).encode(), encode(envelope))


async def test_a_referral_to_us_is_received_at_the_time_it_was_sent(store: Store) -> None:
    referral = uuid4()

    assert await reaction(store).handle(message(asked(), referral)) is Outcome.reacted

    async with store.read(some_context()) as conn:
        row = await queries.referral(conn, referral)
        [event] = await queries.happened_on(conn, "referral", referral)
    assert abs(row.received_at - MAY) < timedelta(minutes=1)
    assert event.causationid is not None
    assert event.actor.role == "system"


async def test_a_referral_to_others_leaves_no_trace(store: Store) -> None:
    await reaction(store).handle(message(asked(ReferralTarget.COUNSELING), uuid4()))

    async with store.read(some_context()) as conn:
        assert await queries.referrals(conn, Page()) == ([], None)
        assert await conn.fetchval("select count(*) from journal") == 0


async def test_the_same_message_twice_is_one_referral(store: Store) -> None:
    once = message(asked(), uuid4())

    assert await reaction(store).handle(once) is Outcome.reacted
    assert await reaction(store).handle(once) is Outcome.duplicate

    async with store.read(some_context()) as conn:
        assert len((await queries.referrals(conn, Page()))[0]) == 1
