"""The JSON API of intake under /api/v1: the same commands and refusals as the screens, for programs with a token."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.access import Role
from ansim.clock.screen import rule_api
from ansim.exports import export_api
from ansim.find import find_api
from ansim.recusal.screen import recusal_api

from ..exporting import DESK as EXPORTS
from ..finding import finder
from ..privacy import PRIVACY
from ..recusal import DESK as RECUSAL
from ..rulebook import RULES
from .deeds import deeds
from .handovers import handovers
from .reading import readings

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def api(kit: "Kit") -> APIRouter:
    router = APIRouter(tags=["intake"])
    for part in (readings, deeds, handovers):
        router.include_router(part(kit))
    router.include_router(PRIVACY.api(kit))
    router.include_router(recusal_api(kit, RECUSAL))
    router.include_router(rule_api(kit, RULES, Role.intake_officer))
    router.include_router(export_api(kit, EXPORTS))
    router.include_router(find_api(kit, finder(kit), Role.intake_officer, Role.supervisor))
    return router
