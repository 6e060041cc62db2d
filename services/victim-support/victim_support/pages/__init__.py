"""The screens of victim support: thin. They parse, call a command or a query, and render."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from victim_support.pages import case, case_steps, cases, items, referrals, today

if TYPE_CHECKING:
    from ansim.runtime.kit import Kit


def pages(kit: "Kit") -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for part in (today, referrals, cases, case, case_steps, items):
        router.include_router(part.routes(kit))
    return router
