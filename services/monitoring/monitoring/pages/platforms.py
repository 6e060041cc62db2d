"""What checks saw and what platforms did, for all platforms and for one."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.contracts.codes import Platform
from ansim.runtime.kit import Kit
from monitoring.queries.platforms import platforms


class PlatformPages:
    def __init__(self, kit: Kit) -> None:
        self.kit = kit

    def routes(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self.kit.access.staff(Role.coordinator))])
        router.add_api_route("/platforms", self.overview, methods=["GET"])
        router.add_api_route("/platforms/{platform}", self.one, methods=["GET"])
        return router

    async def overview(self, request: Request) -> Response:
        async with self.kit.store.read() as conn:
            counts = await platforms(conn)
        return self.kit.web.page(request, "monitoring/platforms.html", platforms=counts, now=datetime.now(UTC))

    async def one(self, request: Request, platform: Platform) -> Response:
        async with self.kit.store.read() as conn:
            [counts] = [each for each in await platforms(conn) if each.platform is platform]
        return self.kit.web.page(request, "monitoring/platform.html", p=counts, now=datetime.now(UTC))
