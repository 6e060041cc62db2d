"""The JSON API, mounted under /api/v1: the same commands and rules as the screens, for programs with a token.

Every POST takes `Idempotency-Key` (a UUID): sent again with the same body it gives the same answer and no second effect.
`If-Match` is the version the caller looked at, as given in `ETag`. Answers hold codes, numbers and times. Never a
pseudonym, never a sealed text, except that of `/cases/{id}/person`.
"""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.clock.screen import rule_api
from ansim.exports import export_api
from ansim.find import find_api
from ansim.recusal.screen import recusal_api
from victim_support.api import (
    assignment,
    cases,
    consents,
    deletions,
    items,
    referrals,
)
from victim_support.api.doing import Doing
from victim_support.exporting import DESK as EXPORTS
from victim_support.finding import FINDER
from victim_support.pages.deletions import OFFICERS
from victim_support.pages.desk import ROLES
from victim_support.privacy import PRIVACY
from victim_support.recusal import DESK as RECUSAL
from victim_support.rulebook import RULES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


__all__ = ["api"]


def api(kit: "Kit") -> APIRouter:
    router = APIRouter()
    for part in (referrals, cases, items, assignment, consents):
        router.include_router(part.routes(kit, Doing(kit)))
    for own in (deletions.deletion_api, deletions.complaint_api):
        router.include_router(own(kit))
    router.include_router(rule_api(kit, RULES, *OFFICERS))
    router.include_router(export_api(kit, EXPORTS))
    router.include_router(find_api(kit, FINDER, *ROLES))
    router.include_router(recusal_api(kit, RECUSAL))
    router.include_router(PRIVACY.api(kit))
    return router
