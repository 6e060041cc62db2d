"""Events of analytics: facts about the figures themselves. They belong to no person."""

from typing import ClassVar

from pydantic import Field

from ansim.contracts.base import Event

SERVICE = "analytics"


class RebuildCompleted(Event):
    """The statistics were counted anew from offset 0 and switched to; `person` is the rebuild's own id."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "rebuild"
    name: ClassVar[str] = "completed"

    events: int = Field(ge=0)
    cells: int = Field(ge=0)


class ReconciliationCompleted(Event):
    """Statistics were compared with the journals; `person` is the reconciliation's own id."""

    service: ClassVar[str] = SERVICE
    aggregate: ClassVar[str] = "reconciliation"
    name: ClassVar[str] = "completed"

    figures: int = Field(ge=0)
    differences: int = Field(ge=0)
