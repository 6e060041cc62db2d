"""The screens of monitoring: the coordinator's desk and the volunteer's calm page."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ansim.access import Role
from ansim.runtime.kit import Kit
from monitoring.pages.monitor import MonitorPages
from monitoring.pages.platforms import PlatformPages
from monitoring.pages.sightings import SightingPages
from monitoring.pages.volunteers import VolunteerPages
from monitoring.pages.watches import WatchPages


def pages(kit: Kit) -> APIRouter:
    """All pages. `/` leads everybody to the page of their role."""

    async def home(request: Request) -> Response:
        coordinates = Role.coordinator in request.state.staff.roles
        return kit.web.see_other("/sightings" if coordinates else "/log")

    router = APIRouter(include_in_schema=False)
    allowed = Depends(kit.access.staff(Role.coordinator, Role.monitor))
    router.add_api_route("/", home, methods=["GET"], dependencies=[allowed])
    for part in (SightingPages, WatchPages, VolunteerPages, PlatformPages, MonitorPages):
        router.include_router(part(kit).routes())
    return router
