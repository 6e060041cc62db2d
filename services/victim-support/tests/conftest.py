"""Fixtures of victim support's tests: its real tables, and a person's way through them in one call."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, settings

from ansim.access import seed_demo_staff
from ansim.contracts.codes import (
    AgeBand,
    ConsentBy,
    ConsentContent,
    ConsentPurpose,
    ConsentRecipient,
    ConsentState,
    District,
    Gender,
    HarmType,
    LegalBasis,
    ReferralTarget,
    SchoolLevel,
    Severity,
    SupportItemType,
)
from ansim.contracts.intake import ReferralRequested
from ansim.errors import DomainError, Message
from ansim.journal import Store
from ansim.runtime import Kit
from ansim.testing.kits import ClientFor, KitFor, csrf_token
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import RecordedReads, open_store, some_context
from ansim.web import SEOUL
from victim_support.commands import (
    AcceptReferral,
    AgreePlan,
    AskConsent,
    CheckSafety,
    GiveConsent,
    accept_referral,
    agree_plan,
    ask_consent,
    check_safety,
    give_consent,
    receive_referral,
)
from victim_support.domain.case import Case
from victim_support.domain.consent import Need
from victim_support.projections import projector
from victim_support.service import SERVICE

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

MAY = datetime(2020, 5, 4, 1, 0, tzinfo=UTC)
"""10 in the morning of 4 May 2020 in Seoul."""


def asked(target: ReferralTarget = ReferralTarget.VICTIM_SUPPORT, **changed: object) -> ReferralRequested:
    """What intake says when it refers somebody."""
    known: dict[str, object] = {
        "person": uuid4(),
        "report": uuid4(),
        "target": target,
        "severity": Severity.HIGH,
        "harm_types": frozenset({HarmType.GROOMING, HarmType.THREAT_TO_DISTRIBUTE}),
        "age_band": AgeBand.AGE_14_16,
        "school_level": SchoolLevel.MIDDLE,
        "gender": Gender.FEMALE,
        "district": District.MAPO,
        "legal_basis": LegalBasis.CONSENT,
        "consent": ConsentState.GIVEN,
    }
    return ReferralRequested.model_validate(known | changed)


@pytest.fixture
async def kit(kit_for: KitFor) -> Kit:
    """Victim support with the invented staff of the demo."""
    made = await kit_for(SERVICE)
    await seed_demo_staff(made.store.pool)
    return made


async def signed_in(kit: Kit, client_for: ClientFor, subject: str) -> httpx2.AsyncClient:
    client = await client_for(kit, None, "en")
    client.cookies.update(await kit.access.sign_in_as(subject))
    client.headers["x-csrf-token"] = csrf_token(kit, client)
    return client


@pytest.fixture
async def worker(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await signed_in(kit, client_for, "support-worker")


@pytest.fixture
def reads() -> RecordedReads:
    return RecordedReads()


@pytest.fixture
async def store(service_database: Callable[[str], ServiceDatabase], reads: RecordedReads) -> AsyncIterator[Store]:
    async with open_store(service_database("victim_support").url, "victim-support", projector, reads=reads) as opened:
        yield opened


async def referred(store: Store) -> UUID:
    """A referral that has arrived."""
    referral = uuid4()
    async with store.unit(some_context(MAY, team="support-1")) as unit:
        await receive_referral(unit, referral, asked())
    return referral


async def planned_case(store: Store, *item_types: SupportItemType) -> UUID:
    """A case with a referral, a safety check and a plan."""
    referral = await referred(store)
    async with store.unit(some_context(MAY, team="support-1")) as unit:
        case = await accept_referral(
            unit, AcceptReferral(referral=referral, name="김가온 (가상)", contact="문자 010-0000-0001 (가상)")
        )
        await check_safety(unit, CheckSafety(case=case, immediate_danger=False))
        kinds = item_types or (SupportItemType.LEGAL, SupportItemType.COUNSELLING)
        await agree_plan(unit, AgreePlan(case=case, item_types=frozenset(kinds)))
    return case


async def consented(
    store: Store, case: UUID, purpose: ConsentPurpose, recipient: ConsentRecipient, *content: ConsentContent
) -> UUID:
    """The person's yes for the next month, asked for and given today."""
    async with store.unit(some_context(team="support-1")) as unit:
        asking = AskConsent(case=case, purpose=purpose, recipient=recipient, asked_of=ConsentBy.PERSON)
        consent = await ask_consent(unit, asking)
        until = (datetime.now(UTC) + timedelta(days=30)).astimezone(SEOUL).date()
        await give_consent(unit, GiveConsent(consent=consent, content=frozenset(content), until=until))
    return consent


async def agreed_to_deletion(store: Store, case: UUID) -> dict[ConsentRecipient, UUID]:
    """Platforms and the regulator may know the addresses: the consents by who is told."""
    return {
        recipient: await consented(store, case, ConsentPurpose.DELETION, recipient, ConsentContent.POST_ADDRESSES)
        for recipient in (ConsentRecipient.PLATFORMS, ConsentRecipient.REGULATOR)
    }


def case_of(age: AgeBand = AgeBand.AGE_19_24, **known: object) -> Case:
    return Case(
        person=uuid4(),
        referral=None,
        age_band=age,
        harm_types=frozenset({HarmType.GROOMING}),
        **known,  # type: ignore[arg-type]
    )


def need_of(purpose: ConsentPurpose, recipient: ConsentRecipient, *content: ConsentContent) -> Need:
    return Need(purpose, recipient, frozenset(content), Message("Ask first."))


def refusal(call: object) -> str:
    with pytest.raises(DomainError) as refused:
        call()  # type: ignore[operator]
    return refused.value.rule


def in_days(days: int) -> str:
    return str(some_context().at.astimezone(SEOUL).date() + timedelta(days=days))
