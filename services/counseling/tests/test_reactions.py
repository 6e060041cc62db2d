"""What counseling does on hearing intake, through the real inbox on real PostgreSQL."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ansim.contracts.codes import (
    AgeBand,
    ConsentState,
    District,
    EnrolmentSource,
    Gender,
    LegalBasis,
    ReferralTarget,
    SchoolLevel,
    Severity,
)
from ansim.contracts.intake import ReferralRequested, ReferralSentAgain
from ansim.errors import Poison
from ansim.inbox import Message, Outcome
from ansim.runtime import Kit, open_reaction
from ansim.testing.kits import KitFor
from ansim.testing.relayed import relayed
from counseling import queries
from counseling.domain.referral import ReferralStatus
from counseling.service import SERVICE

AGO = timedelta(days=400)


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    return await kit_for(SERVICE)


def request(**changed: object) -> ReferralRequested:
    known: dict[str, object] = {
        "person": uuid4(),
        "report": uuid4(),
        "target": ReferralTarget.COUNSELING,
        "severity": Severity.MEDIUM,
        "harm_types": frozenset(),
        "age_band": AgeBand.AGE_14_16,
        "school_level": SchoolLevel.MIDDLE,
        "gender": Gender.MALE,
        "district": District.MAPO,
        "source": EnrolmentSource.PARENT_REQUEST,
        "legal_basis": LegalBasis.GUARDIAN_CONSENT,
        "consent": ConsentState.GIVEN,
    }
    return ReferralRequested.model_validate(known | changed)


def requested(referral: UUID, **changed: object) -> Message:
    """A referral as intake puts it on its topic, 400 days after it is said to have happened."""
    return relayed(request(**changed), referral, at=datetime.now(UTC) - AGO)


async def journal_size(kit: Kit) -> int:
    async with kit.store.read() as conn:
        size: int = await conn.fetchval("select count(*) from journal")
    return size


async def test_a_referral_to_us_is_received_once_under_a_pseudonym_of_ours(kit: Kit) -> None:
    referral = uuid4()
    message = requested(referral)
    reaction = open_reaction(kit)
    assert await reaction.handle(message) is Outcome.reacted
    assert await reaction.handle(message) is Outcome.duplicate
    assert await journal_size(kit) == 1
    async with kit.store.read() as conn:
        row = await queries.referral(conn, referral)
    assert row.status is ReferralStatus.RECEIVED
    assert row.source is EnrolmentSource.PARENT_REQUEST
    assert str(row.person).encode() != message.key


async def test_the_answer_to_history_stays_history(kit: Kit) -> None:
    referral = uuid4()
    await open_reaction(kit).handle(requested(referral))
    async with kit.store.read() as conn:
        row = await queries.referral(conn, referral)
    assert timedelta(days=399) < datetime.now(UTC) - row.received_at < timedelta(days=401)


@pytest.mark.parametrize("target", [t for t in ReferralTarget if t is not ReferralTarget.COUNSELING])
async def test_a_referral_to_somebody_else_leaves_nothing_here(kit: Kit, target: ReferralTarget) -> None:
    assert await open_reaction(kit).handle(requested(uuid4(), target=target)) is Outcome.reacted
    assert await journal_size(kit) == 0


async def test_a_referral_to_us_without_a_source_is_parked(kit: Kit) -> None:
    with pytest.raises(Poison) as parked:
        await open_reaction(kit).handle(requested(uuid4(), source=None))
    assert parked.value.reason == "refused"
    assert await journal_size(kit) == 0


@pytest.mark.parametrize("lost", [True, False])
async def test_a_referral_that_is_sent_again_twice_is_received_once_whether_or_not_it_was_lost(
    kit: Kit, lost: bool
) -> None:
    referral, first = uuid4(), request()
    again = ReferralSentAgain(person=first.person, target=first.target, request=first)
    reaction = open_reaction(kit)
    if not lost:
        await reaction.handle(relayed(first, referral))
    for sequence in (2, 3):
        assert await reaction.handle(relayed(again, referral, sequence)) is Outcome.reacted
    assert await journal_size(kit) == 1
    async with kit.store.read() as conn:
        assert (await queries.referral(conn, referral)).source is EnrolmentSource.PARENT_REQUEST
