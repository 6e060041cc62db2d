"""The call by which a receiver fetches a referral's sealed data from its sender (DESIGN §4), as both sides know it.

    GET /api/v1/handovers/<dataref>   with a token of `ansim.access.service_calls`
    200 HandedOver · 422 with one of the rules below · 404 for everybody but the receiver

The sender answers while the referral is accepted and until it has heard that the data arrived. It may be asked again before
that, with the same answer: at least once on the wire, once in effect.
"""

from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ansim.contracts.codes import HandOverPart

NOT_ACCEPTED_YET: Final = "handover_not_accepted_yet"
"""The sender has not heard the acceptance: ask again in a moment."""
NOT_IN_FORCE: Final = "handover_not_in_force"
"""The referral was taken back, lapsed, or was declined after all: nothing is handed over."""
ALREADY_CONFIRMED: Final = "handover_already_confirmed"
"""The receiver has said that it has the data: it is not given out twice."""
NOTHING_SHARED: Final = "handover_nothing_shared"
"""The referral hands nothing over."""

FINAL: Final = frozenset({NOT_IN_FORCE, ALREADY_CONFIRMED, NOTHING_SHARED})
"""Refusals that asking again does not change."""


def handover_path(dataref: UUID) -> str:
    return f"/api/v1/handovers/{dataref}"


class HandedOver(BaseModel):
    """The data. A part that may be handed over but was never written is missing from `parts`; `erased`: the person's key is
    destroyed at the sender, so nothing is left to give."""

    model_config = ConfigDict(frozen=True)

    parts: frozenset[HandOverPart] = frozenset()
    narrative: str = ""
    contact: str = ""
    erased: bool = False

    def texts(self) -> dict[str, str]:
        """The texts by the name of their part, only those that are there."""
        return {part.value: getattr(self, part.value) for part in HandOverPart if part in self.parts}
