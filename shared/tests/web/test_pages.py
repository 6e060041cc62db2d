import re
from datetime import datetime
from importlib import resources
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.nodes import Const, FromImport
from starlette.requests import Request
from starlette.testclient import TestClient

from ansim.web import HeldUp, Web
from ansim.web.said import SEOUL

from .conftest import Entry

PACKAGES = ["ansim", *sorted({point.module.partition(".")[0] for point in entry_points(group="ansim.services")})]


def test_what_people_wrote_is_escaped(client: TestClient) -> None:
    page = client.get("/plain", params={"text": "<script>alert(1)</script>'\""}).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_name_that_a_template_was_not_given_is_an_error(web: Web) -> None:
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "scheme": "http"}
    )

    with pytest.raises(UndefinedError):
        web.page(request, "plain.html")


def test_the_menu_holds_what_the_role_may_see(client: TestClient) -> None:
    page = client.get("/plain", params={"role": "intake_officer"}).text

    assert '<a href="/plain" aria-current="page">Intake</a>' in page
    assert 'href="/other"' not in page
    assert "Han Seo-yun (invented)" in page
    assert 'action="/sign-out"' in page
    assert "aria-current" not in client.get("/plain").text


def test_the_first_page_is_marked_on_itself_only(client: TestClient, web: Web) -> None:
    web.navigation = (Entry("Today", "/", ()), Entry("Plain", "/plain", ()))
    page = client.get("/plain", params={"role": "intake_officer"}).text

    assert page.count('aria-current="page"') == 1
    assert '<a href="/">Today</a>' in page


def test_the_other_desks_are_linked_and_our_own_is_not(client: TestClient) -> None:
    page = client.get("/plain").text

    assert 'href="http://b.invalid"' in page
    assert 'href="http://a.invalid"' not in page


def test_the_demo_says_that_all_people_are_invented(client: TestClient, web: Web) -> None:
    assert "Demo. All people are invented." in client.get("/plain").text
    assert "시연 화면입니다." in client.get("/plain", headers={"accept-language": "ko"}).text
    web.demo = False
    assert "invented" not in client.get("/plain").text


def test_when_the_broker_is_away_staff_read_that_their_work_is_saved(client: TestClient, web: Web) -> None:
    web.held_up = lambda: HeldUp(12, datetime(2026, 11, 23, 14, 16, tzinfo=SEOUL))
    page = client.get("/plain").text

    assert "Your work is saved; 12 events are waiting." in page
    assert "Since 14:16." in page


def test_a_fragment_has_no_shell(web: Web) -> None:
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "scheme": "http"}
    )
    web.templates.loader.loaders[0].mapping["piece.html"] = "<p>{{ _('Intake') }}</p>"  # type: ignore[union-attr]

    assert web.fragment(request, "piece.html").body == "<p>접수</p>".encode()
    assert web.render("en", "piece.html") == "<p>Intake</p>"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_template_needs_what_the_policy_forbids(package: str) -> None:
    for file in sorted(Path(str(resources.files(package))).rglob("*.html")):
        text = file.read_text()
        assert not re.search(r"\sstyle\s*=", text), file.name
        assert not re.search(r"<[^>{]*\son[a-z]+\s*=", text), file.name
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), file.name
        assert not re.search(r"(?<!['\"])\|\s*safe\b", text), f"{file.name}: only a literal may be called safe"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_template_compiles_and_imports_only_macros_that_exist(package: str) -> None:
    web = Web(slug="any", package=package, title="Intake", secret=b"thirty-two bytes of a test secret")
    folder = Path(str(resources.files(package))) / ("web/templates" if package == "ansim" else "templates")
    for file in sorted(folder.rglob("*.html")):
        tree = web.templates.parse(file.read_text())
        for found in tree.find_all(FromImport):
            assert isinstance(found.template, Const)
            offered = web.templates.get_template(found.template.value).module
            names = [name if isinstance(name, str) else name[0] for name in found.names]
            assert [name for name in names if not hasattr(offered, name)] == [], file.name
        web.templates.get_template(file.relative_to(folder).as_posix())
