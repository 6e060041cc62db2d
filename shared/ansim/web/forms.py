"""A sent form: read within limits, checked by the command's own model, kept as it was typed."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import UnionType
from typing import Annotated, Any, Final, Generic, TypeVar, Union, get_args, get_origin
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from fastapi import HTTPException
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from ansim.errors import DomainError
from ansim.web.csrf import FIELD, Csrf
from ansim.web.i18n import Catalogue
from ansim.web.said import SEOUL, chosen
from ansim.web.sentences import field_of, sentence_for

__all__ = ["ONCE", "Form", "read_form"]

MOST_FIELDS: Final = 500
ONCE: Final = "once"
URLENCODED: Final = "application/x-www-form-urlencoded"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Form(Generic[M]):
    """What came of a form.

    `value`   the command, or none when something is wrong; exactly then `errors` is not empty
    `errors`  field → sentence in the reader's language; "" holds what belongs to no field
    `raw`     what was typed, by field; fields of many values are lists
    `key`     the idempotency key of the hidden field `once`; a fresh one when it was missing or malformed
    `fields`  the names of the model's fields
    """

    value: M | None
    errors: dict[str, str]
    raw: dict[str, str | list[str]]
    key: UUID
    fields: frozenset[str] = frozenset()
    words: Catalogue = field(default_factory=lambda: Catalogue("en"), repr=False)

    def text(self, name: str, default: object = "") -> str:
        """What was typed into a field of one value."""
        typed = self.raw.get(name)
        if typed is None:
            return "" if default is None or self.raw else str(default)
        return typed if isinstance(typed, str) else typed[-1] if typed else ""

    def all(self, name: str, default: object = ()) -> list[str]:
        """What was chosen in a field of many values."""
        if name not in self.raw:
            return [] if self.raw else chosen(default)
        return chosen(self.raw[name])

    def refused(self, error: DomainError) -> "Form[M]":
        """This form with the rule's sentence at its field: show the page again with it, status 422."""
        name = error.field if error.field in self.fields else ""
        return replace(self, value=None, errors={**self.errors, name or "": error.message.translate(self.words)})


async def read_form(
    request: Request, model: type[M], fixed: Mapping[str, object], csrf: Csrf | None, words: Catalogue
) -> Form[M]:
    """Reads and checks the body. `fixed` wins over anything sent under the same name.

    Raises HTTPException 415 (not a form), 413 (too large, see `ansim.web.limits`), 400 (not readable) and CsrfRefused,
    in this order; in all these cases nothing was looked at further. Without `csrf` nobody knows who sent it.
    """
    sent = await _pairs(request)
    tokens = [value for name, value in sent if name == FIELD]
    if csrf is not None:
        csrf.check(request, tokens[-1] if tokens else None)
    many = frozenset(name for name, info in model.model_fields.items() if _holds_many(info.annotation))
    raw: dict[str, str | list[str]] = {}
    once = ""
    for name, typed in sent:
        if name == ONCE:
            once = typed
        elif name in many:
            kept = raw.setdefault(name, [])
            if isinstance(kept, list):
                kept.append(typed)
        elif name != FIELD:
            raw[name] = typed
    errors: dict[str, str] = {}
    value: M | None = None
    try:
        value = model.model_validate({**_given(raw, model, many), **fixed})
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            errors.setdefault(_top(field_of(detail["loc"])), sentence_for(detail).translate(words))
    return Form(value, errors, raw, _key(once), frozenset(model.model_fields), words)


async def _pairs(request: Request) -> list[tuple[str, str]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != URLENCODED:
        raise HTTPException(415)
    body = await request.body()
    try:
        return parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except ValueError as error:
        raise HTTPException(400) from error


def _given(raw: Mapping[str, str | list[str]], model: type[BaseModel], many: AbstractSet[str]) -> dict[str, object]:
    """Empty inputs count as not sent, so that defaults apply; local times from the page are Seoul's."""
    given: dict[str, object] = {}
    for name, typed in raw.items():
        if isinstance(typed, list):
            given[name] = [one for one in typed if one != ""]
        elif typed.strip() != "":
            info = model.model_fields.get(name)
            given[name] = _local_time(typed) if info and _is_time(info.annotation) else typed
    for name in many:
        if name not in given and model.model_fields[name].is_required():
            given[name] = []
    return given


def _local_time(typed: str) -> str:
    """`datetime-local` inputs know no zone; everybody here lives by Seoul's."""
    try:
        at = datetime.fromisoformat(typed.strip())
    except ValueError:
        return typed
    return at.replace(tzinfo=SEOUL).isoformat() if at.tzinfo is None else typed


def _parts(annotation: Any) -> list[Any]:
    """The members of a union, or the annotation alone; `Annotated` is looked through."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [inner for part in get_args(annotation) for inner in _parts(part)]
    return [annotation]


def _holds_many(annotation: Any) -> bool:
    origins = [get_origin(part) or part for part in _parts(annotation)]
    collections = (Sequence, AbstractSet)
    return any(isinstance(o, type) and issubclass(o, collections) and not issubclass(o, (str, bytes)) for o in origins)


def _is_time(annotation: Any) -> bool:
    return any(part is datetime for part in _parts(annotation))


def _top(name: str) -> str:
    return name.partition(".")[0]


def _key(once: str) -> UUID:
    try:
        return UUID(once)
    except ValueError:
        return uuid4()
