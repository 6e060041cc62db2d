"""The screens of victim support: thin. They parse, call a command or a query, and render."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.clock.screen import rule_pages
from ansim.exports import export_pages
from ansim.find import find_pages
from ansim.recusal.screen import recusal_pages
from victim_support.exporting import DESK as EXPORTS
from victim_support.finding import FINDER
from victim_support.pages import (
    assignment,
    calendar,
    case,
    case_steps,
    cases,
    complaints,
    consents,
    deletions,
    items,
    referrals,
    today,
)
from victim_support.pages.desk import ROLES
from victim_support.privacy import PRIVACY
from victim_support.recusal import DESK as RECUSAL
from victim_support.rulebook import RULES

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def pages(kit: "Kit") -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for part in (
        today,
        referrals,
        assignment,
        cases,
        case,
        case_steps,
        consents,
        items,
        calendar,
        deletions,
        complaints,
    ):
        router.include_router(part.routes(kit))
    router.include_router(rule_pages(kit, RULES, *deletions.OFFICERS))
    router.include_router(export_pages(kit, EXPORTS))
    router.include_router(find_pages(kit, FINDER, *ROLES))
    router.include_router(recusal_pages(kit, RECUSAL))
    router.include_router(PRIVACY.pages(kit))
    return router
