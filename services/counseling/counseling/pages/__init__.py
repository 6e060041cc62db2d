"""Screens of counseling for counsellors and supervisors: parse, call a command or a query, render."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from counseling.pages import day, enrolments, referrals, sessions

if TYPE_CHECKING:
    from ansim.runtime import Kit

__all__ = ["pages"]


def pages(kit: "Kit") -> APIRouter:
    router = APIRouter()
    for part in (day, referrals, enrolments, sessions):
        router.include_router(part.router(kit))
    return router
