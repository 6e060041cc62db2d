"""Everything that goes wrong, told in the reader's language: a page for people, RFC 9457 for programs.

Order of words: the fact, what is safe, what to do. Nothing here repeats an input or names an inner part; a failure that
nobody foresaw is told by a reference only, and the log line with that reference says where it happened, not with what.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

import asyncpg
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from ansim.errors import DomainError, Forbidden, Message, NotFound, Retriable, VersionConflict
from ansim.vault.keyring import KeyDestroyed
from ansim.web.csrf import CsrfRefused
from ansim.web.i18n import Catalogue
from ansim.web.sentences import field_of, sentence_for

__all__ = [
    "AWAY",
    "PROBLEM_TYPE",
    "UNSTORABLE",
    "FieldError",
    "Problem",
    "ProblemBody",
    "for_programs",
    "problem_of",
    "problem_response",
    "reference_of",
    "title_of",
]

_log = structlog.get_logger(__name__)

PROGRAM_PATHS: Final = ("/api/", "/feed/", "/status", "/health/", "/metrics")
RETRY_AFTER_SECONDS: Final = 5
PROBLEM_TYPE: Final = "application/problem+json"

AWAY: Final[tuple[type[Exception], ...]] = (
    Retriable,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
)
"""Errors that say a server is away: the request was right, try again."""

UNSTORABLE: Final[tuple[type[Exception], ...]] = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
)
"""The database was asked for, or told, a character that no text of its can hold: a NUL. Fields refuse it by name before that
(`Storable`); this is for addresses, where it may stand in any query."""


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field. `field` is empty where it is not the fault of one."""

    field: str
    message: str


@dataclass(frozen=True)
class Problem:
    """One refusal or failure, in the words of the reader. `type` is the last part of its `/problems/…` address."""

    status: int
    type: str
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    code: str = ""
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    back: str = "/"
    back_text: str = ""


class ProblemBody(BaseModel):
    """A refusal as programs get it, RFC 9457. `correlationid` is there when the failure is ours: name it when you ask us."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] = ()
    correlationid: str = ""


_BY_STATUS: Final = {
    400: ("unreadable", Message("This request could not be read"), Message("Nothing has been saved. Go back and try again.")),
    401: ("sign-in", Message("Please sign in"), Message("This needs a signed-in person or a valid token.")),
    403: ("forbidden", Message("You cannot see this here"),
          Message("Your role or your team does not reach this. If you need it, ask your supervisor.")),
    404: ("not-found", Message("There is nothing here for you"),
          Message("There is no such number, or another team looks after it. We do not say which.")),
    405: ("method", Message("This address is not used that way"), Message("Nothing has been changed.")),
    409: ("conflict", Message("Someone else changed this first"),
          Message("Nothing has been overwritten. Open it again, compare, and decide.")),
    410: ("erased", Message("This has been erased"),
          Message("Its key has been destroyed. Nobody can read it again, and nothing can be added to it.")),
    413: ("too-large", Message("That is more than this form takes"),
          Message("Nothing has been saved. Shorten the text and send it again. We take no pictures and no files.")),
    415: ("media-type", Message("This kind of content is not taken"),
          Message("Nothing has been saved. We take the fields of our forms, no pictures and no files.")),
    422: ("invalid", Message("Something needs a change"), Message("Nothing has been saved.")),
    429: ("too-many", Message("Too many requests"), Message("Nothing has been saved. Wait a minute and try again.")),
    500: ("internal", Message("Something went wrong on our side"),
          Message("What you did last may not have been saved. Look before you send it again.")),
    503: ("away", Message("Ansim cannot be reached right now"),
          Message("Nothing is lost that was saved before. Try again in a minute.")),
}  # fmt: skip

_CSRF: Final = (
    "form-expired",
    Message("This form is no longer valid"),
    Message("Nothing has been saved. Open the page again and send the form from there."),
)


def for_programs(request: Request) -> bool:
    """Whether the caller is a program: an API path, or a caller that asks for JSON and not for a page."""
    if request.url.path.startswith(PROGRAM_PATHS):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def reference_of(request: Request) -> str:
    """The reference of this request: its correlation id where telemetry has bound one, else a fresh one."""
    known = getattr(request.state, "correlationid", None)
    return str(known) if known else str(uuid4())


def title_of(status: int) -> str:
    """What a refusal with this status says first, in English. Raises KeyError for one that is not made here."""
    return str(_BY_STATUS[status][1])


def problem_of(error: Exception, words: Catalogue, reference: str) -> Problem:
    """What to tell about `error`. Anything not foreseen becomes a bare 500."""
    if isinstance(error, HTTPException):
        return _plain(error.status_code, words, headers=dict(error.headers or {}))
    if isinstance(error, CsrfRefused):
        return _told(403, _CSRF, words)
    if isinstance(error, Forbidden):
        return _plain(403, words)
    if isinstance(error, NotFound):
        return _plain(404, words)
    if isinstance(error, KeyDestroyed):
        return _plain(410, words)
    if isinstance(error, VersionConflict):
        return _plain(409, words, kind="warn")
    if isinstance(error, DomainError):
        message = FieldError(error.field or "", error.message.translate(words))
        return _plain(422, words, errors=(message,), type_=f"rule/{error.rule}")
    if isinstance(error, RequestValidationError):
        return _plain(422, words, errors=_field_errors(error.errors(), words))
    if isinstance(error, UNSTORABLE):
        return _plain(400, words)
    if isinstance(error, AWAY):
        return _plain(503, words, kind="bad", headers={"Retry-After": str(RETRY_AFTER_SECONDS)}, code=reference)
    return _plain(500, words, kind="bad", code=reference)


def _plain(
    status: int,
    words: Catalogue,
    *,
    errors: tuple[FieldError, ...] = (),
    type_: str = "",
    kind: str = "",
    code: str = "",
    headers: Mapping[str, str] | None = None,
) -> Problem:
    told = _BY_STATUS.get(status)
    if told is None:
        told = (f"status-{status}", Message(HTTPStatus(status).phrase), Message("Nothing has been changed."))
    problem = _told(status, (type_ or told[0], told[1], told[2]), words)
    return Problem(
        status, problem.type, problem.title, problem.detail, errors, code, kind, headers or {}, "/", problem.back_text
    )


def _told(status: int, told: tuple[str, Message, Message], words: Catalogue) -> Problem:
    kind, title, detail = told
    back = Message("To the first page").translate(words)
    return Problem(status, kind, title.translate(words), detail.translate(words), back_text=back)


def _field_errors(details: Any, words: Catalogue) -> tuple[FieldError, ...]:
    """Fields of a JSON body by their path; of the query, path or header by their name."""
    found: dict[str, str] = {}
    for detail in details:
        location = detail["loc"]
        name = field_of(location, skip=1) if location and location[0] in ("body", "query", "path", "header") else ""
        found.setdefault(name, sentence_for(detail).translate(words))
    return tuple(FieldError(name, message) for name, message in found.items())


def problem_response(problem: Problem, lang: str) -> JSONResponse:
    """RFC 9457 `application/problem+json`."""
    body = ProblemBody(
        type=f"/problems/{problem.type}",
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        errors=problem.errors,
        correlationid=problem.code,
    )
    headers = {**problem.headers, "Content-Language": lang, "Vary": "Accept-Language, Cookie"}
    return JSONResponse(body.model_dump(exclude_defaults=True), problem.status, headers, media_type=PROBLEM_TYPE)


def log_failure(error: Exception, reference: str) -> None:
    """Where it happened and of which type; never the text, which may hold what a person wrote."""
    fields = []
    if isinstance(error, ValidationError):
        fields = [f"{field_of(detail['loc'])}:{detail['type']}" for detail in error.errors(include_input=False)]
    _log.error("request_failed", fields=fields, correlationid=reference, exc_info=error)
