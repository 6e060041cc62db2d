"""Whom somebody can call right away: read once from `contacts.toml`, so that a number is changed in one place."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Final

from ansim.web.i18n import current


@dataclass(frozen=True, slots=True)
class Bilingual:
    """Words in both languages, said in that of the page they land on."""

    ko: str
    en: str

    def __str__(self) -> str:
        return self.ko if current().lang == "ko" else self.en


@dataclass(frozen=True, slots=True)
class CrisisContact:
    """A telephone that answers at any hour. `always`: stands on every public page."""

    number: str
    always: bool
    name: Bilingual
    when: Bilingual


def _read() -> tuple[CrisisContact, ...]:
    data = tomllib.loads(resources.files(__package__).joinpath("contacts.toml").read_text("utf-8"))
    return tuple(
        CrisisContact(one["number"], one["always"], Bilingual(**one["name"]), Bilingual(**one["when"]))
        for one in data["contact"]
    )


CONTACTS: Final = _read()
"""In the order of urgency."""
