"""The three scripts do what they promise, and pages work without them."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.audit import watched_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def _catch_leaving(page: Page) -> list[str]:
    """`/leave` answers with a redirect to another host (see the header tests); here it is answered without one."""
    left: list[str] = []

    def answer(route: Route) -> None:
        left.append(route.request.url)
        route.fulfill(status=200, content_type="text/html", body="<title>weather</title>")

    page.route("**/leave", answer)
    return left


def test_pressing_escape_three_times_leaves_without_a_way_back(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin) as page:
        left = _catch_leaving(page)
        page.goto(origin + "/form")
        page.goto(origin + "/calm")
        page.fill("#f-note", "words of a victim")
        for _ in range(3):
            page.keyboard.press("Escape")
        page.wait_for_url("**/leave")
        assert left == [origin + "/leave"]
        page.go_back()
        assert page.url == origin + "/form"


def test_two_presses_stay(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin) as page:
        page.goto(origin + "/calm")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.keyboard.press("Escape")
        expect(page.locator("h1")).to_be_visible()


def test_the_way_out_works_without_script(browser: Browser, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        left = _catch_leaving(page)
        page.goto(origin + "/calm")
        page.click("[data-quick-exit]")
        page.wait_for_url("**/leave")
        assert left == [origin + "/leave"]
    finally:
        context.close()


def test_live_figures_change_in_place_and_a_broken_stream_says_so(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin) as page:
        page.goto(origin + "/figures")
        expect(page.locator("[data-live-part] .val")).to_contain_text("93")
        expect(page.locator("[data-live-stale]")).to_be_visible()
        assert page.locator("[data-live]").get_attribute("data-live-state") == "stale"
        assert page.locator("[data-live-part] .val").count() == 1


def test_ages_go_on_by_themselves(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin, lang="en") as page:
        page.route("**/live", lambda route: route.abort())
        page.goto(origin + "/figures")
        age = page.locator("[data-as-of]").first
        expect(age).to_have_text("2 s ago", timeout=10_000)


def test_a_second_press_of_a_button_sends_nothing(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin) as page:
        sent: list[str] = []
        page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
        page.goto(origin + "/form")
        page.evaluate("""() => {
          const form = document.querySelector("main form");
          form.addEventListener("submit", () => setTimeout(() => form.requestSubmit(), 0), { once: true });
          form.requestSubmit();
        }""")
        expect(page.locator(".err")).to_be_visible()
        assert len(sent) == 1
