"""Every part of the kit's pages, in both languages and at both widths, against LOOK §13."""

import pytest
from playwright.sync_api import Browser, expect
from structlog.testing import capture_logs
from tests.browser.audit import WIDTHS, audit, watched_page
from tests.browser.gallery.app import gallery
from tests.browser.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PAGES = ["/", "/form", "/calm", "/figures", "/refuse/missing", "/refuse/broken"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_part_passes_the_audit(browser: Browser, origin: str, path: str, lang: str) -> None:
    for width in WIDTHS:
        with watched_page(browser, origin, lang=lang, width=width) as page:
            page.goto(origin + path, wait_until="load")
            assert page.locator("html").get_attribute("lang") == lang
            assert page.locator("h1").count() == 1
            assert audit(page) == [], f"{path} {lang} {width}"


@pytest.mark.parametrize("path", ["/form", "/calm"])
def test_a_refused_form_passes_the_audit_and_takes_the_focus_to_its_errors(
    browser: Browser, origin: str, path: str
) -> None:
    for width in WIDTHS:
        with watched_page(browser, origin, width=width) as page:
            page.goto(origin + path)
            page.fill("#f-note", "")
            page.click("main button[type=submit]")
            expect(page.locator(".err")).to_be_focused()
            assert page.locator("[aria-invalid=true]").count() >= 1
            assert audit(page) == []
            page.click(".err a >> nth=0")
            target = page.evaluate("document.querySelector('.err a').hash.slice(1)")
            assert page.evaluate("id => !!document.getElementById(id)", target)


def test_the_other_desks_open_without_script_and_stay_inside_of_a_phone(browser: Browser, origin: str) -> None:
    for width in (320, 1280):
        with watched_page(browser, origin, width=width) as page:
            page.goto(origin + "/form")
            page.click(".suite summary")
            assert page.locator(".suite a").first.is_visible()
            assert audit(page) == []
            assert page.evaluate("document.querySelector('.suite ul').getBoundingClientRect().left") >= 0


def test_on_paper_tables_keep_their_columns_and_what_can_only_be_pressed_is_gone(browser: Browser, origin: str) -> None:
    """LOOK §12, at the width that A4 leaves between its margins."""
    with watched_page(browser, origin, width=673) as page:
        page.emulate_media(media="print")
        for path in ("/", "/form"):
            page.goto(origin + path)
            for gone in (".top nav", ".skip", "main form", ".btn", ".suite"):
                assert [each for each in page.locator(gone).all() if each.is_visible()] == [], gone
            assert page.locator(".printed").is_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.goto(origin + "/")
        heads = page.locator("table.stack thead th")
        assert heads.count() > 1
        assert all(each.is_visible() for each in heads.all())
        assert page.evaluate("getComputedStyle(document.querySelector('table.stack tbody tr')).display") == "table-row"


def test_pages_are_right_without_built_assets(browser: Browser) -> None:
    with capture_logs() as logged, served(gallery()) as bare, watched_page(browser, bare, width=1280) as page:
        page.goto(bare)
        assert audit(page) == []
        assert page.locator("link[rel=stylesheet]").count() == 1
    assert [line["event"] for line in logged] == ["assets_not_built"]


def test_our_own_words_need_one_font_file(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin) as page:
        fonts: list[str] = []
        page.on("response", lambda r: fonts.append(r.url) if r.url.endswith(".woff2") else None)
        page.goto(origin + "/calm", wait_until="networkidle")
        assert page.evaluate("[...document.fonts].filter((face) => face.status === 'loaded').length") == 1
    assert [url.rsplit("/", 1)[-1].split(".")[0] for url in fonts] == ["core"]


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(browser: Browser, origin: str) -> None:
    with watched_page(browser, origin) as page:
        page.goto(origin + "/form")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
