"""Korean and English: catalogues, the reader's language, and the words of the page that is being rendered.

English sentences are the message ids, so English needs no catalogue. Korean comes from `locale/ko.po` of a package laid
over the kit's. Sentences may hold `{name}` places; a Korean sentence puts no particle after one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final

from babel.messages.pofile import read_po
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse

from ansim.errors import Message

__all__ = [
    "COOKIE",
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "Catalogue",
    "catalogue",
    "current",
    "language_for",
    "language_of",
    "said",
    "same_origin_path",
    "speaking",
    "switch_language",
]

LANGUAGES: Final = ("ko", "en")
DEFAULT_LANGUAGE: Final = "ko"
COOKIE: Final = "ansim_lang"
YEAR_SECONDS: Final = 365 * 24 * 3600


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one language. A sentence without a translation is shown in English."""

    lang: str
    sentences: Mapping[str, str] = field(default_factory=dict)

    def gettext(self, message: str, /) -> str:
        return self.sentences.get(message) or message


def read_catalogue(package: str, lang: str) -> dict[str, str]:
    """All translated sentences of a package's `locale/<lang>.po`; empty when it has none."""
    file = resources.files(package).joinpath("locale", f"{lang}.po")
    if not file.is_file():
        return {}
    with file.open("rb") as source:
        catalog = read_po(source, locale=lang)
    return {
        m.id: m.string for m in catalog if m.id and isinstance(m.id, str) and isinstance(m.string, str) and m.string
    }


@cache
def catalogue(package: str, lang: str) -> Catalogue:
    """The kit's sentences in `lang` with those of `package` laid over them."""
    if lang == "en":
        return ENGLISH
    return Catalogue(lang, {**read_catalogue("ansim", lang), **read_catalogue(package, lang)})


ENGLISH: Final = Catalogue("en")
_speaking: ContextVar[Catalogue] = ContextVar("ansim_web_speaking", default=ENGLISH)


def current() -> Catalogue:
    """The catalogue of the page that is being rendered; English outside of one."""
    return _speaking.get()


@contextmanager
def speaking(words: Catalogue) -> Iterator[None]:
    """Inside, templates and filters use `words`."""
    token = _speaking.set(words)
    try:
        yield
    finally:
        _speaking.reset(token)


def said(message: object) -> str:
    """A `Message` in the reader's language; anything else as text."""
    return message.translate(current()) if isinstance(message, Message) else str(message)


def translated(sentence: str, /, **params: object) -> str:
    """`_()` of templates. Markup among the parameters stays markup, everything else is escaped around it."""
    text = current().gettext(sentence)
    if any(isinstance(value, Markup) for value in params.values()):
        return escape(text).format(**params)
    filled = {name: said(value) if isinstance(value, Message) else value for name, value in params.items()}
    return text.format(**filled) if filled else text


def counted(one: str, many: str, n: int, /, **params: object) -> str:
    """`_n()` of templates: English by number, Korean always by the sentence of many. Only that one is translated."""
    sentence = one if n == 1 and current().lang == "en" else many
    return translated(sentence, n=f"{n:,}", **params)


def language_of(request: Request) -> str:
    """The reader's language: their own choice, else what the browser asks for, else Korean."""
    return language_for(request.cookies.get(COOKIE), request.headers.get("accept-language", ""))


def language_for(chosen: str | None, asked: str) -> str:
    """The same of a request that is none of Starlette's: its cookie and its `Accept-Language`."""
    if chosen in LANGUAGES:
        return chosen
    return max(_wishes(asked), key=lambda wish: wish[1], default=(DEFAULT_LANGUAGE, 0.0))[0]


def _wishes(header: str) -> Iterator[tuple[str, float]]:
    for wish in header[:200].split(","):
        tag, _, quality = wish.strip().partition(";q=")
        lang = tag.strip().lower().split("-")[0]
        if lang in LANGUAGES:
            try:
                weight = float(quality) if quality else 1.0
            except ValueError:
                weight = 0.0
            if weight > 0:
                yield lang, weight


def same_origin_path(path: str | None) -> str:
    """`path` when it can only lead to this origin, else "/".

    Refused: anything with a scheme or host, "//" and "/\\" (browsers read both as a host), control characters.
    """
    if not path or len(path) > 2000 or not path.startswith("/") or path[1:2] in ("/", "\\"):
        return "/"
    if "\\" in path or any(ord(character) <= 32 or ord(character) == 127 for character in path):
        return "/"
    return path


def switch_language(request: Request) -> RedirectResponse:
    """`GET /language?to=en&back=/path`: remembers the choice for a year and goes back to where the reader was."""
    wanted = request.query_params.get("to", "")
    response = RedirectResponse(same_origin_path(request.query_params.get("back")), status_code=303)
    if wanted in LANGUAGES:
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, wanted, max_age=YEAR_SECONDS, samesite="lax", httponly=True, secure=secure)
    return response
