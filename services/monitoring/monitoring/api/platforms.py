"""What checks saw and what platforms did, over JSON."""

from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from ansim.access import Role
from ansim.contracts.codes import CheckResult, Platform, PlatformAction
from ansim.runtime.kit import Kit
from monitoring.queries.platforms import platforms


class PlatformView(BaseModel):
    """Unit: a sighting that was reported. `actions` may add up to more, `last_checks` and `not_checked` never do.

    `receipts` is null because receipts are not recorded yet: unknown, not zero.
    """

    model_config = ConfigDict(from_attributes=True)

    platform: Platform
    reported: int
    reports: int
    receipts: None
    actions: dict[PlatformAction, int]
    no_action: int
    last_checks: dict[CheckResult, int]
    not_checked: int
    first_report: datetime | None
    last_report: datetime | None


class PlatformApi:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(tags=["platforms"], dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/platforms", self.all, methods=["GET"])
        return router

    async def all(self) -> list[PlatformView]:
        async with self.kit.store.read() as conn:
            return [PlatformView.model_validate(each) for each in await platforms(conn)]
