"""The room's part of the JSON API of one service."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.privacy import review
from ansim.privacy.disclosure import api as disclosures
from ansim.privacy.erasure import api as erasures
from ansim.privacy.retention import api as keeping

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit


def api(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    for part in (disclosures, keeping, erasures, review):
        router.include_router(part.api(kit, desk))
    return router
