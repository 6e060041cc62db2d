"""The address at which a receiver fetches the sealed data of a referral (DESIGN §4)."""

from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from ansim.access import Action
from ansim.contracts.handover import HandedOver

from ..commands import hand_over

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def handovers(kit: "Kit") -> APIRouter:
    router = APIRouter()
    service = Depends(kit.access.calls.caller)

    @router.get("/handovers/{dataref}")
    async def fetch(request: Request, dataref: UUID, caller: str = service) -> HandedOver:
        """For the service that the referral was sent to, once it has accepted; with a token of a service, not of a person.

        Answered again until the receiver has said that it has the data. Who fetched whose data is on the access record.
        """
        async with kit.store.unit(kit.access.service(request, caller)) as unit:
            person, handed = await hand_over(unit, dataref, caller)
            what = ", ".join(f"report.{part}" for part in sorted(handed.parts)) or "report: nothing left"
            await kit.access.record(unit.conn, unit.context.actor, Action.handed_over, person, what)
        return handed

    return router
