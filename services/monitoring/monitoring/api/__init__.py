"""The JSON API of monitoring, mounted under /api/v1. Forms and API take the same commands.

Every POST takes `Idempotency-Key` (a UUID: a repeat gets the first answer and has no second effect) and orders take
`If-Match` (the ETag of the version decided on). Errors are RFC 9457 problems with a message per field.
"""

from fastapi import APIRouter

from ansim.runtime.kit import Kit
from monitoring.api.platforms import PlatformApi
from monitoring.api.sightings import SightingApi
from monitoring.api.volunteers import VolunteerApi
from monitoring.api.watches import WatchApi


def api(kit: Kit) -> APIRouter:
    router = APIRouter()
    for part in (VolunteerApi, SightingApi, WatchApi, PlatformApi):
        router.include_router(part(kit).routes())
    return router
