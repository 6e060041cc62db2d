"""The loop that fetches what was accepted: each hand-over by itself, none lost, none twice in effect."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from ansim.access import ServiceCalls
from ansim.contracts.codes import HandOverPart
from ansim.contracts.handover import (
    ALREADY_CONFIRMED,
    NOT_ACCEPTED_YET,
    NOT_IN_FORCE,
    NOTHING_SHARED,
    HandedOver,
    handover_path,
)
from ansim.errors import NotFound, Retriable
from ansim.handover import Fetcher, HandOverCall, HandOvers, Pending, Refusal, Waiting
from ansim.handover.fetcher import LOCK_KEY
from ansim.journal import Store, Unit
from ansim.relay import Leader
from ansim.telemetry import Metrics
from ansim.testing.servers import ServiceDatabase
from ansim.testing.stores import open_store

ARRIVED = HandedOver(parts=frozenset({HandOverPart.NARRATIVE}), narrative="(가상) 표지어")
Answer = HandedOver | Refusal | Waiting


@dataclass
class FakeCall:
    """The sender's twin: answers by dataref, or is away."""

    answers: dict[UUID, Answer] = field(default_factory=dict)
    away: bool = False
    asked: list[UUID] = field(default_factory=list)

    async def ask(self, dataref: UUID, correlationid: UUID) -> Answer:
        self.asked.append(dataref)
        if self.away:
            raise Retriable("intake is away")
        return self.answers.get(dataref, ARRIVED)

    async def close(self) -> None:
        return


@dataclass
class Desk:
    """A service's own record: pending until something was kept for it."""

    pending: list[Pending] = field(default_factory=list)
    kept: list[tuple[UUID, HandedOver | Refusal]] = field(default_factory=list)
    at: list[datetime] = field(default_factory=list)
    breaks: set[UUID] = field(default_factory=set)

    def asks(self, **changed: timedelta) -> Pending:
        self.pending.append(Pending(uuid4(), uuid4(), **changed))
        return self.pending[-1]

    async def find(self, conn: asyncpg.Connection, limit: int) -> tuple[Sequence[Pending], int]:
        settled = {referral for referral, _ in self.kept}
        open_ones = [each for each in self.pending if each.referral not in settled]
        return open_ones[:limit], len(open_ones)

    async def keep(self, unit: Unit, referral: UUID, answer: HandedOver | Refusal) -> None:
        if referral in self.breaks:
            raise NotFound("referral", referral)
        self.kept.append((referral, answer))
        self.at.append(unit.context.at)

    @property
    def hand_overs(self) -> HandOvers:
        return HandOvers("intake", self.find, self.keep)


@pytest.fixture
def database(service_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return service_database("victim_support")


@pytest.fixture
async def store(database: ServiceDatabase) -> AsyncIterator[Store]:
    async with open_store(database.url, "victim-support") as opened:
        yield opened


@dataclass
class Round:
    desk: Desk
    call: FakeCall
    metrics: Metrics
    fetcher: Fetcher

    def counted(self, outcome: str) -> bool:
        line = f'handover_fetches_total{{outcome="{outcome}",service="victim-support"}}'
        return any(line in text for text in self.metrics.render().decode().splitlines())


@pytest.fixture
async def round_of(store: Store, database: ServiceDatabase) -> AsyncIterator[Round]:
    desk, call, metrics = Desk(), FakeCall(), Metrics("victim-support")
    leader = Leader(database.url, LOCK_KEY)
    yield Round(desk, call, metrics, Fetcher("victim-support", desk.hand_overs, store, leader, call, metrics))
    await leader.release()


async def test_what_is_pending_is_fetched_and_kept_once(round_of: Round) -> None:
    asked = [round_of.desk.asks() for _ in range(3)]

    assert await round_of.fetcher.fetch_pending() == 3
    assert await round_of.fetcher.fetch_pending() == 0

    assert round_of.desk.kept == [(each.referral, ARRIVED) for each in asked]
    assert round_of.call.asked == [each.dataref for each in asked]


async def test_one_hand_over_that_fails_never_keeps_the_others_waiting(round_of: Round) -> None:
    """SORMAS #906: failure per item, never per batch."""
    desk, call = round_of.desk, round_of.call
    odd, broken, good = desk.asks(), desk.asks(), desk.asks()
    call.answers[odd.dataref] = Waiting.SENDER_FAILED
    desk.breaks.add(broken.referral)

    assert await round_of.fetcher.fetch_pending() == 1
    assert desk.kept == [(good.referral, ARRIVED)]

    later = desk.asks()
    assert await round_of.fetcher.fetch_pending() == 1, "those that failed rest, and new ones go on"
    assert desk.kept[-1] == (later.referral, ARRIVED)
    assert call.asked.count(odd.dataref) == call.asked.count(broken.dataref) == 1


async def test_while_the_sender_is_away_nothing_is_lost_and_nobody_rests(round_of: Round) -> None:
    asked = [round_of.desk.asks() for _ in range(3)]
    round_of.call.away = True

    with pytest.raises(Retriable):
        await round_of.fetcher.fetch_pending()
    assert round_of.desk.kept == []
    assert round_of.call.asked == [asked[0].dataref], "one that is away is away for all: it is asked once a round"

    round_of.call.away = False
    assert await round_of.fetcher.fetch_pending() == 3


@pytest.mark.parametrize("answer", [Refusal.REFUSED, HandedOver(erased=True)])
async def test_a_refusal_and_an_erasure_settle_it_too(round_of: Round, answer: HandedOver | Refusal) -> None:
    asked = round_of.desk.asks()
    round_of.call.answers[asked.dataref] = answer

    assert await round_of.fetcher.fetch_pending() == 1
    assert round_of.desk.kept == [(asked.referral, answer)]


async def test_what_follows_from_history_is_as_far_back_in_time(round_of: Round) -> None:
    round_of.desk.asks(backdated=timedelta(days=700))
    await round_of.fetcher.fetch_pending()
    assert abs(datetime.now(UTC) - timedelta(days=700) - round_of.desk.at[0]) < timedelta(minutes=1)


async def test_what_waits_and_what_became_of_it_are_measured(round_of: Round) -> None:
    odd = round_of.desk.asks()
    round_of.desk.asks()
    round_of.call.answers[odd.dataref] = Waiting.NOT_ACCEPTED_YET
    await round_of.fetcher.fetch_pending()

    assert 'ansim_handovers_pending{service="victim-support"} 2.0' in round_of.metrics.render().decode()
    assert round_of.metrics.render().decode().count("ansim_handover_fetches_total{") == 2


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0.02)


async def test_one_process_fetches_and_another_takes_over_when_it_ends(
    store: Store, database: ServiceDatabase, round_of: Round
) -> None:
    desk, stopping = round_of.desk, (asyncio.Event(), asyncio.Event())
    calls = (round_of.call, FakeCall())
    other = Fetcher(
        "victim-support", desk.hand_overs, store, Leader(database.url, LOCK_KEY), calls[1], Metrics("victim-support")
    )
    desk.asks()
    first = asyncio.create_task(round_of.fetcher.run(stopping[0]))
    await until(lambda: len(desk.kept) == 1)
    second = asyncio.create_task(other.run(stopping[1]))
    desk.asks()
    await until(lambda: len(desk.kept) == 2)
    assert calls[1].asked == []

    stopping[0].set()
    await first
    desk.asks()
    await until(lambda: len(desk.kept) == 3)
    assert len(calls[1].asked) == 1
    stopping[1].set()
    await second


def problem(status: int, kind: str) -> httpx2.Response:
    return httpx2.Response(
        status, json={"type": f"/problems/{kind}"}, headers={"content-type": "application/problem+json"}
    )


Answering = Callable[[httpx2.Response | Exception], Awaitable[Answer]]


@pytest.fixture
def answering(database: ServiceDatabase) -> Answering:
    """What the call makes of an answer, or of a network that fails."""

    async def ask(answer: httpx2.Response | Exception) -> Answer:
        def respond(request: httpx2.Request) -> httpx2.Response:
            assert request.url.path == handover_path(DATAREF)
            assert request.headers["authorization"].startswith("Bearer ey")
            assert request.headers["x-correlation-id"] == str(CORRELATION)
            if isinstance(answer, Exception):
                raise answer
            return answer

        async with asyncpg.create_pool(database.url, min_size=0) as pool:
            calls = ServiceCalls(bytes(range(32)), "victim-support", pool)
            http = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
            call = HandOverCall(calls, "intake", "http://127.0.0.1:1/", http)
            try:
                return await call.ask(DATAREF, CORRELATION)
            finally:
                await call.close()

    return ask


DATAREF, CORRELATION = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx2.Response(200, content=ARRIVED.model_dump_json()), ARRIVED),
        (httpx2.Response(200, content=HandedOver(erased=True).model_dump_json()), HandedOver(erased=True)),
        (problem(422, f"rule/{NOT_ACCEPTED_YET}"), Waiting.NOT_ACCEPTED_YET),
        (problem(422, f"rule/{NOT_IN_FORCE}"), Refusal.REFUSED),
        (problem(422, f"rule/{ALREADY_CONFIRMED}"), Refusal.REFUSED),
        (problem(422, f"rule/{NOTHING_SHARED}"), Refusal.REFUSED),
        (problem(404, "not-found"), Refusal.REFUSED),
        (httpx2.Response(404, text="<h1>not here</h1>"), Waiting.NOT_UNDERSTOOD),
        (httpx2.Response(302, headers={"location": "http://elsewhere.invalid"}), Waiting.NOT_UNDERSTOOD),
        (httpx2.Response(200, text="<h1>maintenance</h1>"), Waiting.NOT_UNDERSTOOD),
        (httpx2.Response(200, json={"parts": ["photograph"]}), Waiting.NOT_UNDERSTOOD),
        (httpx2.Response(200, content=b" " * 300_000 + b"{}"), Waiting.NOT_UNDERSTOOD),
        (problem(401, "sign-in"), Waiting.TOKEN_REFUSED),
        (problem(500, "internal"), Waiting.SENDER_FAILED),
        (problem(429, "too-many"), Waiting.NOT_UNDERSTOOD),
    ],
)
async def test_only_the_senders_own_word_settles_a_hand_over(
    answering: Answering, answer: httpx2.Response, meaning: Answer
) -> None:
    assert await answering(answer) == meaning


@pytest.mark.parametrize(
    "answer", [httpx2.ConnectError("refused"), httpx2.ReadTimeout("late"), problem(503, "away"), httpx2.Response(502)]
)
async def test_a_sender_that_cannot_be_reached_is_away(
    answering: Answering, answer: httpx2.Response | Exception
) -> None:
    with pytest.raises(Retriable):
        await answering(answer)
