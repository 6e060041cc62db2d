"""Intake's screens: the public report pages, the triage queue, hand-offs, and one page per report."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from .desk import desk
from .public import public
from .report import report_pages

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit

__all__ = ["pages"]


def pages(kit: "Kit") -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for part in (public, desk, report_pages):
        router.include_router(part(kit))
    return router
