"""Screens of counseling for counsellors and supervisors: parse, call a command or a query, render."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from counseling.pages import day, enrolments, referrals, sessions

if TYPE_CHECKING:
    from ansim.runtime import Kit

__all__ = ["pages"]


def pages(kit: "Kit") -> APIRouter:
    router = APIRouter()
    parts = (
        day.router,
        referrals.router,
        enrolments.registering,
        enrolments.router,
        enrolments.moving_on,
        sessions.router,
    )
    for part in parts:
        router.include_router(part(kit))
    return router
