"""Every screen of the really running suite, signed in as its staff: both languages, a phone and a desk, every state."""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page
from tests.browser.audit import WIDTHS, audit, watched_page
from tests.browser.records import TOLD, Records, make_records
from tests.browser.signing import cookies_of
from tests.browser.visits import LISTS, SERVICES, STAFF, Visit, visits
from tests.journey.walk import accept_and_serve, key, newest_report, report_publicly

from ansim.runtime import Mode, Service, Settings, open_kit
from ansim.testing.kits import ADDRESS, KEK
from ansim.testing.servers import ServiceDatabase
from tests.conftest import RunningSuite, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.timeout(900)]
LANGUAGES = ("ko", "en")
SIGNED_IN = tuple(itertools.product(SERVICES, LANGUAGES))
NOT_HTML = {
    "/live",
    "/operations/live",
    "/report/received/receipt",
    "/receipt/key",
    "/complaints/{complaint_id}/versions/{number}.pdf",
}
"""Streams of events and files."""
LEADS_ON = {"/"}
"""Intake's and monitoring's first addresses show nothing of their own; the others' are visited by that name."""

FILL_IN = """({form, stale}) => {
  const pad = (n) => String(n).padStart(2, "0");
  const soon = new Date(Date.now() + 20 * 86400e3);
  const day = `${soon.getFullYear()}-${pad(soon.getMonth() + 1)}-${pad(soon.getDate())}`;
  for (const field of form.elements) {
    const seen = Number(field.value);
    if (field.name === "seen" && stale) field.value = String(seen > 1 ? seen - 1 : seen + 1);
    if (field.type === "hidden" || field.labels?.[0]?.querySelector("small.mute")) continue;
    const chosen = () => form.querySelector(`[name="${CSS.escape(field.name)}"]:checked`);
    if (field.type === "radio" || field.type === "checkbox") { if (!chosen()) field.checked = true; }
    else if (field.tagName === "SELECT") { if (!field.value) field.selectedIndex = 1; }
    else if (field.type === "date") field.value = day;
    else if (field.type === "datetime-local") field.value = `${day}T10:00`;
    else if (field.type !== "submit" && !field.value) field.value = "1111 2222 3333 4444";
  }
}"""
SEND = "form => { form.noValidate = true; form.requestSubmit(form.querySelector('button[type=submit]')); }"


@dataclass
class Screens:
    """The suite as its people see it in one browser."""

    suite: RunningSuite
    browser: Browser
    audited: Counter[str] = field(default_factory=Counter)
    before_records: list[str] = field(default_factory=list)
    _cookies: dict[tuple[str, str], list[dict[str, object]]] = field(default_factory=dict)

    def cookies(self, service: str, who: str) -> list[dict[str, object]]:
        """What signing in gave this person at this service, asked for once."""
        if who and (service, who) not in self._cookies:
            self._cookies[service, who] = cookies_of(self.browser, self.suite.url(service), who)
        return self._cookies[service, who] if who else []

    def problems(self, service: str, lang: str, all_visits: list[Visit]) -> list[str]:
        """Everything wrong on these visits, in one context a person."""
        found, origin = [], self.suite.url(service)
        for who, at_work in itertools.groupby(sorted(all_visits, key=lambda v: v.who), key=lambda v: v.who):
            with watched_page(self.browser, origin, lang=lang, cookies=self.cookies(service, who)) as page:
                for visit in at_work:
                    found += [f"{service} {lang} {visit.told}: {said}" for said in self.look(page, origin, lang, visit)]
        return found

    def look(self, page: Page, origin: str, lang: str, visit: Visit) -> Iterator[str]:
        status = _arrive(page, origin, visit)
        if status != visit.status:
            yield f"answered {status}, not {visit.status}"
        if page.locator("html").get_attribute("lang") != lang or page.locator("h1").count() != 1:
            yield f"speaks another language or has no heading of its own: {page.title()}"
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 800})
            yield from (f"at {width} px: {said}" for said in audit(page, narrower=width == WIDTHS[-1]))
            self.audited[f"{lang} {width} px"] += 1
        page.set_viewport_size({"width": 1280, "height": 800})


def _arrive(page: Page, origin: str, visit: Visit) -> int:
    answer = page.goto(origin + visit.path)
    if visit.form:
        form = page.locator(f"main {visit.form}").first.element_handle()
        if visit.filled:
            page.evaluate(FILL_IN, {"form": form, "stale": visit.stale})
        with page.expect_navigation() as going:
            page.evaluate(SEND, form)
        answer = going.value
    return answer.status if answer else 0


@pytest.fixture(scope="module")
def screens(dressed_suite: RunningSuite, browser: Browser) -> Iterator[Screens]:
    """The suite's lists are looked at here, before anything is made, since tests run in any order."""
    seen = Screens(dressed_suite, browser)
    for service, lang in SIGNED_IN:
        seen.before_records += seen.problems(service, lang, [Visit(path, STAFF[service]) for path in LISTS[service]])
    yield seen
    print(f"\naudited pages: {dict(seen.audited)}")


@pytest.fixture(scope="module")
def records(screens: Screens) -> Records:
    return make_records(screens.suite)


def test_the_desks_are_right_before_there_is_anything_to_show(screens: Screens) -> None:
    assert screens.before_records == []


@pytest.mark.parametrize(("service", "lang"), SIGNED_IN)
def test_every_screen_passes_the_audit_in_every_state(
    screens: Screens, records: Records, service: str, lang: str
) -> None:
    assert screens.problems(service, lang, visits(service, records)) == []


def test_the_demo_sign_in_passes_the_audit(screens: Screens) -> None:
    provider = screens.suite.url("provider")
    context = screens.browser.new_context()
    try:
        page = context.new_page()
        page.goto(screens.suite.url("intake") + "/sign-in")
        address = page.url
    finally:
        context.close()
    for width in WIDTHS:
        with watched_page(screens.browser, provider, width=width) as page:
            page.goto(address)
            assert audit(page) == []


def test_no_screen_is_left_out(
    records: Records,
    service_database: Callable[[str], ServiceDatabase],
    keys_database: Callable[[str], ServiceDatabase],
) -> None:
    missed = []
    for found in entry_points(group="ansim.services"):
        service: Service = found.load()
        databases = service_database(service.package).url, keys_database(service.package).url
        with ThreadPoolExecutor(1) as beside:  # the browser's own loop runs in this thread
            routes = beside.submit(asyncio.run, _routes(service, *databases)).result()
        paths = {re.sub(r"\?.*", "", visit.path) for visit in visits(service.slug, records)}
        seen = {next((r.path for r in routes if r.path_regex.match(path)), "") for path in paths}
        missed += [f"{service.slug} {route.path}" for route in routes if route.path not in seen | LEADS_ON]
    assert missed == []


def _each_route(router: APIRouter) -> Iterator[APIRoute]:
    """Also those of routers that were included: the framework keeps them inside of each other."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _each_route(inner)


async def _routes(service: Service, database: str, keys: str) -> list[APIRoute]:
    """The pages that a person can go to, in the order in which the service looks for them."""
    settings = Settings(
        mode=Mode.DEMO,
        database_url=database,
        keys_url=keys,
        kek=KEK,
        urls={service.slug: ADDRESS},
        kafka_bootstrap="127.0.0.1:1",
        oidc_issuer="http://127.0.0.1:1",
    )
    async with open_kit(settings, service) as kit:
        routes = list(_each_route(service.pages(kit)))
    pages = [route for route in routes if "GET" in (route.methods or ())]
    assert len(pages) > 3, "no pages found: does the framework keep its routes elsewhere now?"
    return [route for route in pages if route.path not in NOT_HTML]


def test_an_open_dashboard_follows_a_report_from_arrival_to_service(screens: Screens) -> None:
    suite = screens.suite
    wait_for(suite.settled, what="the count of what other tests did")
    with watched_page(
        screens.browser, suite.url("analytics"), lang="en", cookies=screens.cookies("analytics", STAFF["analytics"])
    ) as page:
        page.goto(suite.url("analytics") + "/")
        page.evaluate("window.neverReloaded = true")
        shown = _Watched(page)
        shown.after(lambda: report_publicly(suite, TOLD), "reported", tile="Reports today")
        report = newest_report(suite)["id"]
        with suite.api("intake", "intake_officer") as intake:
            _follow_the_report(shown, intake, report)
        referral = newest_referral(suite, report)
        shown.after(lambda: accept_and_serve(suite, referral, TOLD), "served", row="Counselling")
        assert page.evaluate("window.neverReloaded") is True
        assert audit(page) == []
    print("\nseconds from the API's answer to the open dashboard:", shown.seconds)


def _follow_the_report(shown: "_Watched", intake: Any, report: str) -> None:
    judgement = {"severity": "high", "harm_types": ["grooming"], "age_band": "14_16", "minor": "yes"}
    hand_off = {"target": "victim_support", "consent": "given", "legal_basis": "consent", "gender": "female"}
    deeds: list[tuple[str, dict[str, Any], str, dict[str, str]]] = [
        ("acknowledge", {}, "acknowledged", {"row": "Acknowledged"}),
        ("triage", judgement, "triaged", {"row": "Triaged"}),
        ("referrals", hand_off, "referred", {"tile": "Referrals sent"}),
    ]
    for path, body, name, where in deeds:
        shown.after(
            lambda path=path, body=body: intake.post(  # type: ignore[misc]
                f"/reports/{report}/{path}", json=body, headers=key()
            ).raise_for_status(),
            name,
            **where,
        )


def newest_referral(suite: RunningSuite, report: str) -> str:
    with suite.api("intake", "intake_officer") as intake:
        items = intake.get(f"/reports/{report}/referrals").raise_for_status().json()["items"]
    return str(items[-1]["id"])


class _Watched:
    """The numbers on one open page, read from what it shows."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.seconds: dict[str, float] = {}

    def after(self, do: Callable[[], object], name: str, tile: str = "", row: str = "") -> None:
        """Do something and wait until the number under this label or in this row is one higher, without a reload."""
        before = self.number(tile, row)
        do()
        began = time.monotonic()
        wait_for(lambda: self.number(tile, row) == before + 1, 10, f"{tile or row} on the open page")
        self.seconds[name] = round(time.monotonic() - began, 2)

    def number(self, tile: str, row: str) -> int:
        """A row that is not there yet counts as none."""
        if tile:
            value = self._page.locator(".tile", has=self._page.get_by_text(tile, exact=True)).locator(".val")
        else:
            value = self._page.locator("[data-live-part=now] tr", has=self._page.get_by_text(row, exact=True)).locator(
                "td"
            )
        text = value.first.inner_text() if value.count() else "0"
        return int(re.sub(r"[^0-9]", "", text) or 0)
