"""Takes pictures of pages, to be looked at beside the mocks.

    python -m tests.browser.shots BASE_URL PATH… [--cookie NAME=VALUE] [--lang ko|en] [--width 360]
    python -m tests.browser.shots gallery [PATH…]

Both languages and both widths unless told otherwise. Pictures go to `.cache/shots/`, which is ignored.
"""

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser
from tests.browser.audit import WIDTHS, audit, watched_page
from tests.browser.chromium import running_chromium
from tests.browser.gallery.app import gallery
from tests.browser.serving import served

from ansim.telemetry import configure
from ansim.web.assets import build

FOLDER = Path(".cache/shots")
GALLERY_PATHS = ["/", "/form", "/calm", "/refuse/missing", "/refuse/broken"]


def shoot(browser: Browser, origin: str, path: str, lang: str, width: int, cookies: list[str]) -> list[str]:
    """One picture, and what the audit says about the page."""
    given = [{"name": c.partition("=")[0], "value": c.partition("=")[2], "url": origin} for c in cookies]
    with watched_page(browser, origin, lang=lang, width=width, cookies=given) as page:
        page.goto(origin + path)
        problems = audit(page)
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
        page.screenshot(path=FOLDER / f"{name}.{lang}-{width}.png", full_page=True)
    return problems


def main() -> int:
    configure("gallery")
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("base", help="base URL of a running service, or `gallery`")
    options.add_argument("paths", nargs="*")
    options.add_argument("--cookie", action="append", default=[])
    options.add_argument("--lang", choices=["ko", "en"], action="append")
    options.add_argument("--width", type=int, action="append")
    args = options.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_chromium() as browser:
        if args.base == "gallery":
            assets = Path(".cache/assets")
            build(assets)
            with served(gallery(assets)) as origin:
                return _all(browser, origin, args.paths or GALLERY_PATHS, args)
        return _all(browser, args.base.rstrip("/"), args.paths or ["/"], args)


def _all(browser: Browser, origin: str, paths: list[str], args: argparse.Namespace) -> int:
    found = 0
    for path in paths:
        for lang in args.lang or ("ko", "en"):
            for width in args.width or WIDTHS:
                problems = shoot(browser, origin, path, lang, width, args.cookie)
                found += len(problems)
                sys.stdout.write(f"{path} {lang} {width}: {'; '.join(problems) or 'clean'}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
