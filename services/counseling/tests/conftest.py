"""Fixtures of counseling's tests: its real tables, and an enrolment's way through them in one call."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings

from ansim.contracts.codes import AgeBand, ConsentGiver, District, EnrolmentSource, Gender, SchoolLevel
from ansim.journal import Store
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import RecordedReads, open_store, some_context
from counseling.commands import (
    AcceptEnrolment,
    Enrol,
    ReceiveReferral,
    RecordConsent,
    accept_enrolment,
    enrol,
    receive_referral,
    record_consent,
)
from counseling.projections import PROJECTOR
from counseling.sessions import HoldSession, ScheduleSession, hold_session, schedule_session

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

MAY = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
"""10 in the morning of 4 May 2026 in Seoul."""


@pytest.fixture
def reads() -> RecordedReads:
    return RecordedReads()


@pytest.fixture
async def store(service_database: Callable[[str], ServiceDatabase], reads: RecordedReads) -> AsyncIterator[Store]:
    async with open_store(service_database("counseling").url, "counseling", PROJECTOR, reads=reads) as opened:
        yield opened


def registration(**changed: object) -> Enrol:
    known: dict[str, object] = {
        "source": EnrolmentSource.SCHOOL_COMMITTEE_ORDER,
        "age_band": AgeBand.AGE_14_16,
        "school_level": SchoolLevel.MIDDLE,
        "gender": Gender.MALE,
        "district": District.MAPO,
        "name": "김가람 (가상)",
        "guardian": "김나래 (가상)",
        "school": "견본중학교 (가상)",
    }
    return Enrol.model_validate(known | changed)


async def received(store: Store) -> UUID:
    """A referral that has arrived."""
    referral = uuid4()
    async with store.unit(some_context(MAY)) as unit:
        await receive_referral(
            unit,
            ReceiveReferral(
                id=referral,
                source=EnrolmentSource.TEACHER_REQUEST,
                age_band=AgeBand.AGE_17_18,
                school_level=SchoolLevel.HIGH,
                gender=Gender.FEMALE,
                district=District.NOWON,
            ),
        )
    return referral


async def accepted(store: Store, **changed: object) -> UUID:
    """An active enrolment."""
    async with store.unit(some_context(MAY)) as unit:
        enrolment = await enrol(unit, registration(**changed))
        await record_consent(unit, RecordConsent(enrolment=enrolment, by=ConsentGiver.YOUTH))
        await accept_enrolment(
            unit,
            AcceptEnrolment(enrolment=enrolment, age_band=AgeBand.AGE_14_16, school_level=SchoolLevel.MIDDLE),
        )
    return enrolment


async def planned(store: Store, enrolment: UUID, starts_at: datetime = MAY) -> UUID:
    async with store.unit(some_context(MAY)) as unit:
        return await schedule_session(unit, ScheduleSession(enrolment=enrolment, starts_at=starts_at))


async def held(store: Store, enrolment: UUID, times: int) -> None:
    for _ in range(times):
        session = await planned(store, enrolment)
        async with store.unit(some_context(MAY)) as unit:
            await hold_session(unit, HoldSession(session=session, minutes=50))
