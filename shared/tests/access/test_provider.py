"""The demonstration's provider keeps its promises also towards a client that does not."""

import base64
import hashlib
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx2
import pytest

from ansim.access.provider import make
from ansim.testing.kits import CLIENT_SECRET

from .conftest import query_of

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "http://127.0.0.1:8000/sign-in/callback"
GOOD = {
    "response_type": "code",
    "client_id": "ansim",
    "redirect_uri": CALLBACK,
    "scope": "openid profile",
    "state": "s" * 32,
    "nonce": "n" * 32,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


@pytest.fixture
async def http(issuer: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=issuer, trust_env=False) as client:
        yield client


async def code_for(http: httpx2.AsyncClient) -> str:
    answer = await http.post(f"/oauth2/authorize?{urlencode(GOOD)}", data={"sub": "operator"})
    assert answer.status_code == 302
    return query_of(answer.headers["location"])["code"]


async def redeem(http: httpx2.AsyncClient, code: str, **changed: str) -> httpx2.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return await http.post("/oauth2/token", data=form | changed, auth=("ansim", CLIENT_SECRET))


async def test_a_code_with_its_verifier_becomes_tokens(http: httpx2.AsyncClient) -> None:
    answer = await redeem(http, await code_for(http))

    assert answer.status_code == 200
    assert {"access_token", "id_token"} <= answer.json().keys()
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize("verifier", ["", "w" * 64, CHALLENGE])
async def test_a_code_without_its_verifier_is_worth_nothing(http: httpx2.AsyncClient, verifier: str) -> None:
    answer = await redeem(http, await code_for(http), code_verifier=verifier)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


async def test_a_code_is_good_for_one_try(http: httpx2.AsyncClient) -> None:
    code = await code_for(http)
    await redeem(http, code, code_verifier="w" * 64)

    assert (await redeem(http, code)).status_code == 400


@pytest.mark.parametrize(
    "bad",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"client_id": "other"},
        {"response_type": "token"},
        {"state": ""},
        {"nonce": ""},
        {"redirect_uri": "https://evil.example/sign-in/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example/sign-in/callback"},
        {"redirect_uri": "http://127.0.0.1@evil.example/sign-in/callback"},
        {"redirect_uri": "http://127.0.0.1/elsewhere"},
    ],
    ids=str,
)
async def test_a_request_that_a_careful_client_would_not_send_is_refused(
    http: httpx2.AsyncClient, bad: dict[str, str]
) -> None:
    for method in ("GET", "POST"):
        answer = await http.request(method, f"/oauth2/authorize?{urlencode(GOOD | bad)}", data={"sub": "operator"})
        assert answer.status_code == 400
        assert "location" not in answer.headers


async def test_only_invented_people_exist_and_nobody_can_add_or_change_one(http: httpx2.AsyncClient) -> None:
    stranger = await http.post(f"/oauth2/authorize?{urlencode(GOOD)}", data={"sub": "stranger"})

    assert stranger.status_code == 400
    assert (await http.put("/users/stranger", json={})).status_code == 404
    assert (await http.post("/oauth2/clients", json={})).status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/console", "/oidc/login", "/users/operator/revoke-tokens", "/?__debugger__=yes"]
)
async def test_nothing_else_is_served_and_there_is_no_debugger(http: httpx2.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


async def test_a_foreign_host_name_is_not_answered(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/.well-known/openid-configuration", headers={"Host": "evil.example"})

    assert answer.status_code == 404


@pytest.mark.parametrize("auth", [("ansim", "wrong"), ("other", CLIENT_SECRET), ("", "")], ids=["secret", "id", "none"])
async def test_another_client_gets_no_tokens(http: httpx2.AsyncClient, auth: tuple[str, str]) -> None:
    form = {"grant_type": "authorization_code", "code": await code_for(http), "code_verifier": VERIFIER}

    assert (await http.post("/oauth2/token", data=form, auth=auth)).status_code == 401


async def test_the_way_out_leads_nowhere_but_here(http: httpx2.AsyncClient) -> None:
    async def leave(to: str) -> int:
        return (await http.get("/oauth2/end_session", params={"post_logout_redirect_uri": to})).status_code

    assert await leave("http://127.0.0.1:8000/") == 303
    assert await leave("https://evil.example/") == 400


async def test_the_page_has_a_strict_policy_and_a_name_for_every_button(http: httpx2.AsyncClient) -> None:
    page = await http.get(f"/oauth2/authorize?{urlencode(GOOD)}")

    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert page.headers["cache-control"] == "no-store"
    assert page.text.count("<button") == page.text.count('aria-label="') - 1
    assert "style=" not in page.text
    assert (await http.get("/static/ansim.css")).headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(("lang", "title"), [("ko", "시연용 로그인"), ("en", "Demo sign-in")])
async def test_its_page_speaks_the_language_of_the_page_before(http: httpx2.AsyncClient, lang: str, title: str) -> None:
    asked = f"/oauth2/authorize?{urlencode(GOOD)}"
    page = await http.get(asked, headers={"Accept-Language": lang})
    chosen = await http.get(asked, headers={"Accept-Language": "fr", "Cookie": f"ansim_lang={lang}"})
    refused = await http.get("/oauth2/authorize", headers={"Accept-Language": lang})

    assert f'<html lang="{lang}">' in page.text
    assert f"<title>{title}</title>" in page.text
    assert chosen.text == page.text
    assert f'<html lang="{lang}">' in refused.text


async def test_it_says_that_it_is_there(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/health")).status_code == 200


def test_it_listens_on_this_machine_only() -> None:
    with pytest.raises(ValueError, match="this machine only"):
        make(0, "192.0.2.1")
