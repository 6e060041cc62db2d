"""Who may do what, as page and as API, by cookie and by bearer token."""

import asyncpg
import pytest

from ansim.access import Access, Provider, Role, demo_staff
from ansim.access.demo_token import demo_token
from ansim.access.staff import acting_role
from ansim.errors import Forbidden, Retriable
from ansim.testing.kits import CLIENT_SECRET

from .conftest import Browser, SmallKit


@pytest.fixture
async def officer(browser: Browser, kit: SmallKit) -> Browser:
    browser.service.cookies.update(await kit.access.sign_in_as("intake-officer"))
    return browser


async def bearer(issuer: str, subject: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {await demo_token(issuer, subject, client_secret=CLIENT_SECRET)}"}


async def test_a_program_without_a_token_gets_a_problem_and_is_told_how_to_ask(browser: Browser) -> None:
    answer = await browser.get("/api/v1/reports", headers={"Accept-Language": "en"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="ansim"'
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Please sign in"


async def test_a_token_of_the_right_person_opens_the_api_for_reading_and_writing(browser: Browser, issuer: str) -> None:
    headers = await bearer(issuer, "intake-officer")

    assert (await browser.get("/api/v1/reports", headers=headers)).json() == {"subject": "intake-officer"}
    assert (await browser.service.post("/api/v1/reports", headers=headers)).json() == {"changed by": "intake-officer"}


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "", "가".encode()], ids=["opaque", "jwt", "empty", "bytes"])
async def test_a_token_that_is_not_valid_opens_nothing(browser: Browser, token: str | bytes) -> None:
    raw = token if isinstance(token, bytes) else token.encode()

    assert (await browser.get("/api/v1/reports", headers={b"authorization": b"Bearer " + raw})).status_code == 401


@pytest.mark.parametrize("subject", ["supervisor", "police-agency"])
async def test_the_wrong_role_is_refused_as_program(browser: Browser, issuer: str, subject: str) -> None:
    answer = await browser.get("/api/v1/reports", headers=await bearer(issuer, subject))

    assert answer.status_code == 403


async def test_the_wrong_role_is_refused_on_a_page(browser: Browser, kit: SmallKit) -> None:
    browser.service.cookies.update(await kit.access.sign_in_as("analyst"))

    assert (await browser.get("/desk/1", headers={"Accept": "text/html"})).status_code == 403
    assert (await browser.get("/anyone")).json() == {"role": "analyst"}


async def test_a_cookie_alone_reads_the_api_but_changes_nothing(officer: Browser, kit: SmallKit) -> None:
    token = kit.access.csrf_of(dict(officer.service.cookies))

    assert (await officer.get("/api/v1/reports")).status_code == 200
    assert (await officer.service.post("/api/v1/reports")).status_code == 403
    assert (await officer.service.post("/api/v1/reports", headers={"x-csrf-token": "x"})).status_code == 403
    assert (await officer.service.post("/api/v1/reports", headers={"x-csrf-token": token})).status_code == 200


async def test_another_site_changes_nothing_even_with_the_token(officer: Browser, kit: SmallKit) -> None:
    headers = {"x-csrf-token": kit.access.csrf_of(dict(officer.service.cookies)), "origin": "https://evil.example"}

    assert (await officer.service.post("/api/v1/reports", headers=headers)).status_code == 403


async def test_a_session_of_another_service_opens_nothing(officer: Browser) -> None:
    token = officer.service.cookies["ansim_intake_session"]
    officer.service.cookies.clear()
    officer.service.cookies.set("ansim_counseling_session", token)

    assert (await officer.get("/desk/1")).status_code == 303


async def test_after_an_expired_form_the_person_comes_back_to_the_first_page(browser: Browser, kit: SmallKit) -> None:
    answer = await browser.service.post("/anyone", headers={"Accept": "text/html"})
    assert answer.status_code == 405  # no such form here

    answer = await browser.get("/anyone", headers={"Accept": "text/html"})
    assert answer.headers["location"] == "/sign-in?back=/anyone"


async def test_outside_the_demo_nobody_is_signed_in_by_name(pool: asyncpg.Pool, issuer: str) -> None:
    access = Access(
        package="intake", base_url="https://x.test", pool=pool, provider=Provider(issuer, "ansim", "x"), key=bytes(32)
    )

    with pytest.raises(Forbidden):
        await access.sign_in_as("intake-officer")
    assert await pool.fetchval("select count(*) from staff") == 0
    await access.close()


async def test_without_the_provider_tokens_wait_and_sessions_work(officer: Browser, kit: SmallKit) -> None:
    kit.access.provider = Provider("http://127.0.0.1:1", "ansim", "x")

    assert (await officer.get("/desk/1")).status_code == 200
    waiting = await officer.get("/api/v1/reports", headers={"Authorization": "Bearer x"})
    assert waiting.status_code == 503
    assert "retry-after" in waiting.headers
    assert (await officer.get("/sign-in")).status_code == 503
    with pytest.raises(Retriable):
        await demo_token("http://127.0.0.1:1", "operator")
    await kit.access.provider.close()


def test_the_demo_has_an_invented_person_for_each_role() -> None:
    people = demo_staff()

    assert {role for person in people for role in person.roles} == set(Role)
    assert all(person.name.endswith("(가상)") for person in people)
    assert len({person.subject for person in people}) == len(people)


def test_people_act_in_a_role_that_is_wanted_and_never_in_another() -> None:
    both = {Role.supervisor, Role.counsellor}

    assert acting_role(both, {Role.supervisor}) is Role.supervisor
    assert acting_role(both, set()) is Role.counsellor
    assert acting_role(both, {Role.analyst}) is None
    assert acting_role(set(), set()) is None
