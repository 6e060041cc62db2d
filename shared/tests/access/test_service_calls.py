"""A call between services is good once, for one receiver, for less than a minute."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.requests import Request

from ansim.access import CallRefused, ServiceCalls
from ansim.access.service_calls import CALL_SECONDS, CLOCK_TOLERANCE_SECONDS
from ansim.vault import derive

KEK, OTHER_KEK = bytes(range(32)), bytes(range(1, 33))
NOW = 1_800_000_000.0


class Clock:
    def __init__(self) -> None:
        self.seconds = NOW

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def intake(pool: asyncpg.Pool, clock: Clock) -> ServiceCalls:
    return ServiceCalls(KEK, "intake", pool, clock)


@pytest.fixture
def victim_support(pool: asyncpg.Pool, clock: Clock) -> ServiceCalls:
    return ServiceCalls(KEK, "victim-support", pool, clock)


def with_header(value: str) -> Request:
    return Request({"type": "http", "headers": [(b"authorization", value.encode())]})


def with_token(token: str) -> Request:
    return with_header(f"Bearer {token}")


def signed(changed: dict[str, Any], *, alg: str = "HS256", key: bytes | None = None) -> str:
    now = int(NOW)
    claims = {"iss": "victim-support", "aud": "intake", "iat": now, "exp": now + 60, "jti": str(uuid4())} | changed
    secret = OctKey.import_key(key or derive(KEK, "service-call|victim-support|intake"))
    return jwt.encode({"alg": alg}, {k: v for k, v in claims.items() if v is not None}, secret, [alg])


async def refusal(receiver: ServiceCalls, request: Request) -> str:
    with pytest.raises(CallRefused) as refused:
        await receiver.caller(request)
    assert refused.value.status_code == 401
    return refused.value.reason


async def test_the_receiver_knows_which_service_calls(intake: ServiceCalls, victim_support: ServiceCalls) -> None:
    assert await intake.caller(with_token(victim_support.token("intake"))) == "victim-support"


async def test_a_token_is_good_once_even_for_two_who_come_at_the_same_time(
    intake: ServiceCalls, victim_support: ServiceCalls
) -> None:
    token = victim_support.token("intake")

    answers = await asyncio.gather(*(intake.caller(with_token(token)) for _ in range(4)), return_exceptions=True)

    assert sorted(map(str, answers)).count("victim-support") == 1
    assert [a.reason for a in answers if isinstance(a, CallRefused)] == ["replayed"] * 3


async def test_a_replay_is_refused_for_as_long_as_the_token_would_be_accepted(
    intake: ServiceCalls, victim_support: ServiceCalls, clock: Clock
) -> None:
    token = victim_support.token("intake")
    await intake.caller(with_token(token))

    clock.seconds += CALL_SECONDS + CLOCK_TOLERANCE_SECONDS
    await intake.caller(with_token(victim_support.token("intake")))  # forgets what has expired
    assert await refusal(intake, with_token(token)) == "replayed"

    clock.seconds += 1
    assert await refusal(intake, with_token(token)) == "expired"


async def test_used_tokens_are_forgotten_when_they_have_expired(
    intake: ServiceCalls, victim_support: ServiceCalls, clock: Clock, pool: asyncpg.Pool
) -> None:
    for _ in range(5):
        await intake.caller(with_token(victim_support.token("intake")))

    clock.seconds += CALL_SECONDS + CLOCK_TOLERANCE_SECONDS + 1
    await intake.caller(with_token(victim_support.token("intake")))

    assert await pool.fetchval("select count(*) from service_call") == 1


async def test_a_token_for_one_receiver_opens_nothing_at_another(
    pool: asyncpg.Pool, clock: Clock, victim_support: ServiceCalls
) -> None:
    counseling = ServiceCalls(KEK, "counseling", pool, clock)
    assert await refusal(counseling, with_token(victim_support.token("intake"))) == "signature"


async def test_another_suites_key_opens_nothing(intake: ServiceCalls, pool: asyncpg.Pool, clock: Clock) -> None:
    stranger = ServiceCalls(OTHER_KEK, "victim-support", pool, clock)
    assert await refusal(intake, with_token(stranger.token("intake"))) == "signature"


async def test_clocks_may_differ_a_little_and_no_more(intake: ServiceCalls, pool: asyncpg.Pool, clock: Clock) -> None:
    ahead, behind = Clock(), Clock()
    ahead.seconds, behind.seconds = NOW + CLOCK_TOLERANCE_SECONDS, NOW - CALL_SECONDS - CLOCK_TOLERANCE_SECONDS
    for theirs in (ahead, behind):
        caller = ServiceCalls(KEK, "victim-support", pool, theirs)
        assert await intake.caller(with_token(caller.token("intake"))) == "victim-support"

    ahead.seconds += 1
    token = ServiceCalls(KEK, "victim-support", pool, ahead).token("intake")
    assert await refusal(intake, with_token(token)) == "not_yet"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "counseling"}, "for_another"),
        ({"iss": None}, "for_another"),
        ({"aud": "monitoring"}, "for_another"),
        ({"aud": ["intake", "monitoring"]}, "for_another"),
        ({"exp": int(NOW) + 61}, "life"),
        ({"exp": int(NOW) - 1}, "life"),
        ({"exp": None}, "life"),
        ({"exp": True}, "life"),
        ({"iat": None}, "life"),
        ({"jti": None}, "no_id"),
        ({"jti": "1"}, "no_id"),
    ],
)
async def test_every_claim_must_be_there_and_as_agreed(
    intake: ServiceCalls, changed: dict[str, Any], reason: str
) -> None:
    assert await refusal(intake, with_token(signed(changed))) == reason


async def test_another_algorithm_is_no_signature(intake: ServiceCalls) -> None:
    assert await refusal(intake, with_token(signed({}, alg="HS512"))) == "signature"
    head, body, _ = signed({}).split(".")
    assert await refusal(intake, with_token(f"{head}.{body}.")) == "signature"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer " + "x" * 2_000])
async def test_without_a_token_nobody_calls(intake: ServiceCalls, header: str) -> None:
    assert await refusal(intake, with_header(header)) == "no_token"


@pytest.mark.parametrize("token", ["x", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30.", "표식"])
async def test_nonsense_is_refused(intake: ServiceCalls, token: str) -> None:
    request = Request({"type": "http", "headers": [(b"authorization", f"Bearer {token}".encode("utf-8", "replace"))]})
    assert await refusal(intake, request) in ("signature", "no_token")
