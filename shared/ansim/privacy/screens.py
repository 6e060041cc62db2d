"""All screens of this room for one service."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.privacy import review
from ansim.privacy.disclosure import screen as disclosures
from ansim.privacy.erasure import screen as erasures
from ansim.privacy.retention import screen as keeping

if TYPE_CHECKING:
    from ansim.privacy.desk import PrivacyDesk
    from ansim.runtime.kit import Kit


def pages(kit: "Kit", desk: "PrivacyDesk") -> APIRouter:
    router = APIRouter()
    for part in (disclosures, keeping, erasures, review):
        router.include_router(part.pages(kit, desk))
    return router
