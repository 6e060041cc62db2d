from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from ansim.web.csrf import Csrf

GOOD = {"name": "Kim (invented)", "harms": "grooming"}
URLENCODED = [(b"content-type", b"application/x-www-form-urlencoded")]


def test_a_form_without_a_token_is_refused_with_a_way_back(client: TestClient) -> None:
    client.get("/form")

    answer = client.post("/form", data=GOOD)

    assert answer.status_code == 403
    assert "This form is no longer valid" in answer.text
    assert 'href="/"' in answer.text


def test_a_token_without_its_cookie_is_refused(client: TestClient, post: Callable[..., Any]) -> None:
    token = client.get("/form").text.split('name="csrf" value="')[1].split('"')[0]
    client.cookies.clear()

    assert client.post("/form", data={**GOOD, "csrf": token}).status_code == 403


def test_a_cookie_that_we_did_not_sign_is_refused(client: TestClient) -> None:
    client.cookies.set("ansim_ansim_form", "planted.signature")

    assert client.post("/form", data={**GOOD, "csrf": "planted.signature"}).status_code == 403


def test_a_cookie_signed_with_another_secret_is_refused(client: TestClient) -> None:
    other = Csrf("ansim", b"another secret of at least 32 bytes")
    forged = f"nonce.{other._sign('nonce')}"
    client.cookies.set("ansim_ansim_form", forged)

    assert client.post("/form", data={**GOOD, "csrf": forged}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.invalid"},
        {"origin": "http://testserver:81"},
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_token(
    post: Callable[..., Any], headers: dict[str, str]
) -> None:
    assert post(GOOD, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "http://testserver"}, {}]
)
def test_our_own_form_is_taken(post: Callable[..., Any], headers: dict[str, str]) -> None:
    assert post(GOOD, headers=headers).status_code == 200


def test_the_session_token_wins_over_the_cookie(client: TestClient, post: Callable[..., Any]) -> None:
    assert client.post("/form?session=expected", data={**GOOD, "csrf": "expected"}).status_code == 200
    assert client.post("/form?session=expected", data={**GOOD, "csrf": "other"}).status_code == 403
    page = client.get("/form")
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/form?session=expected", data={**GOOD, "csrf": token}).status_code == 403


def test_a_hostile_token_is_refused_not_crashed_on(client: TestClient, post: Callable[..., Any]) -> None:
    assert post({**GOOD, "csrf": "ㅎ" * 40}).status_code == 403
    client.cookies.clear()
    sent = client.post("/form", content=b"csrf=x", headers=[*URLENCODED, (b"cookie", b"ansim_ansim_form=\xe9.x")])
    assert sent.status_code == 403


def test_the_form_cookie_is_set_only_where_a_form_is(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/plain").headers
    cookie = client.get("/form").headers["set-cookie"]
    assert cookie.startswith("ansim_ansim_form=")
    assert "httponly" in cookie.lower()
    assert "samesite=strict" in cookie.lower()
    assert "set-cookie" not in client.get("/form").headers


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Csrf("intake", b"short")
