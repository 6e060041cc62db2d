"""The way in and the way out, over the demonstration's real provider."""

from urllib.parse import urlencode, urlsplit

import asyncpg
import pytest

from .conftest import Browser, Clock, SmallKit, query_of

ACCEPT_PAGE = {"Accept": "text/html"}


async def test_from_a_closed_page_through_the_provider_and_back_to_it(browser: Browser) -> None:
    closed = await browser.get("/desk/7?sort=late", headers=ACCEPT_PAGE)
    assert closed.status_code == 303
    assert closed.headers["location"] == "/sign-in?back=/desk/7%3Fsort%3Dlate"

    to_provider = (await browser.get(closed.headers["location"])).headers["location"]
    sign_in_page = await browser.outside.get(to_provider)
    assert "한서윤 (가상)" in sign_in_page.text
    assert "접수 담당" in sign_in_page.text

    chosen = await browser.choose(to_provider, "intake-officer")
    back = await browser.get(chosen.headers["location"])
    assert back.headers["location"] == "/desk/7?sort=late"

    desk = await browser.get(back.headers["location"], headers={"Accept-Language": "en"})
    assert desk.json() == {"name": "한서윤 (가상)", "role": "intake_officer", "lang": "en"}


async def test_the_provider_is_asked_with_pkce_state_and_nonce(browser: Browser) -> None:
    first, second = query_of(await browser.to_provider()), query_of(await browser.to_provider())

    assert first["code_challenge_method"] == "S256"
    assert first["response_type"] == "code"
    assert first["redirect_uri"] == "http://127.0.0.1/sign-in/callback"
    for fresh in ("state", "nonce", "code_challenge"):
        assert len(first[fresh]) >= 32
        assert first[fresh] != second[fresh]


async def test_the_session_cookie_is_closed_to_scripts_and_other_sites(browser: Browser) -> None:
    cookies = (await browser.sign_in()).headers.get_list("set-cookie")

    (session,) = [cookie for cookie in cookies if cookie.startswith("ansim_intake_session=")]
    attributes = {part.strip().lower() for part in session.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=36000"} <= attributes
    assert "secure" not in attributes  # plain http in the demo


async def test_over_https_all_cookies_are_secure(browser: Browser, kit: SmallKit) -> None:
    kit.access.secure = True

    beginning = (await browser.get("/sign-in")).headers["set-cookie"]

    assert "secure" in beginning.lower()


async def test_the_database_holds_no_usable_token(browser: Browser, pool: asyncpg.Pool) -> None:
    await browser.sign_in()

    rows = await pool.fetch("select * from staff_session")
    assert len(rows) == 1
    assert len(rows[0]["token_hash"]) == 32
    assert browser.service.cookies["ansim_intake_session"].encode() not in rows[0]["token_hash"]


async def test_signing_in_again_ends_the_session_before(browser: Browser, pool: asyncpg.Pool) -> None:
    await browser.sign_in()
    before = browser.service.cookies["ansim_intake_session"]
    await browser.sign_in("supervisor", "/anyone")

    assert await pool.fetchval("select count(*) from staff_session") == 1
    assert browser.service.cookies["ansim_intake_session"] != before


@pytest.mark.parametrize(
    "change",
    [{"state": "x" * 32}, {"code": "x"}, {"code": ""}, {"error": "access_denied"}, {"iss": "https://evil.example"}],
)
async def test_an_answer_that_proves_nothing_opens_nothing(
    browser: Browser, pool: asyncpg.Pool, change: dict[str, str]
) -> None:
    callback = (await browser.choose(await browser.to_provider(), "intake-officer")).headers["location"]
    forged = f"/sign-in/callback?{urlencode(query_of(callback) | change)}"

    answer = await browser.get(forged)

    assert answer.status_code == 400
    assert await pool.fetchval("select count(*) from staff_session") == 0


async def test_a_callback_works_only_in_the_browser_that_began(browser: Browser, pool: asyncpg.Pool) -> None:
    callback = (await browser.choose(await browser.to_provider(), "intake-officer")).headers["location"]
    browser.service.cookies.clear()

    assert (await browser.get(callback)).status_code == 400
    assert await pool.fetchval("select count(*) from staff_session") == 0


async def test_a_callback_works_once(browser: Browser) -> None:
    callback = (await browser.choose(await browser.to_provider(), "intake-officer")).headers["location"]
    cookies = dict(browser.service.cookies)

    assert (await browser.get(callback)).status_code == 303
    browser.service.cookies.update(cookies)
    assert (await browser.get(callback)).status_code == 400


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "/a\nb"]
)
async def test_nobody_is_led_to_another_site_after_signing_in(browser: Browser, back: str) -> None:
    assert (await browser.sign_in(back=back)).headers["location"] == "/"


async def test_somebody_of_the_provider_who_is_not_staff_here_stays_outside(
    browser: Browser, pool: asyncpg.Pool, kit: SmallKit
) -> None:
    await kit.access.member("intake-officer")
    await pool.execute("update staff set active = false where subject = 'intake-officer'")

    answer = await browser.sign_in()

    assert answer.status_code == 403
    assert await pool.fetchval("select count(*) from staff_session") == 0


async def test_signing_out_needs_the_form_token_and_ends_the_session_everywhere(
    browser: Browser, kit: SmallKit, pool: asyncpg.Pool
) -> None:
    await browser.sign_in()
    token = kit.access.csrf_of(dict(browser.service.cookies))

    assert (await browser.service.post("/sign-out", data={"csrf": "x"})).status_code == 403
    assert await pool.fetchval("select count(*) from staff_session") == 1

    left = await browser.service.post("/sign-out", data={"csrf": token})
    assert left.status_code == 303
    assert urlsplit(left.headers["location"]).path == "/oauth2/end_session"
    assert await pool.fetchval("select count(*) from staff_session") == 0
    back_home = await browser.outside.get(left.headers["location"])
    assert back_home.headers["location"] == "http://127.0.0.1/"


async def test_signing_out_twice_is_no_error(browser: Browser) -> None:
    assert (await browser.service.post("/sign-out")).headers["location"] == "/"


async def test_a_session_ends_after_thirty_minutes_without_a_request(browser: Browser, clock: Clock) -> None:
    await browser.sign_in()

    for _ in range(4):
        clock.passes(minutes=29)
        assert (await browser.get("/desk/1")).status_code == 200
    clock.passes(minutes=31)
    assert (await browser.get("/desk/1")).status_code == 303


async def test_a_session_ends_after_ten_hours_whatever_happens(browser: Browser, clock: Clock) -> None:
    await browser.sign_in()

    for _ in range(29):
        clock.passes(minutes=20)
        assert (await browser.get("/desk/1")).status_code == 200
    clock.passes(minutes=21)
    assert (await browser.get("/desk/1")).status_code == 303


async def test_somebody_who_leaves_the_staff_is_out_at_once(browser: Browser, pool: asyncpg.Pool) -> None:
    await browser.sign_in()
    await pool.execute("update staff set active = false")

    assert (await browser.get("/desk/1")).status_code == 303


async def test_the_metrics_count_who_came_in_and_who_did_not(browser: Browser, kit: SmallKit) -> None:
    await browser.sign_in()
    await browser.get("/sign-in/callback")

    text = kit.metrics.render().decode()
    assert 'ansim_sign_ins_total{outcome="signed_in",service="intake"} 1.0' in text
    assert 'ansim_sign_ins_total{outcome="refused",service="intake"} 1.0' in text
