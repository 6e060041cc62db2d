"""The figures as JSON."""

from fastapi import APIRouter

from ansim.runtime import Kit


def api(kit: Kit) -> APIRouter:
    return APIRouter()
