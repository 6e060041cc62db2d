"""What every service with records of people tells about conflicts of interest. Each subclasses these by name.

The stream's id is the person's pseudonym: who is recused is recused from all that the service holds of this person.
"""

from uuid import UUID

from ansim.contracts import codes
from ansim.contracts.base import Event


class Recused(Event):
    """`member`, a staff member by the service's own random id, must see nothing of this person's records."""

    member: UUID
    said_by: codes.RecusalSaidBy
    reason: codes.RecusalReason


class Readmitted(Event):
    """The conflict is gone, or there was none: `member` sees again what their team sees."""

    member: UUID
    reason: codes.ReadmissionReason
