"""The events of this room as sentences of a timeline: the ring's state, what happened, and codes that stand beside it."""

from enum import StrEnum

from ansim.contracts.base import Event
from ansim.contracts.privacy import (
    DisclosureAsked,
    DisclosureGranted,
    DisclosureRefused,
    ErasureApproved,
    ErasureCertified,
    ErasureConfirmed,
    ErasureDeclined,
    ErasureHoldChecked,
    ErasureOverdue,
    ErasureRequested,
    ExpiryWarned,
    IdentityViewed,
    KeepingExpired,
    KeysDestroyed,
    LegalHoldLifted,
    LegalHoldPlaced,
)
from ansim.errors import Message

Sentence = tuple[str, Message, tuple[StrEnum, ...]]


def told(event: Event) -> Sentence | None:
    """None for an event of another room. No sentence says why: reasons in words are sealed."""
    return _of_disclosure(event) or _of_keeping(event) or _of_erasure(event)


def _of_disclosure(event: Event) -> Sentence | None:
    match event:
        case DisclosureAsked():
            return "open", Message("Asked to see who the person is"), ()
        case DisclosureGranted():
            return "closed", Message("The custodian allowed it for a while"), ()
        case DisclosureRefused():
            return "no", Message("The custodian did not allow it"), ()
        case IdentityViewed():
            return "done", Message("Looked at the identity"), ()
        case _:
            return None


def _of_keeping(event: Event) -> Sentence | None:
    match event:
        case LegalHoldPlaced():
            return "hold", Message("Legal hold placed"), (event.reason,)
        case LegalHoldLifted():
            return "closed", Message("Legal hold lifted"), ()
        case ExpiryWarned():
            return "half", Message("The time of keeping ends soon"), (event.rule,)
        case KeepingExpired():
            return "no", Message("The time of keeping has ended"), (event.rule,)
        case _:
            return None


def _of_erasure(event: Event) -> Sentence | None:
    match event:
        case ErasureRequested():
            return "open", Message("Erasure asked for"), (event.ground,)
        case ErasureHoldChecked(held=True):
            return "hold", Message("A legal hold forbids the erasure"), ()
        case ErasureHoldChecked():
            return "closed", Message("No legal hold forbids the erasure"), ()
        case ErasureApproved():
            return "closed", Message("Erasure approved by a second person"), ()
        case ErasureDeclined():
            return "no", Message("Erasure declined"), (event.reason,)
        case KeysDestroyed():
            return "half", Message("The key was destroyed"), ()
        case ErasureConfirmed():
            return "half", Message("Destruction confirmed"), (event.by_service,)
        case ErasureCertified():
            return "done", Message("Erasure certified"), ()
        case ErasureOverdue():
            return "no", Message("Erasure not certified in time"), ()
        case _:
            return None
