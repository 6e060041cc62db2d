import pytest
from markupsafe import Markup
from starlette.testclient import TestClient

from ansim.errors import Message
from ansim.web.i18n import Catalogue, catalogue, same_origin_path, speaking, translated


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("", "ko"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-GB,en;q=0.9,ko;q=0.8", "en"),
        ("en;q=0.5,ko;q=0.9", "ko"),
        ("fr-FR,de;q=0.8", "ko"),
        ("fr,en;q=0.1", "en"),
        ("en;q=0,ko;q=nonsense", "ko"),
        (";;;,,,", "ko"),
    ],
)
def test_the_page_speaks_what_the_browser_asks_for(client: TestClient, asked: str, lang: str) -> None:
    page = client.get("/plain", headers={"accept-language": asked})

    assert f'<html lang="{lang}">' in page.text
    assert page.headers["content-language"] == lang


def test_the_readers_choice_wins_and_leads_back(client: TestClient) -> None:
    answer = client.get("/language?to=ko&back=/plain", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"] == "/plain"
    assert "ansim_lang=ko" in answer.headers["set-cookie"]
    assert '<html lang="ko">' in client.get("/plain").text


def test_an_unknown_language_changes_nothing(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/language?to=xx&back=/plain", follow_redirects=False).headers


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.invalid/",
        "//evil.invalid/",
        "/\\evil.invalid/",
        "\\\\evil.invalid",
        "/%09/evil.invalid".replace("%09", "\t"),
        "/\n/evil.invalid",
        "javascript:alert(1)",
        "evil.invalid",
        "",
        "/" + "x" * 3000,
        " /plain",
    ],
)
def test_the_language_switch_leads_nowhere_else(client: TestClient, back: str) -> None:
    answer = client.get("/language", params={"to": "en", "back": back}, follow_redirects=False)

    assert answer.headers["location"] == "/"


def test_the_switch_keeps_the_page(client: TestClient) -> None:
    assert 'href="/language?to=ko&amp;back=/plain"' in client.get("/plain").text
    assert same_origin_path("/reports/1?sort=due") == "/reports/1?sort=due"


def test_messages_are_translated_with_their_parameters() -> None:
    korean = catalogue("ansim", "ko")
    message = Message("{time} left", time=Message("{n} min", n=40))

    assert message.translate(korean) == "40분 남음"
    assert str(message) == "40 min left"
    assert message == Message("{time} left", time=Message("{n} min", n=40))
    with pytest.raises(AttributeError):
        message.msgid = "other"


def test_a_sentence_without_korean_is_shown_in_english() -> None:
    assert Catalogue("ko", {}).gettext("No such sentence") == "No such sentence"


def test_parameters_in_a_sentence_are_escaped_around_markup() -> None:
    with speaking(Catalogue("en")):
        text = translated("{who} calls {number}", who="<Kim>", number=Markup("<b>112</b>"))
    assert text == "&lt;Kim&gt; calls <b>112</b>"
