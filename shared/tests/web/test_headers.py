import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ansim.web.headers import content_security_policy

EVERYWHERE = ["/plain", "/form", "/no-such-page", "/fail/broken", "/fail/refused", "/api/v1/fail/missing", "/stream"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self' http://issuer.invalid:9000; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_without_a_sign_in_server_forms_stay_here() -> None:
    assert "form-action 'self';" in content_security_policy()


def test_https_is_remembered_and_plain_http_is_not(app: FastAPI) -> None:
    secure = TestClient(app, base_url="https://testserver")

    assert "max-age=63072000" in secure.get("/plain").headers["strict-transport-security"]
    assert "secure" in secure.get("/form").headers["set-cookie"].lower()
    assert "strict-transport-security" not in TestClient(app).get("/plain").headers


def test_static_files_may_be_kept_only_under_their_own_hash(client: TestClient) -> None:
    page = client.get("/plain").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]

    assert address.startswith("/static/ansim.css?v=")
    assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/ansim.css?v=old").headers["cache-control"] == "no-cache"
    assert client.get("/static/ansim.css").headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("name", ["../shell.py", "..%2fshell.py", "nothing.css", ".env", "%2e%2e%2fforms.py"])
def test_only_known_files_are_served(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_the_way_out_leads_away_and_empties_what_stayed(client: TestClient) -> None:
    answer = client.get("/leave", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("https://")
    assert answer.headers["clear-site-data"] == '"cache", "cookies", "storage"'
