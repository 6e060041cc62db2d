"""Pages, forms and refusals of the suite, in one look and two languages."""

from ansim.web.commands import Command, Line, Text
from ansim.web.deadlines import Deadline
from ansim.web.forms import Form
from ansim.web.i18n import Catalogue, catalogue, language_of
from ansim.web.said import SEOUL
from ansim.web.shell import HeldUp, Web

__all__ = [
    "SEOUL",
    "Catalogue",
    "Command",
    "Deadline",
    "Form",
    "HeldUp",
    "Line",
    "Text",
    "Web",
    "catalogue",
    "language_of",
]
