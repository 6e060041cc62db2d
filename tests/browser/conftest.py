"""One browser and one gallery a module, and one set of built assets for all.

Not one browser a session: Playwright keeps an event loop running for as long as it is open, and asynchronous tests of
other modules would find themselves inside it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from structlog.testing import capture_logs
from tests.browser.audit import axe_source
from tests.browser.chromium import chromium_path, running_chromium
from tests.browser.gallery.app import gallery
from tests.browser.serving import served

from ansim.web.assets import BuildFailed
from tests.conftest import RunningSuite


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Skips, with the reason, where there is no Chromium or no axe to check with."""
    if chromium_path() is None:
        pytest.skip("browser lane: Chromium is not installed")
    try:
        axe_source()
    except BuildFailed as error:
        pytest.skip(f"browser lane: {error}")
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def origin(assets: Path) -> Iterator[str]:
    """The gallery, served with built assets."""
    with capture_logs(), served(gallery(assets)) as origin:
        yield origin


@pytest.fixture(scope="session")
def dressed_suite(assets: Path, suite: RunningSuite) -> RunningSuite:
    """The suite of the session, only where the built fonts can be had."""
    return suite
