"""The screens of analytics."""

from fastapi import APIRouter

from analytics.pages.dashboard import dashboard
from analytics.pages.operations import operations
from ansim.runtime import Kit


def pages(kit: Kit) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.include_router(dashboard(kit))
    router.include_router(operations(kit))
    return router
