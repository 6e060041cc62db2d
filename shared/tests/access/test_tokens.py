"""What a token must prove. The provider here is a fake whose keys and lies we control."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from ansim.access import Provider, SignInRefused
from ansim.access.attempt import Attempt
from ansim.errors import Retriable

ISSUER = "https://sign-in.example"
ATTEMPT = Attempt("state", "nonce", "verifier", "/", time.time() + 600)
BACK = "https://intake.example/sign-in/callback"


def key_named(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


OURS, NEWER, FOREIGN = key_named("ours"), key_named("newer"), key_named("ours")


class FakeProvider:
    """Answers like a provider; `keys` are published, `id_token` is what a code is exchanged for."""

    def __init__(self) -> None:
        self.keys = [OURS]
        self.token: dict[str, object] = {}
        self.asked: list[str] = []
        self.issuer = ISSUER
        self.userinfo: httpx2.Response = httpx2.Response(401)

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "a", "token_endpoint": "t", "userinfo_endpoint": "u", "jwks_uri": "k"}
            return httpx2.Response(200, json={"issuer": self.issuer} | {n: f"{ISSUER}/{p}" for n, p in names.items()})
        if path == "/k":
            return httpx2.Response(200, json=KeySet([*self.keys]).as_dict(private=False))
        if path == "/u":
            return self.userinfo
        return httpx2.Response(200, json=self.token)


class Clock:
    def __init__(self) -> None:
        self.seconds = time.time()

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def fake() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(fake: FakeProvider, clock: Clock) -> Provider:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(fake.answer))
    return Provider(ISSUER, "ansim", "secret", http, clock)


def claims(**changed: object) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": ISSUER, "sub": "officer", "aud": "ansim", "exp": now + 300, "iat": now, "nonce": "nonce"}
    return {name: value for name, value in (whole | changed).items() if value is not None}


def signed(key: RSAKey = OURS, **changed: object) -> str:
    return jwt.encode({"alg": "RS256", "kid": str(key.kid)}, claims(**changed), key)


def part(value: bytes | dict[str, object]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(_key: RSAKey) -> str:
    return f"{part({'alg': 'none'})}.{part(claims())}."


def signed_with_the_public_key_as_a_secret(key: RSAKey) -> str:
    message = f"{part({'alg': 'HS256', 'kid': 'ours'})}.{part(claims())}"
    return f"{message}.{part(hmac.digest(key.as_pem(private=False), message.encode(), 'sha256'))}"


async def finish(provider: Provider, fake: FakeProvider, id_token: object) -> str:
    fake.token = {"id_token": id_token, "access_token": "x"}
    return await provider.finish(ATTEMPT, {"state": "state", "code": "code"}, BACK)


async def test_a_good_id_token_proves_its_subject(provider: Provider, fake: FakeProvider) -> None:
    assert await finish(provider, fake, signed()) == "officer"
    assert await finish(provider, fake, signed(aud=["ansim", "other"], azp="ansim")) == "officer"


@pytest.mark.parametrize(
    "bad",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": "other"},
        {"aud": None},
        {"aud": ["ansim", "other"]},
        {"aud": "ansim", "azp": "other"},
        {"aud": "other", "azp": "ansim"},
        {"exp": 1},
        {"exp": None},
        {"nonce": "other"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
async def test_an_id_token_with_a_wrong_claim_proves_nothing(
    provider: Provider, fake: FakeProvider, bad: dict[str, Any]
) -> None:
    with pytest.raises(SignInRefused):
        await finish(provider, fake, signed(**bad))


@pytest.mark.parametrize("forge", [unsigned, signed_with_the_public_key_as_a_secret])
async def test_an_algorithm_that_is_not_allowed_proves_nothing(
    provider: Provider, fake: FakeProvider, forge: Callable[[RSAKey], str]
) -> None:
    with pytest.raises(SignInRefused, match="token"):
        await finish(provider, fake, forge(OURS))


@pytest.mark.parametrize("id_token", [None, 7, "", "a.b", "a.b.c", {}])
async def test_nonsense_proves_nothing(provider: Provider, fake: FakeProvider, id_token: object) -> None:
    with pytest.raises(SignInRefused):
        await finish(provider, fake, id_token)


async def test_a_foreign_signature_under_a_known_name_proves_nothing(provider: Provider, fake: FakeProvider) -> None:
    with pytest.raises(SignInRefused, match="token"):
        await finish(provider, fake, signed(FOREIGN))


async def test_a_new_key_of_the_provider_is_fetched_when_it_is_first_met(
    provider: Provider, fake: FakeProvider, clock: Clock
) -> None:
    await finish(provider, fake, signed())
    fake.keys = [NEWER]
    clock.seconds += 20

    assert await finish(provider, fake, signed(NEWER)) == "officer"
    assert fake.asked.count("/k") == 2


async def test_nonsense_tokens_do_not_make_us_ask_for_keys_all_the_time(
    provider: Provider, fake: FakeProvider, clock: Clock
) -> None:
    await finish(provider, fake, signed())
    clock.seconds += 20

    for n in range(20):
        assert await provider.subject_of(f"nonsense.{n}.x") is None

    assert fake.asked.count("/k") == 2


async def test_an_access_token_may_name_us_as_the_party_it_was_made_for(provider: Provider) -> None:
    assert await provider.subject_of(signed(aud="account", azp="ansim", nonce=None)) == "officer"
    assert await provider.subject_of(signed(aud="account", azp="other", nonce=None)) is None


async def test_an_id_token_is_not_an_access_token(provider: Provider) -> None:
    assert await provider.subject_of(signed()) is None
    assert await provider.subject_of(signed(nonce=None, typ="ID")) is None


async def test_an_opaque_token_is_asked_about_once_a_minute(
    provider: Provider, fake: FakeProvider, clock: Clock
) -> None:
    fake.userinfo = httpx2.Response(200, json={"sub": "officer"})

    assert [await provider.subject_of("opaque") for _ in range(5)] == ["officer"] * 5
    assert fake.asked.count("/u") == 1

    fake.userinfo = httpx2.Response(401)
    clock.seconds += 60
    assert await provider.subject_of("opaque") is None


async def test_a_jwt_is_not_remembered_past_its_own_end(provider: Provider, clock: Clock) -> None:
    token = signed(nonce=None, exp=int(clock.seconds) + 5)
    assert await provider.subject_of(token) == "officer"

    clock.seconds += 61
    assert await provider.subject_of(token) is None


async def test_a_provider_under_another_name_is_not_trusted(provider: Provider, fake: FakeProvider) -> None:
    fake.issuer = "https://other.example"

    with pytest.raises(Retriable, match="another name"):
        await provider.subject_of("opaque")


async def test_trouble_at_the_provider_is_not_taken_for_a_refusal(provider: Provider, fake: FakeProvider) -> None:
    fake.userinfo = httpx2.Response(502)

    with pytest.raises(Retriable):
        await provider.subject_of("opaque")
