"""What every screen must pass: axe, the content security policy, no other host, no sideways scroll.

with watched_page(browser, origin, lang="ko", width=360) as page:
    page.goto(f"{origin}/triage")
    assert audit(page) == []
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, ConsoleMessage, Page
from playwright.sync_api import Response as Answer

from ansim.web.assets import install_packages

__all__ = ["WIDTHS", "audit", "axe_source", "watched_page", "watched_problems"]

HERE = Path(__file__).parent
KEPT = HERE.parent.parent / ".cache" / "browser-tests"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (360, 1280)
AXE = "async options => (await axe.run(document, options)).violations"
OF_ITS_OWN = ("data:", "blob:", "chrome:", "chrome-extension:")
"""What a page holds itself, and the browser's own viewer of papers: asks nobody."""
MET_ELSEWHERE = "Failed to load resource: the server responded"
"""What the browser's console says of an answer that refuses, which tests look at themselves."""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Seen:
    """What a page did while it was watched."""

    origins: tuple[str, ...]
    foreign: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def said(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.refused.append(message.text)
        elif message.type == "error" and not message.text.startswith(MET_ELSEWHERE):
            self.broken.append(message.text)

    def answered(self, answer: Answer) -> None:
        """A page may be refused; what a page asks for itself must be there."""
        if answer.status >= 400 and answer.request.resource_type != "document":
            self.broken.append(f"{answer.status} at {answer.url}")


_SEEN: WeakKeyDictionary[Page, Seen] = WeakKeyDictionary()


@cache
def axe_source() -> str:
    """The checker's source, brought by npm once and kept in the ignored cache folder.

    One process brings it, others wait: npm empties the folder before it fills it.
    """
    file = KEPT / "node_modules" / "axe-core" / "axe.min.js"
    KEPT.mkdir(parents=True, exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not file.is_file():
            install_packages(HERE, KEPT)
    return file.read_text()


@contextmanager
def watched_page(
    browser: Browser, *origins: str, lang: str = "ko", width: int = 1280, cookies: list[Any] | None = None
) -> Iterator[Page]:
    """A page in a fresh context that speaks `lang`; what it loads and what the policy refuses is remembered. It may ask
    `origins` and nobody else."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, locale="ko-KR" if lang == "ko" else "en-GB", timezone_id="Asia/Seoul"
    )
    if cookies:
        context.add_cookies(cookies)
    page = context.new_page()
    seen = Seen(origins)
    page.on(
        "request",
        lambda r: seen.foreign.append(r.url) if not r.url.startswith((*origins, *OF_ITS_OWN)) else None,
    )
    page.on("response", seen.answered)
    page.on("console", seen.said)
    page.on("pageerror", lambda error: seen.broken.append(str(error)))
    _SEEN[page] = seen
    try:
        yield page
    finally:
        context.close()


def audit(page: Page, *, narrower: bool = True) -> list[str]:
    """Everything that is wrong with the page as it stands, as sentences; empty when nothing is.

    `narrower` False leaves out 320 px and 200 %, for a page that was looked at so already. What was loaded, refused or broken is told once: the next call tells what came after. Changes the size of the window
    and puts it back.
    """
    page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    violations = page.evaluate(AXE, {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
    problems = [_told(violation) for violation in violations]
    return problems + watched_problems(page) + _sideways(page, narrower)


def watched_problems(page: Page) -> list[str]:
    """What was loaded, refused or broken since this was asked last."""
    seen = _SEEN[page]
    problems = [f"policy refused: {text[:300]}" for text in seen.refused]
    problems += [f"asked another host: {url}" for url in seen.foreign]
    problems += [f"script failed: {text[:300]}" for text in seen.broken]
    for told in (seen.refused, seen.foreign, seen.broken):
        told.clear()
    return problems


def _told(violation: dict[str, Any]) -> str:
    node = violation["nodes"][0]
    why = node["any"][0]["message"] if node["any"] else ""
    return f"axe {violation['id']} x{len(violation['nodes'])}: {node['html'][:160]} {json.dumps(why)[:200]}"


def _sideways(page: Page, narrower: bool) -> list[str]:
    """At the page's own width and, when asked for, at 320 px and at 1280 px zoomed to 200 %."""
    size = page.viewport_size or {"width": 1280, "height": 800}
    problems = []
    others = (("320 px", 320), ("200 % of 1280 px", 640)) if narrower else ()
    for name, width in ((f"{size['width']} px", size["width"]), *others):
        if width != size["width"]:
            page.set_viewport_size({"width": width, "height": size["height"]})
        over = page.evaluate(OVERFLOW)
        if over > 0:
            widest = page.evaluate(WIDEST)
            problems.append(f"scrolls sideways by {over} px at {name}: {widest}")
    if others:
        page.set_viewport_size(size)
    return problems


WIDEST = """() => {
  const limit = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > limit + 1
    && !e.closest(".tw"));
  return wide.slice(-1).map((e) => e.outerHTML.slice(0, 160)).join("");
}"""
