"""Somebody at a screen: finds their way by the words on it, in their language, and looks at every page they come to.

A sentence is named by its English, as in the templates; the person reads and presses it in the language of their page.
With ANSIM_SHOTS naming a folder, what they see is kept there as pictures at two widths.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Response, Route, expect
from tests.browser.audit import WIDTHS, watched_page, watched_problems

from ansim.access import demo_staff
from ansim.contracts.labels import label
from ansim.web.i18n import catalogue
from ansim.web.said import begin

__all__ = ["Person", "somebody"]

SHOTS = os.environ.get("ANSIM_SHOTS")
PATIENCE = 20_000
NO_SERVICE = "chrome-error://"


class Person:
    """`package` is the service whose words are on the screen now."""

    def __init__(self, page: Page, who: str, package: str, lang: str) -> None:
        self.page, self.who, self.package, self.lang = page, who, package, lang
        self.looks = 0

    def says(self, sentence: str, **parts: object) -> str:
        """A sentence as it stands on this person's screen."""
        text = catalogue(self.package, self.lang).gettext(sentence)
        return text.format(**parts) if parts else text

    def word(self, code: StrEnum) -> str:
        """A code as it begins a line on this person's screen."""
        return begin(label(code, self.lang))

    # going

    def visit(self, address: str) -> None:
        """An address that somebody was given: on a poster, in a bookmark."""
        self._came(self.page.goto(address))

    def sign_in(self, subject: str) -> None:
        """At the demonstration's list of invented people, where the way to a desk leads whoever is not signed in."""
        name = next(each.name for each in demo_staff() if each.subject == subject)
        self._go(self.page.get_by_role("row", name=name).get_by_role("button"))

    def follow(self, sentence: str, **parts: object) -> None:
        """A link in the page."""
        self.follow_link(self.says(sentence, **parts))

    def follow_link(self, name: str) -> None:
        """A link that is called by what it leads to, such as a number."""
        self._go(self._main.get_by_role("link", name=name, exact=True).first)

    def follow_first_row(self) -> str:
        """The link that begins the first row of the first table; says how it is called."""
        link = self._main.get_by_role("rowheader").first.get_by_role("link")
        name = link.inner_text()
        self._go(link)
        return name

    def menu(self, sentence: str) -> None:
        menu = self.page.get_by_role("navigation", name=self.says("Main menu"), exact=True)
        self._go(menu.get_by_role("link", name=self.says(sentence), exact=True))

    def press(self, sentence: str, **parts: object) -> None:
        self._go(self._button(sentence, **parts))

    def prints(self, sentence: str, **parts: object) -> bytes:
        """Looks at the paper behind a link in the browser's own viewer, and comes back to the page; gives the file."""
        self._main.get_by_role("link", name=self.says(sentence, **parts), exact=True).first.click()
        self.page.wait_for_url("**/*.pdf")
        paper = self.page.request.get(self.page.url)
        assert paper.ok, f"{paper.status} at {self.page.url}"
        self._came(self.page.go_back())
        return paper.body()

    def look_again(self) -> None:
        """The same page once more, as F5 does. Where nothing was answered, the browser sends again what it sent."""
        self._came(self.page.reload())

    # filling in

    def write(self, field: str, text: str) -> None:
        self._main.get_by_role("textbox", name=self._beginning(field)).fill(text)

    def date(self, field: str, day: str) -> None:
        self._main.get_by_label(self._beginning(field)).fill(day)

    def select(self, field: str, option: str) -> None:
        self._main.get_by_role("combobox", name=self._beginning(field)).select_option(label=option)

    def choose(self, question: str, *options: str, **parts: object) -> None:
        """Each option is on afterwards; what was on already stays."""
        group = self._main.get_by_role("group", name=self.says(question, **parts), exact=True)
        for option in options:
            group.get_by_label(re.compile(f"^{re.escape(option)}")).check()

    # when nobody answers

    def press_in_vain(self, sentence: str) -> None:
        """Nothing is there to answer: the browser says so."""
        self._button(sentence).click()
        self.page.wait_for_url(f"{NO_SERVICE}**", wait_until="commit")

    @contextmanager
    def answers_get_lost(self, path: str) -> Iterator[None]:
        """Inside, what is sent to addresses that end so arrives and is done, but no answer comes back."""

        def lose(route: Route) -> None:
            done = route.fetch(max_redirects=0)
            assert done.status == 303, done.text()
            route.abort("connectionreset")

        self.page.route(f"**{path}", lose)
        try:
            yield
        finally:
            self.page.unroute(f"**{path}")

    # seeing

    @property
    def _main(self) -> Locator:
        return self.page.get_by_role("main")

    def sees(self, text: str) -> None:
        expect(self._main).to_contain_text(text)

    def sees_not(self, text: str) -> None:
        expect(self._main).not_to_contain_text(text)

    def keep(self, name: str) -> None:
        """A picture of what is on the screen, when pictures are wanted."""
        if SHOTS is None:
            return
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.evaluate("scrollTo(0, 0)")
            self.page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
            self.page.screenshot(path=folder / f"{name}.{self.lang}-{width}.png", full_page=True)

    def _beginning(self, sentence: str) -> re.Pattern[str]:
        """A label without what is said after it, such as that the field is optional."""
        return re.compile(f"^{re.escape(self.says(sentence))}")

    def _button(self, sentence: str, **parts: object) -> Locator:
        return self._main.get_by_role("button", name=self.says(sentence, **parts), exact=True).first

    def _go(self, target: Locator) -> None:
        with self.page.expect_navigation() as going:
            target.click()
        self._came(going.value)

    def _came(self, answer: Response | None) -> None:
        """Every page that somebody comes to speaks their language, has one heading and did nothing it may not do."""
        assert answer is not None
        assert answer.ok, f"{self.who}: {answer.status} at {self.page.url}\n{self.page.inner_text('main')}"
        assert self.page.locator("html").get_attribute("lang") == self.lang, self.page.url
        assert self.page.locator("h1").count() == 1, self.page.url
        problems = watched_problems(self.page)
        assert not problems, f"{self.page.url}: {problems}"
        self.looks += 1


@contextmanager
def somebody(browser: Browser, who: str, package: str, lang: str, *origins: str) -> Iterator[Person]:
    """A person with a browser of their own that may ask these origins and no other."""
    with watched_page(browser, *origins, lang=lang) as page:
        page.set_default_timeout(PATIENCE)
        yield Person(page, who, package, lang)
