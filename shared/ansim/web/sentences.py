"""What is wrong with an input, as a sentence per field: pydantic's error types in our own words.

Used for forms and for JSON bodies, so both say the same in both languages. The rejected value is never repeated.
"""

from collections.abc import Sequence
from typing import Any, Final

from ansim.errors import Message

__all__ = ["field_of", "sentence_for"]

_MISSING: Final = Message("Fill in this field.")
_CHOICE: Final = Message("Choose one of the options.")
_DATE: Final = Message("Write a date such as 2026-11-23.")
_TIME: Final = Message("Write a date and time such as 2026-11-23 14:20.")
_NUMBER: Final = Message("Write a number.")
_WHOLE: Final = Message("Write a whole number.")
_YES_NO: Final = Message("Choose yes or no.")
_TEXT: Final = Message("Write text.")
_LIST: Final = Message("This must be a list.")
_REFERENCE: Final = Message("This is not a valid reference.")
_OTHER: Final = Message("This cannot be accepted.")

_FIXED: Final = {
    "missing": _MISSING,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "string_type": _TEXT,
    "string_unicode": Message("This contains a character that cannot be stored."),
    "string_pattern_mismatch": Message("This is not written as expected."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "timezone_naive": _TIME,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "uuid_type": _REFERENCE,
    "uuid_parsing": _REFERENCE,
    "uuid_version": _REFERENCE,
    "list_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": Message("This must be an object."),
    "model_type": Message("This must be an object."),
    "model_attributes_type": Message("This must be an object."),
    "json_invalid": Message("This is not valid JSON."),
    "extra_forbidden": Message("There is no such field."),
    "date_past": Message("This date must lie in the past."),
    "date_future": Message("This date must lie in the future."),
    "datetime_past": Message("This time must lie in the past."),
    "datetime_future": Message("This time must lie in the future."),
}


def sentence_for(error: Any) -> Message:
    """The sentence for one of pydantic's error details. A validator's own `Message` comes through as it is."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "value_error":
        raised = context.get("error")
        first = raised.args[0] if isinstance(raised, Exception) and raised.args else None
        return first if isinstance(first, Message) else _OTHER
    if kind in ("string_too_short", "too_short"):
        return _too_short(kind, context)
    if kind == "string_too_long":
        return Message("At most {n} characters.", n=f"{context['max_length']:,}")
    if kind == "too_long":
        return Message("Choose at most {n}.", n=context["max_length"])
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return _bound(kind, context)
    return _FIXED.get(kind, _OTHER)


def _too_short(kind: str, context: dict[str, Any]) -> Message:
    least = context["min_length"]
    if kind == "too_short":
        return Message("Choose at least one.") if least == 1 else Message("Choose at least {n}.", n=least)
    return _MISSING if least == 1 else Message("At least {n} characters.", n=least)


def _bound(kind: str, context: dict[str, Any]) -> Message:
    sentences = {
        "greater_than_equal": ("At least {n}.", "ge"),
        "greater_than": ("More than {n}.", "gt"),
        "less_than_equal": ("At most {n}.", "le"),
        "less_than": ("Less than {n}.", "lt"),
    }
    sentence, key = sentences[kind]
    return Message(sentence, n=str(context[key]))


def field_of(location: Sequence[str | int], skip: int = 0) -> str:
    """The name of the field an error belongs to: positions inside of a list fall back to the list."""
    names = [str(part) for part in location[skip:] if isinstance(part, str)]
    return ".".join(names)
