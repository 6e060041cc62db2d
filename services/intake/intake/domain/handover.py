"""Handing a report's sealed data over to the receiver of a referral (DESIGN §4): once accepted, only what its consent or
override covers, and only until the receiver has said that it has it."""

from collections.abc import Set
from typing import Final
from uuid import UUID

from ansim.contracts.codes import HandOverPart, ReferralTarget
from ansim.contracts.handover import ALREADY_CONFIRMED, NOT_ACCEPTED_YET, NOT_IN_FORCE, NOTHING_SHARED
from ansim.contracts.intake import ReferralDataConfirmed, ReferralDataHandedOver, ReferralEvent
from ansim.errors import DomainError, Message

from .referral import OPEN, UNDER_WAY, Referral, ReferralState

FETCHES: Final = frozenset({ReferralTarget.VICTIM_SUPPORT})
"""Receivers that fetch. What a victim wrote is never handed to counselling: the other young person's records are kept apart
(DOMAIN §6, firewall)."""

HAS_IT: Final = UNDER_WAY | {ReferralState.COMPLETED}
"""The receiver has taken it on and did not end without its goal."""


def may_fetch(referral: Referral) -> None:
    """Raises DomainError with the rule that both sides know (`ansim.contracts.handover`)."""
    if referral.dataref is None or not referral.shares:
        raise DomainError(NOTHING_SHARED, None, Message("With this hand-off nothing sealed is handed over."))
    if referral.confirmed:
        raise DomainError(
            ALREADY_CONFIRMED, None, Message("The receiver has said that it has the data. It is not given out twice.")
        )
    if referral.state in OPEN:
        raise DomainError(NOT_ACCEPTED_YET, None, Message("The acceptance is not known here yet. Ask again shortly."))
    if referral.state not in HAS_IT:
        raise DomainError(
            NOT_IN_FORCE, None, Message("This hand-off is not in force any more. Nothing is handed over.")
        )


def hand_over(referral: Referral, *, parts: Set[HandOverPart], erased: bool) -> list[ReferralEvent]:
    """The data is given out: told the first time only, however often the receiver has to ask."""
    may_fetch(referral)
    if referral.handed_over:
        return []
    return [
        ReferralDataHandedOver(person=referral.person, target=referral.target, parts=frozenset(parts), erased=erased)
    ]


def confirm(referral: Referral, heard: UUID) -> list[ReferralEvent]:
    """The receiver says that it has the data. Said twice, it is noted once."""
    if referral.confirmed:
        return []
    return [ReferralDataConfirmed(person=referral.person, target=referral.target, heard=heard)]
