"""What a person told intake arrives with the accepted referral, is kept once, and is told to staff as it is."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansim.access import Role
from ansim.contracts import Event
from ansim.contracts.codes import (
    AgeBand,
    District,
    Gender,
    HandOverGap,
    HandOverPart,
    HarmType,
    Severity,
)
from ansim.contracts.handover import HandedOver
from ansim.contracts.victim_support import ReferralAccepted, ReferralDataMissing, ReferralDataReceived, ReferralReceived
from ansim.errors import Retriable, VersionConflict
from ansim.handover import Fetcher, Refusal, Waiting
from ansim.journal import Store
from ansim.relay import Leader
from ansim.runtime import Kit
from ansim.telemetry import Metrics
from ansim.testing.kits import ClientFor, client_for, kit_for
from ansim.testing.stores import some_context
from victim_support import queries
from victim_support.commands import AcceptReferral, accept_referral, keep_told_before, receive_referral
from victim_support.domain import referral as referrals
from victim_support.service import SERVICE

from .conftest import asked

__all__ = ["client_for", "kit_for"]

BOTH = frozenset(HandOverPart)
TOLD = HandedOver(parts=BOTH, narrative="(가상) 표지어-자작나무\n둘째 줄", contact="(가상) 표지어-소나무")


@dataclass
class Intake:
    """The sender's twin."""

    answer: HandedOver | Refusal | Waiting = TOLD
    away: bool = False
    asked: list[UUID] = field(default_factory=list)

    async def ask(self, dataref: UUID, correlationid: UUID) -> HandedOver | Refusal | Waiting:
        self.asked.append(dataref)
        if self.away:
            raise Retriable("intake is away")
        return self.answer

    async def close(self) -> None:
        return


@pytest.fixture
async def worker(kit: Kit, client_for: ClientFor) -> httpx2.AsyncClient:
    return await client_for(kit, Role.support_worker)


@pytest.fixture
def intake() -> Intake:
    return Intake()


def fetcher_of(kit: Kit, intake: Intake) -> Fetcher:
    assert SERVICE.hand_overs is not None
    leader = Leader(kit.settings.database_url.get_secret_value())
    return Fetcher("victim-support", SERVICE.hand_overs, kit.store, leader, intake, Metrics("victim-support"))


@pytest.fixture
def fetcher(kit: Kit, intake: Intake) -> Fetcher:
    return fetcher_of(kit, intake)


async def accepted(store: Store, *, shares: bool = True, at: datetime | None = None) -> tuple[UUID, UUID]:
    """A referral that hands something over, accepted. Returns its id and the case's."""
    referral = uuid4()
    request = asked(shares=BOTH, dataref=referral) if shares else asked()
    async with store.unit(some_context(at, team="support-1")) as unit:
        await receive_referral(unit, referral, request)
        case = await accept_referral(unit, AcceptReferral(referral=referral, name="김가온 (가상)"))
    return referral, case


async def types_on(kit: Kit, referral: UUID) -> list[str]:
    async with kit.store.read(some_context()) as conn:
        events = await queries.happened_on(conn, "referral", referral)
    return [event.event.name for event in reversed(events)]


async def test_what_was_told_arrives_once_and_under_our_own_key(kit: Kit, fetcher: Fetcher, intake: Intake) -> None:
    referral, case = await accepted(kit.store)

    assert await fetcher.fetch_pending() == 1
    assert await fetcher.fetch_pending() == 0

    assert intake.asked == [referral]
    assert await types_on(kit, referral) == ["received", "accepted", "data_received"]
    async with kit.store.unit(some_context()) as unit:
        told = await queries.told_before(unit.conn, case)
        assert told is not None
        assert told.state is queries.ToldState.ARRIVED
        assert told.data_event is not None
        assert await unit.open_sealed_of(told.data_event) == {"narrative": TOLD.narrative, "contact": TOLD.contact}


async def test_nothing_is_fetched_before_the_acceptance_or_where_nothing_is_shared(
    kit: Kit, fetcher: Fetcher, intake: Intake
) -> None:
    referral = uuid4()
    async with kit.store.unit(some_context()) as unit:
        await receive_referral(unit, referral, asked(shares=BOTH, dataref=referral))
    await accepted(kit.store, shares=False)

    assert await fetcher.fetch_pending() == 0
    assert intake.asked == []


async def test_intake_away_for_a_while_loses_nothing(kit: Kit, fetcher: Fetcher, intake: Intake) -> None:
    referral, _ = await accepted(kit.store)
    intake.away = True
    for _ in range(3):
        with pytest.raises(Retriable):
            await fetcher.fetch_pending()
    assert await types_on(kit, referral) == ["received", "accepted"]

    intake.away = False
    assert await fetcher.fetch_pending() == 1
    assert await types_on(kit, referral) == ["received", "accepted", "data_received"]


async def test_a_process_that_dies_between_answer_and_commit_has_no_effect_and_asks_again(
    kit: Kit, intake: Intake
) -> None:
    referral, _ = await accepted(kit.store)

    async def died() -> None:
        async with kit.store.unit(some_context()) as unit:
            await keep_told_before(unit, referral, TOLD)
            raise ConnectionResetError

    with pytest.raises((ConnectionResetError, Retriable)):
        await died()
    assert await types_on(kit, referral) == ["received", "accepted"]

    assert await fetcher_of(kit, intake).fetch_pending() == 1
    assert await types_on(kit, referral) == ["received", "accepted", "data_received"]


async def test_two_processes_that_both_have_the_answer_keep_it_once(kit: Kit) -> None:
    referral, _ = await accepted(kit.store)

    async def keep() -> None:
        async with kit.store.unit(some_context()) as unit:
            await keep_told_before(unit, referral, TOLD)

    results = await asyncio.gather(*(keep() for _ in range(4)), return_exceptions=True)

    assert all(result is None or isinstance(result, VersionConflict) for result in results)
    assert (await types_on(kit, referral)).count("data_received") == 1


@pytest.mark.parametrize(
    ("answer", "gap", "words"),
    [
        (HandedOver(erased=True), HandOverGap.ERASED, "오기 전에 접수에서 지워짐"),
        (Refusal.REFUSED, HandOverGap.REFUSED, "접수가 넘겨주지 않음"),
    ],
)
async def test_what_is_erased_or_refused_is_said_as_that(
    kit: Kit,
    fetcher: Fetcher,
    intake: Intake,
    worker: httpx2.AsyncClient,
    answer: HandedOver | Refusal,
    gap: HandOverGap,
    words: str,
) -> None:
    referral, case = await accepted(kit.store)
    intake.answer = answer
    await fetcher.fetch_pending()

    async with kit.store.read(some_context()) as conn:
        (last, *_) = await queries.happened_on(conn, "referral", referral)
    assert isinstance(last.event, ReferralDataMissing)
    assert last.event.reason is gap
    assert words in (await worker.get(f"/cases/{case}")).text


async def test_a_person_erased_here_meanwhile_has_nothing_sealed_again(kit: Kit, fetcher: Fetcher) -> None:
    referral, case = await accepted(kit.store)
    async with kit.store.read(some_context()) as conn:
        person = (await queries.case(conn, case)).person
    await kit.vault.destroy(person)

    assert await fetcher.fetch_pending() == 1
    assert await types_on(kit, referral) == ["received", "accepted", "data_missing"]


async def test_staff_see_asked_then_arrived_and_the_words_only_when_they_open_them(
    kit: Kit, fetcher: Fetcher, worker: httpx2.AsyncClient
) -> None:
    """Nobody is asked twice: what intake heard stands on the case."""
    _, case = await accepted(kit.store)
    assert "아직 오지 않음" in (await worker.get(f"/cases/{case}")).text
    await fetcher.fetch_pending()

    closed, opened = (await worker.get(f"/cases/{case}")).text, (await worker.get(f"/cases/{case}/person")).text

    assert "도착함" in closed
    assert "표지어" not in closed
    assert "표지어-자작나무<br>둘째 줄" in opened
    assert "표지어-소나무" in opened
    async with kit.store.read(some_context()) as conn:
        looks = await conn.fetch("select what from access_record where action = 'read' and actor <> 'test-staff'")
    assert [row["what"] for row in looks].count("referral.data_received") == 1


async def test_a_program_reads_it_too_and_a_case_without_it_says_404(
    kit: Kit, fetcher: Fetcher, worker: httpx2.AsyncClient
) -> None:
    _, case = await accepted(kit.store)
    _, without = await accepted(kit.store, shares=False)
    before = (await worker.get(f"/api/v1/cases/{case}/told-before")).json()
    await fetcher.fetch_pending()
    after = (await worker.get(f"/api/v1/cases/{case}/told-before")).json()

    assert (before["state"], before["narrative"]) == ("asked", None)
    assert (after["state"], after["narrative"], after["contact"]) == ("arrived", TOLD.narrative, TOLD.contact)
    assert (await worker.get(f"/api/v1/cases/{without}/told-before")).status_code == 404


async def test_a_supervisor_reads_it_by_the_custodians_decision_only(
    kit: Kit, fetcher: Fetcher, client_for: ClientFor
) -> None:
    """It names the person as surely as the name does: no way round the custodian."""
    _, case = await accepted(kit.store)
    await fetcher.fetch_pending()
    supervisor = await client_for(kit, Role.supervisor)

    for path in (f"/api/v1/cases/{case}/told-before", f"/cases/{case}", f"/cases/{case}/person"):
        answer = await supervisor.get(path)
        assert "표지어" not in answer.text, path
    assert (await supervisor.get(f"/api/v1/cases/{case}/told-before")).status_code == 403


async def test_what_arrives_does_not_stop_somebody_who_works_on_the_case(
    kit: Kit, fetcher: Fetcher, worker: httpx2.AsyncClient
) -> None:
    """It comes seconds after the acceptance: the version of the case that a worker saw must stay good."""
    _, case = await accepted(kit.store)
    etag = (await worker.get(f"/api/v1/cases/{case}")).headers["etag"]
    await fetcher.fetch_pending()
    assert (await worker.get(f"/api/v1/cases/{case}")).headers["etag"] == etag


async def test_the_answer_to_a_backdated_acceptance_is_as_far_back(kit: Kit, fetcher: Fetcher) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=2_000)
    _, case = await accepted(kit.store, at=long_ago)
    await fetcher.fetch_pending()
    async with kit.store.read(some_context()) as conn:
        told = await queries.told_before(conn, case)
    assert told is not None
    assert told.settled_at is not None
    assert timedelta(0) <= told.settled_at - long_ago < timedelta(minutes=2)


ANSWERS = st.lists(
    st.sampled_from(["arrived", "arrived_empty", "erased", "refused"]),
    min_size=1,
    max_size=6,
)


@given(ANSWERS)
def test_whatever_is_answered_and_however_often_the_first_answer_stands(answers: list[str]) -> None:
    person, referral, case = uuid4(), uuid4(), uuid4()
    received = ReferralReceived(
        person=person,
        referral=referral,
        severity=Severity.HIGH,
        harm_types=frozenset({HarmType.GROOMING}),
        age_band=AgeBand.UNKNOWN,
        gender=Gender.UNKNOWN,
        district=District.UNKNOWN,
        dataref=referral,
    )
    state = referrals.evolve(None, received)
    state = referrals.evolve(state, ReferralAccepted(person=person, referral=referral, case=case))
    told: list[Event] = []
    for answer in answers:
        match answer:
            case "arrived":
                events = referrals.receive_data(state, BOTH)
            case "arrived_empty":
                events = referrals.receive_data(state, frozenset())
            case _:
                events = referrals.miss_data(state, erased=answer == "erased")
        for event in events:
            state = referrals.evolve(state, event)
        told += events
    assert len(told) == 1
    assert isinstance(told[0], ReferralDataReceived) == answers[0].startswith("arrived")
