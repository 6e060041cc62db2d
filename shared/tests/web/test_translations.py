from importlib import resources
from importlib.metadata import entry_points
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from ansim.access.roles import ROLE_TITLES
from ansim.web.i18n import catalogue
from ansim.web.translations import missing_translations, sentences_of

PACKAGES = ["ansim", *sorted({point.module.partition(".")[0] for point in entry_points(group="ansim.services")})]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_has_its_korean(package: str) -> None:
    assert missing_translations(package) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_translation_has_the_same_places_as_its_sentence(package: str) -> None:
    file = resources.files(package).joinpath("locale", "ko.po")
    if not file.is_file():
        pytest.skip(f"{package} has no catalogue yet")
    with file.open("rb") as source:
        wrong = [m.id for m in read_po(source, locale="ko") if m.id and m.string and _places(m.id) != _places(m.string)]
    assert wrong == []


def _places(text: object) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(str(text)) if name}


def test_every_role_has_a_korean_title() -> None:
    known = catalogue("ansim", "ko").sentences

    assert [title for title in ROLE_TITLES.values() if title not in known] == []


def test_sentences_are_found_in_templates_and_in_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "sample_of_sentences"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text(
        'def titles():\n    yield Message("In a message", n=1)\n    yield Nav("In a menu", "/", ())\n'
        '    yield Service(slug="x", title="As a title")\n    yield Message("")\n    print("not for people")\n'
    )
    (package / "templates" / "page.html").write_text(
        '{{ _("In a page") }}{{ _n("1 report", "{n} reports", 2) }}{{ "plain" }}'
    )
    monkeypatch.syspath_prepend(tmp_path)

    assert set(sentences_of("sample_of_sentences")) == {
        "In a message",
        "In a menu",
        "As a title",
        "In a page",
        "{n} reports",
    }
    assert missing_translations("sample_of_sentences") == sorted(sentences_of("sample_of_sentences"))
