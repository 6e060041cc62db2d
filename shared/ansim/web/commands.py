"""What a form and an API body have in common: one frozen command, checked once, in one place."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from ansim.errors import Message
from ansim.web.resident_number import without_resident_number

__all__ = ["LONGEST_TEXT", "Command", "Line", "Storable", "Text"]

LONGEST_TEXT = 10_000


class Command(BaseModel):
    """Base of all commands: frozen, unknown fields refused, texts stripped and at most `LONGEST_TEXT` long.

    The same model reads a form (`Web.form`) and a JSON body, so both refuse the same input with the same sentences.
    A validator that wants its own words raises `ValueError(Message("…"))`.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        str_max_length=LONGEST_TEXT,
        allow_inf_nan=False,
        validate_default=False,
    )


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError(Message("This contains a character that cannot be stored."))
    return text


def _one_line(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError(Message("Write this on one line."))
    return text


Storable = AfterValidator(lambda text: without_resident_number(_storable(text)))
"""What may be kept of a text that people write: no resident registration number, and nothing a database cannot hold."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT), Storable]
"""A required text of several lines."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line), Storable]
"""A required text of one line, at most 200 characters: a name, a contact, an address."""
