"""Intake's screens: the public report pages, the triage queue, hand-offs, and one page per report."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from ansim.access import Role
from ansim.clock.screen import rule_pages
from ansim.exports import export_pages
from ansim.find import find_pages
from ansim.recusal.screen import recusal_pages

from ..exporting import DESK as EXPORTS
from ..finding import finder
from ..privacy import PRIVACY
from ..recusal import DESK as RECUSAL
from ..rulebook import RULES
from .desk import desk
from .hand_off import hand_off_pages
from .mailbox import mailbox_pages
from .public import public
from .report import report_pages
from .start import start_pages
from .times import times_pages

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

__all__ = ["pages"]


def pages(kit: "Kit") -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.include_router(PRIVACY.pages(kit))
    router.include_router(recusal_pages(kit, RECUSAL))  # before the reports, whose forms have any name
    for part in (start_pages, times_pages, public, desk, report_pages, hand_off_pages, mailbox_pages):
        router.include_router(part(kit))
    router.include_router(rule_pages(kit, RULES, Role.intake_officer))
    router.include_router(export_pages(kit, EXPORTS))
    router.include_router(find_pages(kit, finder(kit), Role.intake_officer, Role.supervisor))
    return router
