"""Recusals as sentences of a timeline."""

from ansim.contracts.codes import RecusalSaidBy
from ansim.contracts.recusal import Readmitted, Recused
from ansim.errors import Message


def told(event: Recused | Readmitted) -> tuple[str, Message]:
    """The ring's state and what happened. The colleague is not named: whoever acted, and why, stands beside it."""
    if isinstance(event, Readmitted):
        return "closed", Message("A recusal ended")
    if event.said_by is RecusalSaidBy.SELF:
        return "hold", Message("Recused themselves")
    return "hold", Message("A colleague was recused by a supervisor")
