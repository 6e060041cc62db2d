"""What every service with lists tells about exports. Each subclasses this by name."""

from typing import ClassVar

from pydantic import Field

from ansim.contracts import codes
from ansim.contracts.base import Event


class ExportMade(Event):
    """A list left the house as a file. `person` is the export's own id: it belongs to nobody, and each person in it is on
    the access record. The note says why in words, sealed, because people write names where they are not asked to."""

    sealed_fields: ClassVar[frozenset[str]] = frozenset({"note"})

    listed: codes.ExportedList
    format: codes.ExportFormat
    columns: frozenset[codes.ExportColumn] = Field(min_length=1)
    rows: int = Field(ge=0)
    persons: int = Field(ge=0)
    reason: codes.ExportReason
