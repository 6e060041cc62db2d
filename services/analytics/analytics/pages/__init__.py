"""The screens of analytics."""

from fastapi import APIRouter

from ansim.runtime import Kit


def pages(kit: Kit) -> APIRouter:
    return APIRouter()
